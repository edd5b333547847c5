import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HeadendError } from '../core/index.ts'
import type { LoudnessReading } from '../model/index.ts'
import { gainTags } from './gain-tags.ts'
import { judgeLoudness } from './judge.ts'
import { NormalizeOptions, normalizeAim, resolveAim } from './options.ts'
import { outputKinds } from './output-kinds.data.ts'

const reading = (integratedLufs: number | null, truePeakDbtp: number | null, more = {}): LoudnessReading => ({
  ...{ integratedLufs, truePeakDbtp, momentaryMaxLufs: null, shortTermMaxLufs: null },
  ...{ loudnessRangeLu: null, samplePeakDbfs: null },
  ...more,
})
const aimOf = (standard: 'r128' | 'r128-s1' | 'netflix') => resolveAim({ standard })!
const judge = (aim: ReturnType<typeof aimOf>, figures: LoudnessReading, more = {}): string[] =>
  judgeLoudness({
    ...{ aim, subject: 'x', reading: figures, peakToleranceDb: 0, noLoudness: 'fail' as const },
    ...more,
  }).map(({ status }) => status)

describe('judgeLoudness', () => {
  it('holds loudness to the tolerance and the peak to the limit, at two decimals', () => {
    assert.deepEqual(judge(aimOf('r128'), reading(-23.2, -1)), ['pass', 'pass'])
    assert.deepEqual(judge(aimOf('r128'), reading(-22.79, -0.99)), ['fail', 'fail'])
    assert.deepEqual(judge(aimOf('r128'), reading(-23.204, -1.004)), ['pass', 'pass'])
    assert.deepEqual(judge(aimOf('r128'), reading(-23, -0.85), { peakToleranceDb: 0.2 }), ['pass', 'pass'])
  })
  it('says of silence what it was told to say', () => {
    assert.deepEqual(judge(aimOf('r128'), reading(null, null)), ['fail', 'pass'])
    assert.deepEqual(judge(aimOf('r128'), reading(null, null), { noLoudness: 'skipped' }), ['skipped', 'pass'])
  })
  it('wants one of two maxima of short items', () => {
    const of = (shortTermMaxLufs: number | null, momentaryMaxLufs: number | null): string | undefined =>
      judge(aimOf('r128-s1'), reading(-23, -3, { shortTermMaxLufs, momentaryMaxLufs }))[2]
    assert.deepEqual(
      [of(-18, -10), of(-17, -15), of(-17, -14), of(null, -14), of(null, null)],
      ['pass', 'pass', 'fail', 'fail', 'skipped'],
    )
  })
  it('judges dialogue where there is enough of it, else the whole', () => {
    const dialogue = { track: 2, integratedLufs: -27, share: 0.5 }
    assert.deepEqual(judge(aimOf('netflix'), reading(-21, -3), { dialogue }), ['pass', 'pass'])
    assert.deepEqual(judge(aimOf('netflix'), reading(-21, -3), { dialogue: { ...dialogue, share: 0.1 } })[0], 'fail')
    assert.deepEqual(judge(aimOf('r128'), reading(-21, -3), { dialogue })[0], 'fail')
  })
})

describe('what is aimed at', () => {
  const usage = (error: unknown): boolean => error instanceof HeadendError && error.code === 'HE_USAGE'
  it('is a standard, one with other limits, or a target of one’s own', () => {
    assert.equal(resolveAim({ standard: 'off' }), null)
    assert.deepEqual(
      [resolveAim({ standard: 'a85', tolerance: 1 })!.toleranceLu, resolveAim({ standard: 'a85' })!.toleranceLu],
      [1, 2],
    )
    const own = resolveAim({ standard: 'off', target: -19 })!
    assert.deepEqual([own.name, own.targetLufs, own.toleranceLu, own.maxTruePeakDbtp], ['custom', -19, 0.5, -1])
    assert.throws(() => resolveAim({ standard: 'off', maxPeak: -1 }), usage)
  })
  it('is nothing for metadata, and r128 when nothing is said', () => {
    const parse = (options: object): NormalizeOptions => NormalizeOptions.parse(options)
    assert.equal(normalizeAim(parse({}))?.name, 'r128')
    assert.equal(normalizeAim(parse({ metadata: true })), null)
    assert.throws(() => normalizeAim(parse({ metadata: true, target: -14 })), usage)
    assert.throws(() => normalizeAim(parse({ standard: 'off' })), usage)
  })
})

describe('gainTags', () => {
  const track = { integratedLufs: -10, truePeakDbtp: -6.0206 }
  it('speaks each format’s own language', () => {
    assert.deepEqual(gainTags(outputKinds.flac!, 'flac', track, null), {
      REPLAYGAIN_TRACK_GAIN: '-8.00 dB',
      REPLAYGAIN_TRACK_PEAK: '0.500000',
    })
    assert.deepEqual(gainTags(outputKinds.opus!, 'opus', track, { integratedLufs: -12, truePeakDbtp: 0 }), {
      R128_TRACK_GAIN: '-3328',
      R128_ALBUM_GAIN: '-2816',
    })
    assert.ok('REPLAYGAIN_GAIN' in gainTags(outputKinds.mkv!, 'aac', track, null))
  })
  it('has nothing to say of silence, or where nobody would read it', () => {
    assert.deepEqual(gainTags(outputKinds.flac!, 'flac', { integratedLufs: null, truePeakDbtp: null }, null), {})
    assert.deepEqual(gainTags(outputKinds.mp4!, 'aac', track, null), {})
  })
})
