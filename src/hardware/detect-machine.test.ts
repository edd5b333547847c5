import assert from 'node:assert/strict'
import { it } from 'node:test'
import { silentLog } from '../core/index.ts'
import { Machine } from '../model/index.ts'
import { detectMachine } from './detect-machine.ts'

const options = { signal: new AbortController().signal, log: silentLog, packagerVersion: async () => null }

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

it('stops at once when it is aborted', async () => {
  const reason = new Error('stop')
  await assert.rejects(detectMachine({ ...options, signal: AbortSignal.abort(reason) }), reason)
})
