import assert from 'node:assert/strict'
import { it } from 'node:test'
import { HeadendError } from '../core/index.ts'
import type { EncoderTrial } from '../model/index.ts'
import { chooseEncoder } from './choose-encoder.ts'

const trial = (name: string, codec: string, family: string, reason: string | null = null): EncoderTrial => ({
  name,
  codec,
  family,
  works: reason === null,
  reason,
  elapsedMs: 1,
})
const machine = {
  encoders: [
    trial('libx264', 'h264', 'cpu'),
    trial('h264_nvenc', 'h264', 'nvenc', 'no capable devices found'),
    trial('h264_qsv', 'h264', 'qsv'),
    trial('libx265', 'hevc', 'cpu'),
    trial('av1_nvenc', 'av1', 'nvenc', 'codec not supported'),
  ],
}

it('takes the first of the order that works and says why not the others', () => {
  const choice = chooseEncoder('h264', machine)
  assert.equal(choice.pick, 'h264_qsv')
  assert.equal(choice.family, 'qsv')
  assert.match(choice.because, /passed its trial/)
  assert.deepEqual(choice.over, [
    'libx264: works, but comes later in the order',
    'h264_nvenc: no capable devices found',
  ])
})

it('follows another order, and uses no family that it leaves out', () => {
  assert.equal(chooseEncoder('h264', machine, ['cpu', 'qsv']).pick, 'libx264')
  const { pick, over } = chooseEncoder('h264', machine, ['nvenc', 'cpu'])
  assert.equal(pick, 'libx264')
  assert.ok(over.includes('h264_qsv: works, but is not in the order'))
})

it('throws with the reasons when none works', () => {
  assert.throws(
    () => chooseEncoder('av1', machine),
    (error: unknown) => {
      assert.ok(error instanceof HeadendError)
      assert.equal(error.code, 'HE_ENCODER_NONE')
      assert.deepEqual(error.details.over, ['av1_nvenc: codec not supported'])
      return true
    },
  )
})
