import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mediaFacts, videoFacts } from '../../test/media/sample-facts.ts'
import { HeadendError } from '../core/index.ts'
import type { ColorTags, ComparisonPlan, VideoStream } from '../model/index.ts'
import { ComparisonOptions } from './options.ts'
import { planComparison } from './plan-comparison.ts'

const colored = (tags: Partial<ColorTags>, over: Partial<VideoStream> = {}): VideoStream => {
  const { color } = videoFacts()
  return videoFacts({ ...over, color: { ...color, effective: { ...color.effective, ...tags } } })
}
const sized = (width: number, height: number, over: Partial<VideoStream> = {}): VideoStream =>
  videoFacts({ codedWidth: width, codedHeight: height, displayWidth: width, displayHeight: height, ...over })

const plan = (
  reference: VideoStream,
  distorted: VideoStream,
  options: Partial<ComparisonOptions> = {},
): ComparisonPlan =>
  planComparison({
    reference: mediaFacts([reference], [], { path: 'master.mov' }),
    distorted: mediaFacts([distorted], [], { path: 'rung.mp4' }),
    options: { ...ComparisonOptions.parse({}), ...options },
    engine: { name: 'headend' },
  })
const names = (steps: ComparisonPlan['reference']['steps']): string[] => steps.map(({ name }) => name)
const refused = (message: RegExp) => (error: unknown) =>
  error instanceof HeadendError &&
  error.code === 'HE_COMPARE_IMPOSSIBLE' &&
  message.test(error.message) &&
  error.hint !== ''

describe('planComparison', () => {
  it('leaves alike pictures as they are', () => {
    const made = plan(videoFacts(), videoFacts())
    assert.deepEqual(
      [names(made.reference.steps), names(made.distorted.steps)],
      [
        ['setsar', 'format'],
        ['setsar', 'format'],
      ],
    )
    assert.deepEqual([made.width, made.height, made.pixelFormat, made.frameRate], [1920, 1080, 'yuv420p', '25/1'])
    assert.deepEqual(made.models, ['vmaf_v0.6.1', 'vmaf_v0.6.1neg'])
    assert.deepEqual(made.warnings, [])
  })

  it('compares at the reference’s size, or at that of what was coded', () => {
    const rung = sized(960, 540)
    const shown = plan(videoFacts(), rung)
    assert.deepEqual(
      [shown.width, names(shown.reference.steps)[0], names(shown.distorted.steps)[0]],
      [1920, 'setsar', 'scale'],
    )
    const coded = plan(videoFacts(), rung, { at: 'output' })
    assert.deepEqual(
      [coded.width, names(coded.reference.steps)[0], names(coded.distorted.steps)[0]],
      [960, 'scale', 'setsar'],
    )
    const odd = plan(sized(853, 481), sized(852, 480))
    assert.deepEqual([odd.width, odd.height], [852, 480], 'whole samples of 4:2:0')
  })

  it('takes the deeper of both, and turns what is to be turned', () => {
    const deep = videoFacts({ pixelFormat: 'yuv422p10le', bitDepth: 10, chroma: '4:2:2' })
    assert.equal(plan(deep, videoFacts()).pixelFormat, 'yuv420p10le')
    const turned = sized(1080, 1920, { displayWidth: 1920, displayHeight: 1080, rotation: 90 })
    const made = plan(turned, videoFacts())
    assert.equal(names(made.reference.steps)[0], 'transpose')
    assert.deepEqual([made.width, made.height], [1920, 1080])
  })

  it('brings other colors to the reference’s and says so', () => {
    const full = plan(videoFacts(), colored({ range: 'pc' }))
    assert.deepEqual(
      full.warnings.map(({ code }) => code),
      ['color-differs'],
    )
    assert.ok(names(full.distorted.steps).includes('setparams'))
    const rgb = plan(colored({ matrix: 'gbr', range: 'pc' }, { pixelFormat: 'gbrp', chroma: 'rgb' }), videoFacts())
    assert.match(rgb.choices.find(({ what }) => what === 'compare.color')!.pick, /bt709.*tv/)
  })

  it('takes what one file does not state from the other', () => {
    const none = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }
    const untagged = (width: number, height: number): VideoStream =>
      colored(none, { codedWidth: width, codedHeight: height, displayWidth: width, displayHeight: height })
    // By their sizes alone they would be of 625 and of 525 lines.
    for (const [a, b] of [
      [untagged(640, 480), untagged(320, 240)],
      [untagged(1920, 1080), untagged(640, 360)],
      [videoFacts(), untagged(640, 360)],
      [untagged(640, 360), sized(320, 180)],
    ] as const)
      assert.deepEqual(plan(a, b).warnings, [])
  })

  it('refuses what would compare different things, with what to do', () => {
    assert.throws(
      () => plan(videoFacts(), videoFacts({ frameRate: '30000/1001' })),
      refused(/25 frames a second.*30000\/1001/),
    )
    assert.throws(() => plan(videoFacts(), sized(1440, 1080)), refused(/different shapes: 1920x1080 and 1440x1080/))
    assert.throws(
      () => plan(colored({ primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc' }), videoFacts()),
      refused(/HDR \(PQ\) and the distorted SDR/),
    )
    assert.throws(() => plan(sized(64, 36), sized(64, 36)), refused(/too small/))
    const variable = videoFacts({ frameRateMode: 'variable' })
    assert.throws(() => plan(variable, variable), refused(/neither file has a constant frame rate/))
    assert.throws(
      () =>
        planComparison({
          reference: mediaFacts([], []),
          distorted: mediaFacts([videoFacts()], []),
          options: ComparisonOptions.parse({}),
          engine: { name: 'headend' },
        }),
      (error: unknown) => error instanceof HeadendError && error.code === 'HE_INPUT_NO_TRACK',
    )
  })

  it('warns of what is compared with a reserve', () => {
    const codes = (reference: VideoStream, distorted: VideoStream): string[] =>
      plan(reference, distorted).warnings.map(({ code }) => code)
    assert.deepEqual(codes(videoFacts(), videoFacts({ frameCount: 249 })), ['frame-counts-differ'])
    assert.deepEqual(codes(videoFacts(), videoFacts({ frameRateMode: 'variable' })), ['frame-rate-varies'])
    assert.deepEqual(codes(videoFacts({ scan: 'interlaced' }), videoFacts()), ['scan-differs'])
    assert.deepEqual(codes(videoFacts({ frameRate: '2997/100' }), videoFacts({ frameRate: '30000/1001' })), [])
    const pq = colored(
      { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc' },
      { pixelFormat: 'yuv420p10le', bitDepth: 10, hdr: { ...videoFacts().hdr, format: 'hdr10' } },
    )
    assert.deepEqual(codes(pq, pq), ['vmaf-hdr'])
  })
})
