import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { videoFacts } from '../../test/media/sample-facts.ts'
import { formatRational, HeadendError } from '../core/index.ts'
import type { PictureAnalysis, VideoStream } from '../model/index.ts'
import { planScan, type ScanRequest } from './scan.ts'

type Cadence = NonNullable<PictureAnalysis['cadence']>
const cadence = (kind: Cadence['kind'], over: Partial<Cadence> = {}): Cadence => ({
  kind,
  progressive: 0,
  tff: 0,
  bff: 0,
  undetermined: 0,
  repeated: 0,
  ...over,
})
const interlaced = { scan: 'interlaced', fieldOrder: 'tff' } as const
const ntsc = { ...interlaced, frameRate: '30000/1001' } as const
const plan = (video: Partial<VideoStream>, wish: Partial<ScanRequest> = {}) =>
  planScan({
    deinterlace: 'auto',
    inverseTelecine: 'auto',
    output: 'progressive',
    ...wish,
    video: videoFacts(video),
  })
const names = (video: Partial<VideoStream>, wish: Partial<ScanRequest> = {}): string =>
  plan(video, wish)
    .steps.map(({ name }) => name)
    .join(' ')
const refused = (error: unknown): boolean => error instanceof HeadendError && error.code === 'HE_PLAN_IMPOSSIBLE'

describe('planScan', () => {
  it('leaves progressive pictures alone and deinterlaces others, a picture of each frame or field', () => {
    assert.deepEqual(plan({}).steps, [])
    const frame = plan(interlaced)
    assert.deepEqual(frame.steps, [{ name: 'bwdif', args: { mode: 'send_frame', parity: 'tff', deint: 'all' } }])
    assert.equal(formatRational(frame.rateFactor), '1/1')
    const field = plan(interlaced, { deinterlace: 'field' })
    assert.equal(field.steps[0]?.args.mode, 'send_field')
    assert.equal(formatRational(field.rateFactor), '2/1')
    assert.throws(() => plan({}, { deinterlace: 'field' }), refused)
  })

  it('takes film out of telecined video, and only at its rates', () => {
    const film = plan(ntsc, { cadence: cadence('telecine', { tff: 100 }) })
    assert.equal(formatRational(film.rateFactor), '4/5')
    assert.deepEqual(
      film.steps.map(({ name }) => name),
      ['fps', 'fps', 'tpad', 'fieldmatch', 'bwdif', 'decimate'],
    )
    assert.equal(film.steps[0]?.args.fps, '30000/1001')
    assert.equal(names(interlaced, { cadence: cadence('telecine', { tff: 100 }) }), 'bwdif', 'there is none at 25')
    assert.throws(() => plan(interlaced, { inverseTelecine: 'on' }), refused)
    assert.equal(
      names({ ...ntsc, frameRate: '2997/100' }, { inverseTelecine: 'on' })
        .split(' ')
        .at(-1),
      'decimate',
    )
  })

  it('does what was asked for before what was seen', () => {
    const seen = cadence('telecine', { tff: 100 })
    assert.equal(names(ntsc, { cadence: seen, deinterlace: 'frame' }), 'bwdif')
    assert.equal(names(ntsc, { cadence: seen, inverseTelecine: 'off' }), 'bwdif')
    const off = plan(ntsc, { cadence: seen, deinterlace: 'off' })
    assert.deepEqual([off.steps, off.warnings[0]?.code], [[], 'interlaced-kept'])
  })

  it('holds film and video together at the rate of the video', () => {
    const mixed = plan(ntsc, { cadence: cadence('mixed', { tff: 100 }) })
    assert.deepEqual(
      mixed.steps.map(({ name }) => name),
      ['fieldmatch', 'bwdif'],
    )
    assert.deepEqual([formatRational(mixed.rateFactor), mixed.warnings[0]?.code], ['1/1', 'mixed-cadence'])
  })

  it('believes what it saw before the flags, but fields in progressive frames only when most of them comb', () => {
    assert.equal(names(interlaced, { cadence: cadence('progressive', { progressive: 100 }) }), 'idet bwdif')
    const sure = plan({}, { cadence: cadence('interlaced', { tff: 90, progressive: 10 }) })
    assert.deepEqual([sure.steps[0]?.name, sure.warnings[0]?.code], ['bwdif', 'scan-misflagged'])
    assert.deepEqual(plan({}, { cadence: cadence('interlaced', { tff: 30, progressive: 70 }) }).steps, [])
    const reversed = plan(interlaced, { cadence: cadence('interlaced', { bff: 90, tff: 2 }) })
    assert.deepEqual([reversed.steps[0]?.args.parity, reversed.warnings[0]?.code], ['bff', 'field-order-corrected'])
    const few = plan(interlaced, { cadence: cadence('interlaced', { bff: 9 }) })
    assert.equal(few.steps[0]?.args.parity, 'tff', 'nine frames are no proof')
  })

  it('keeps fields where they are wanted, with flags that are true', () => {
    assert.deepEqual(plan(interlaced, { output: 'interlaced' }).steps, [])
    assert.equal(plan({ ...interlaced, fieldOrder: 'bff' }, { output: 'interlaced' }).scan, 'bff')
    const unknown = plan({ ...interlaced, fieldOrder: 'unknown' }, { output: 'interlaced' })
    assert.deepEqual([unknown.steps[0]?.name, unknown.warnings[0]?.code], ['setfield', 'field-order-assumed'])
    assert.equal(plan({}, { output: 'interlaced' }).scan, 'progressive')
  })
})
