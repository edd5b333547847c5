import assert from 'node:assert/strict'
import { it } from 'node:test'
import { HeadendError } from '../core/index.ts'
import type { EncoderTrial } from '../model/index.ts'
import { chooseChain, parseHardwarePolicy } from './choose-chain.ts'

const trial = (name: string, codec: string, family: string, reason: string | null = null): EncoderTrial => ({
  name,
  codec,
  family,
  works: reason === null,
  reason,
  elapsedMs: 1,
})
const trials = [
  trial('libx264', 'h264', 'cpu'),
  trial('h264_vaapi', 'h264', 'vaapi'),
  trial('h264_nvenc', 'h264', 'nvenc', 'no capable devices found'),
  trial('h264_qsv', 'h264', 'qsv'),
  trial('hevc_nvenc', 'hevc', 'nvenc'),
]

it('auto takes all that work, hardware first, and says what would take over', () => {
  const { chain, because, over } = chooseChain('h264', trials, 'auto')
  assert.deepEqual(chain, ['h264_qsv', 'h264_vaapi', 'libx264'])
  assert.match(because, /h264_qsv passed its trial.*h264_vaapi, then libx264 would take over/)
  assert.deepEqual(over, ['h264_nvenc: no capable devices found'])
})

it('none leaves the CPU alone, a list leaves its families alone in its order', () => {
  assert.deepEqual(chooseChain('h264', trials, 'none').chain, ['libx264'])
  assert.ok(chooseChain('h264', trials, 'none').over.includes('h264_qsv: hardware is switched off'))
  const { chain, over } = chooseChain('h264', trials, ['cpu', 'vaapi'])
  assert.deepEqual(chain, ['libx264', 'h264_vaapi'])
  assert.ok(over.includes('h264_qsv: qsv is not in the list of families'))
})

it('an encoder that failed at one of several sizes is not in the chain', () => {
  const again = [...trials, trial('h264_qsv', 'h264', 'qsv', 'no surfaces of 7680x4320')]
  const { chain, over } = chooseChain('h264', again, 'auto')
  assert.deepEqual(chain, ['h264_vaapi', 'libx264'])
  assert.ok(over.includes('h264_qsv: no surfaces of 7680x4320'))
})

it('throws with the reasons when nothing is left', () => {
  assert.throws(
    () => chooseChain('hevc', trials, 'none'),
    (error: unknown) => {
      assert.ok(error instanceof HeadendError)
      assert.equal(error.code, 'HE_ENCODER_NONE')
      assert.deepEqual(error.details.over, ['hevc_nvenc: hardware is switched off'])
      return true
    },
  )
})

it('reads policies, and refuses families that do not exist', () => {
  assert.equal(parseHardwarePolicy('auto'), 'auto')
  assert.equal(parseHardwarePolicy('none'), 'none')
  assert.deepEqual(parseHardwarePolicy('vaapi, cpu,vaapi'), ['vaapi', 'cpu'])
  for (const wrong of ['', 'cuda', 'auto,cpu']) assert.throws(() => parseHardwarePolicy(wrong), { code: 'HE_USAGE' })
})
