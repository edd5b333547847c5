import assert from 'node:assert/strict'
import { it } from 'node:test'
import { silentLog } from '../core/index.ts'
import type { EncoderTrial } from '../model/index.ts'
import { type Candidate, candidatesFor } from './candidates.ts'
import { proveEncoders } from './prove-encoders.ts'

const options = { signal: new AbortController().signal, log: silentLog }
const usual = candidatesFor('h264').find(({ settings }) => settings.name === 'libx264')!
const small: Candidate = { ...usual, width: 322, height: 182 }
const tried = async (change: object, settings: object = {}): Promise<EncoderTrial> =>
  (await proveEncoders([{ ...small, ...change, settings: { ...small.settings, ...settings } }], options))[0]!

it('tries with the settings it is given, and answers in their order', async () => {
  const deep = { ...small, pixelFormat: 'yuv420p10le', settings: { ...small.settings, options: { profile: 'high10' } } }
  const shallow = { ...small, settings: { ...small.settings, options: { profile: 'high10', level: 'nonsense' } } }
  const trials = await proveEncoders([deep, shallow, small], options)
  assert.deepEqual(
    trials.map(({ name, codec, family, works }) => [name, codec, family, works]),
    [
      ['libx264', 'h264', 'cpu', true],
      ['libx264', 'h264', 'cpu', false],
      ['libx264', 'h264', 'cpu', true],
    ],
  )
})

it('says what an encoder takes when it does not take the format', async () => {
  const trial = await tried({ pixelFormat: 'yuv420p12le' })
  assert.equal(trial.works, false)
  assert.match(trial.reason ?? '', /takes yuv420p, .* not yuv420p12le/)
})

it('quotes the encoder when it refuses its settings', async () => {
  assert.match((await tried({}, { options: { preset: 'nonsense' } })).reason ?? '', /preset\/tune nonsense/)
})

it('counts options that the encoder does not have as a failure that names them', async () => {
  const { works, reason } = await tried({}, { options: { bogus: 1 } })
  assert.equal(works, false)
  assert.match(reason ?? '', /no option "bogus"/)
})

it('says so when there is no such encoder', async () => {
  assert.match((await tried({}, { name: 'h264_magic' })).reason ?? '', /no such encoder/)
})

it('gives up on a driver that does not answer', async () => {
  const [trial] = await proveEncoders([usual], { ...options, timeoutMs: 1 })
  assert.equal(trial!.works, false)
  assert.equal(trial!.reason, 'no answer from the driver')
})

it('rejects with the reason of an abort, not with trials that failed', async () => {
  const controller = new AbortController()
  const reason = new Error('stop')
  const proving = proveEncoders(candidatesFor('h264'), { ...options, signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(proving, reason)
})
