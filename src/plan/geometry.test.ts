import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { videoFacts } from '../../test/media/sample-facts.ts'
import { HeadendError } from '../core/index.ts'
import type { VideoStream } from '../model/index.ts'
import { type GeometryRequest, planGeometry } from './geometry.ts'

type Wish = Partial<Omit<GeometryRequest, 'video'>>
const plan = (video: Partial<VideoStream>, wish: Wish = {}) =>
  planGeometry({
    video: videoFacts(video),
    crop: 'none',
    size: {},
    fit: 'inside',
    upscale: false,
    pixels: 'square',
    rotation: 'apply',
    evenSides: true,
    ...wish,
  })
const size = (video: Partial<VideoStream>, wish: Wish = {}): string => {
  const { width, height, sampleAspectRatio } = plan(video, wish)
  return `${width}x${height} ${sampleAspectRatio}`
}
const impossible = (hint: RegExp) => (error: unknown) =>
  error instanceof HeadendError && error.code === 'HE_PLAN_IMPOSSIBLE' && hint.test(error.hint)
const pal: Partial<VideoStream> = { codedWidth: 720, codedHeight: 576, sampleAspectRatio: '16/11' }

describe('planGeometry', () => {
  it('does nothing to a picture that is as it should be', () => {
    const { steps, width, height, prepared, display, choices } = plan({})
    assert.deepEqual([steps, width, height, choices], [[], 1920, 1080, []])
    assert.deepEqual([prepared, display], [display, { width: 1920, height: 1080 }])
  })

  it('fits inside of what is asked for and never goes up unasked', () => {
    assert.equal(size({}, { size: { width: 1280 } }), '1280x720 1/1')
    assert.equal(size({}, { size: { width: 1280, height: 360 } }), '640x360 1/1')
    assert.equal(size({}, { size: { height: 2160 } }), '1920x1080 1/1')
    assert.equal(size({}, { size: { height: 2160 }, upscale: true }), '3840x2160 1/1')
  })

  it('stretches lines, as pictures of BT.601 are shown, or keeps and states the aspect', () => {
    assert.equal(size(pal), '1046x576 1/1', '1047.3, even, and not more than there is')
    assert.equal(size(pal, { pixels: 'keep' }), '720x576 16/11')
    assert.equal(size(pal, { pixels: 'keep', size: { height: 288 } }), '360x288 16/11')
    const ntsc: Partial<VideoStream> = { codedWidth: 720, codedHeight: 480, sampleAspectRatio: '8/9' }
    assert.equal(size(ntsc), '640x480 1/1')
    assert.deepEqual(plan(pal).display, { width: 1047, height: 576 })
  })

  it('turns, with the aspect of pixels turned too, or leaves it to the container', () => {
    const turned = { ...pal, rotation: 90 } as const
    assert.equal(size(turned, { pixels: 'keep' }), '576x720 11/16')
    assert.equal(size(turned), '576x1046 1/1')
    const kept = plan({ rotation: 270 }, { rotation: 'keep', size: { width: 540 } })
    assert.deepEqual([kept.width, kept.height, kept.rotation, kept.steps], [960, 540, 270, []])
    assert.deepEqual(kept.display, { width: 1080, height: 1920 }, 'upright')
    assert.deepEqual(
      ([90, 180, 270] as const).map(rotation => plan({ rotation }).steps.map(({ name, args }) => [name, args.dir])),
      [
        [['transpose', 'clock']],
        [
          ['hflip', undefined],
          ['vflip', undefined],
        ],
        [['transpose', 'cclock']],
      ],
    )
  })

  it('moves a crop inward to whole samples of chroma, and of both fields', () => {
    const crop = { x: 11, y: 7, width: 200, height: 120 }
    const at = (video: Partial<VideoStream>, fields?: boolean) => plan(video, { crop, fields }).steps[0]?.args
    assert.deepEqual(at({}), { w: 198, h: 118, x: 12, y: 8, exact: 1 })
    assert.deepEqual(at({ chroma: '4:2:2' }), { w: 198, h: 120, x: 12, y: 7, exact: 1 })
    assert.deepEqual(plan({ chroma: '4:4:4' }, { crop, evenSides: false }).steps[0]?.args, {
      w: 200,
      h: 120,
      x: 11,
      y: 7,
      exact: 1,
    })
    assert.deepEqual(at({ scan: 'interlaced', fieldOrder: 'tff' }), { w: 198, h: 116, x: 12, y: 8, exact: 1 })
    assert.deepEqual(at({ scan: 'interlaced' }, false), { w: 198, h: 118, x: 12, y: 8, exact: 1 }, 'once deinterlaced')
    assert.equal(plan({}, { crop }).choices[0]?.over?.[0], '200x120+11+7')
    assert.throws(() => plan({}, { crop: { x: 1900, y: 0, width: 100, height: 100 } }), impossible(/width:height:x:y/))
  })

  it('cuts a line off odd sides that nothing scales, and scales those that are scaled anyway', () => {
    const odd = { codedWidth: 853, codedHeight: 481 }
    const { steps, prepared, choices } = plan(odd)
    assert.deepEqual(steps, [{ name: 'crop', args: { w: 852, h: 480, x: 0, y: 0, exact: 1 } }])
    assert.deepEqual([prepared, choices.map(({ what }) => what)], [{ width: 852, height: 480 }, ['video.trim']])
    assert.deepEqual(plan(odd, { size: { width: 640 } }).steps, [])
    assert.equal(size(odd, { evenSides: false }), '853x481 1/1')
    const turned = plan({ ...odd, codedWidth: 852, rotation: 90 })
    assert.deepEqual([turned.width, turned.height, turned.steps[0]?.args.h], [480, 852, 480])
  })

  it('makes an exact size where the shape allows it, or by the aspect of pixels', () => {
    const wanted = { width: 1440, height: 1080 }
    assert.equal(size({}, { size: wanted, fit: 'exact', pixels: 'keep' }), '1440x1080 4/3')
    assert.throws(() => plan({}, { size: wanted, fit: 'exact' }), impossible(/1440x810/))
    assert.equal(size({}, { size: { width: 1280, height: 720 }, fit: 'exact' }), '1280x720 1/1')
    assert.throws(() => plan({}, { size: { width: 3840, height: 2160 }, fit: 'exact' }), impossible(/1920x1080/))
    assert.throws(() => plan({}, { size: { width: 1279, height: 719 }, fit: 'exact' }), impossible(/1278x718/))
  })

  it('refuses what is too small to mean anything', () =>
    assert.throws(() => plan({}, { size: { height: 20 } }), impossible(/32 pixels/)))

  it('keeps the shape within a sample of chroma, whatever the source and the wish', () => {
    const sar = fc.constantFrom('1/1', '16/11', '12/11', '40/33', '10/11', '8/9', '64/45', '4/3')
    fc.assert(
      fc.property(
        fc.integer({ min: 320, max: 4096 }),
        fc.integer({ min: 320, max: 2304 }),
        sar,
        fc.constantFrom(0, 90, 180, 270),
        fc.constantFrom('apply', 'keep'),
        fc.constantFrom('square', 'keep'),
        fc.integer({ min: 640, max: 4000 }),
        (codedWidth, codedHeight, sampleAspectRatio, rotation, turn, pixels, width) => {
          const video = { codedWidth, codedHeight, rotation, sampleAspectRatio } as Partial<VideoStream>
          const made = plan(video, { size: { width }, rotation: turn, pixels } as Wish)
          const [num, den] = made.sampleAspectRatio.split('/').map(Number) as [number, number]
          const shown = [(made.width * num) / den, made.height]
          const [w, h] = made.rotation % 180 === 0 ? shown : shown.toReversed()
          assert.ok(w! <= width + 0.001 || pixels === 'keep', `${w} of ${width}`)
          const most = pixels === 'keep' ? made.prepared : made.display
          const upright = pixels === 'keep' || made.rotation % 180 === 0
          const sides = upright ? [made.width, made.height] : [made.height, made.width]
          assert.ok(sides[0]! <= most.width + 1 && sides[1]! <= most.height + 1, 'never up')
          const drift = Math.abs((w! / h! / made.display.width) * made.display.height - 1)
          const slack =
            2 * (Math.max(1, num / den, den / num) / Math.min(w!, h!)) +
            2 / made.display.width +
            2 / made.display.height
          assert.ok(drift <= slack, `${JSON.stringify(made)} is off by ${drift}, ${slack} allowed`)
          assert.ok(made.width % 2 === 0 && made.height % 2 === 0)
        },
      ),
      { numRuns: 500 },
    )
  })
})
