import assert from 'node:assert/strict'
import { it } from 'node:test'
import { silentLog } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import { type EncoderTrial, Machine } from '../model/index.ts'
import { detectMachine } from './detect-machine.ts'

const options = { signal: new AbortController().signal, log: silentLog, packagerVersion: async () => null }
const size = { width: 322, height: 182, frameRate: '30000/1001' }

it('proves the software encoder and gives a reason for each that does not work', async () => {
  const machine = Machine.parse(await detectMachine({ ...options, codecs: ['h264'] }))
  assert.equal(machine.encoders.find(({ name }) => name === 'libx264')?.works, true)
  assert.equal(machine.encoders.length, 6)
  for (const { name, works, reason } of machine.encoders) assert.equal(works, reason === null, name)
  assert.match(machine.ffmpeg, /^\d/)
})

it('asks whom it is told to ask for the version of the packager', async () => {
  const machine = await detectMachine({ ...options, codecs: [], packagerVersion: async () => 'v9' })
  assert.equal(machine.packager, 'v9')
})

it('says what an encoder takes when it does not take the format', async () => {
  const params = { encoder: 'libx264', pixelFormat: 'yuv420p12le', options: {}, ...size }
  const trial = await callEngine<EncoderTrial>('trial', params, options)
  assert.equal(trial.works, false)
  assert.match(trial.reason ?? '', /takes yuv420p, .* not yuv420p12le/)
})

it('quotes the encoder when it refuses its settings', async () => {
  const params = { encoder: 'libx264', pixelFormat: 'yuv420p', options: { preset: 'nonsense' }, ...size }
  const trial = await callEngine<EncoderTrial>('trial', params, options)
  assert.match(trial.reason ?? '', /preset\/tune nonsense/)
})

it('refuses options that the encoder does not have', async () => {
  const params = { encoder: 'libx264', pixelFormat: 'yuv420p', options: { bogus: 1 }, ...size }
  await assert.rejects(callEngine('trial', params, options), { code: 'HE_OPTION_UNKNOWN' })
})

it('stops at once when it is aborted', async () => {
  const reason = new Error('stop')
  await assert.rejects(detectMachine({ ...options, signal: AbortSignal.abort(reason) }), reason)
})
