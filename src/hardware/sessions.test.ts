import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Candidate, candidatesFor } from './candidates.ts'
import { fitSessions, sessionBytes } from './sessions.ts'

const find = (name: string): Candidate => candidatesFor('h264').find(({ settings }) => settings.name === name)!
const nvenc = find('h264_nvenc')
const budget = (sessions: number | null, memoryBytes: number | null) => ({
  nvenc: { sessions, memoryBytes, source: 'a test' },
})

it('a session takes more for more pixels, more bits and a longer look ahead', () => {
  const at = (change: Partial<Candidate>): number => sessionBytes({ ...nvenc, ...change })
  const hd = at({ width: 1920, height: 1080 })
  const uhd = at({ width: 3840, height: 2160 })
  assert.ok(hd > 17 * 1920 * 1088 * 1.5, 'twelve surfaces that wait and five pictures at least')
  assert.ok(uhd > 3 * hd && uhd < 5 * hd)
  assert.ok(at({ width: 1920, height: 1080, pixelFormat: 'yuv420p10le' }) > 1.5 * hd)
  const settings = { ...nvenc.settings, options: { ...nvenc.settings.options, 'rc-lookahead': 40 } }
  assert.ok(at({ settings }) > 2 * at({}))
  assert.equal(sessionBytes(find('libx264')), 0)
})

it('takes no more sessions than the driver opens, and says which limit it was', () => {
  const { fit, rest } = fitSessions([nvenc, nvenc, nvenc], budget(2, null))
  assert.deepEqual(fit, [0, 1])
  assert.deepEqual(rest, [{ index: 2, because: 'h264_nvenc: 2 sessions run already (a test)' }])
  assert.equal(fitSessions(Array<Candidate>(9).fill(nvenc)).fit.length, 8, 'the published limit of GeForce boards')
})

it('takes no more memory than there is; the CPU and other families have their own', () => {
  const uhd = { ...nvenc, width: 3840, height: 2160 }
  const room = sessionBytes(uhd) + sessionBytes(nvenc)
  const { fit, rest } = fitSessions([uhd, uhd, nvenc, find('libx264'), find('h264_qsv')], budget(null, room))
  assert.deepEqual(fit, [0, 2, 3, 4])
  assert.match(rest[0]!.because, /needs about \d+ MiB of the device, \d+ MiB are free/)
})
