import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { audioFacts, mediaFacts, sampleTitles, tags, videoFacts } from '../../test/media/sample-facts.ts'
import { type CodedStream, decodedPictureBuffer, firstExceeded, levelNames } from '../codecs/index.ts'
import { HeadendError, parseRational } from '../core/index.ts'
import type { LoudnessReading, MediaFacts } from '../model/index.ts'
import { explainPlan, planHash, planTranscode, planVod, TranscodeOptions, VodOptions } from './index.ts'

const vod = (facts: MediaFacts, options: object = {}, loudness: Record<number, LoudnessReading> = {}) =>
  planVod({ facts, loudness, options: VodOptions.parse(options) })
const code = (expected: string) => (error: unknown) => error instanceof HeadendError && error.code === expected
const reading = (over: Partial<LoudnessReading>): LoudnessReading => ({
  integratedLufs: -20,
  momentaryMaxLufs: -15,
  shortTermMaxLufs: -17,
  loudnessRangeLu: 6,
  truePeakDbtp: -6,
  samplePeakDbfs: -6,
  ...over,
})

describe('planVod', () => {
  it('makes GOPs that divide segments exactly at 30000/1001', () => {
    const plan = vod(sampleTitles['720p2997-51']!)
    assert.equal(plan.video?.gopFrames, 60)
    assert.equal(plan.video?.segmentFrames, 180)
    assert.deepEqual(plan.output, { kind: 'package', segmentDuration: '3003/500', hls: true, dash: true })
    assert.equal(plan.duration, '1001/100')
  })

  it('never plans above the source, and always legally, whatever the source', () => {
    const rate = fc.constantFrom('24000/1001', '25/1', '30000/1001', '50/1', '60000/1001', '60/1', '15/1', '100/1')
    fc.assert(
      fc.property(
        fc.integer({ min: 32, max: 4096 }),
        fc.integer({ min: 32, max: 4096 }),
        rate,
        fc.double({ min: 0.5, max: 8, noNaN: true }),
        (width, height, frameRate, gopSeconds) => {
          const facts = mediaFacts(
            [
              videoFacts({
                codedWidth: width,
                codedHeight: height,
                displayWidth: width,
                displayHeight: height,
                frameRate: frameRate as '25/1',
                frameCount: 100,
              }),
            ],
            [],
          )
          const { video } = vod(facts, { gopSeconds })
          assert.ok(video)
          assert.equal(video.segmentFrames % video.gopFrames, 0)
          assert.equal(new Set(video.renditions.map(rung => rung.id)).size, video.renditions.length, 'ids are unique')
          for (const rung of video.renditions) {
            assert.ok(
              rung.width <= width && rung.height <= height,
              `${rung.width}x${rung.height} of ${width}x${height}`,
            )
            assert.ok(rung.width % 2 === 0 && rung.height % 2 === 0)
            const { rate, encoder } = rung
            assert.ok(rate.mode === 'constant-quality')
            const references = decodedPictureBuffer('libx264', {
              speed: 'medium',
              bFrames: encoder.options.bf === undefined ? null : Number(encoder.options.bf),
              references: encoder.options.refs === undefined ? null : Number(encoder.options.refs),
            })
            const stream: CodedStream = {
              codec: 'h264',
              profile: 'high',
              width: rung.width,
              height: rung.height,
              frameRate: parseRational(video.frameRate),
              references,
              maxrateBps: rate.maxrateBps,
              bufsizeBits: rate.bufsizeBits,
            }
            assert.equal(firstExceeded(stream, rung.level!), null)
            const names = levelNames('h264', 'high')
            const smaller = names[names.indexOf(rung.level!) - 1]
            if (smaller) assert.notEqual(firstExceeded(stream, smaller), null, 'and it is the smallest')
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('assumes BT.601 for SD and says so, BT.709 for HD', () => {
    const pal = vod(sampleTitles['pal-interlaced-untagged']!)
    assert.equal(pal.video?.color.matrix, 'bt470bg')
    assert.ok(pal.warnings.some(warning => warning.code === 'color-assumed' && /625/.test(warning.message)))
    assert.equal(vod(sampleTitles['ntsc-untagged']!).video?.color.primaries, 'smpte170m')
    assert.equal(vod(mediaFacts([videoFacts({}, tags(null, null, null, null))], [])).video?.color.primaries, 'bt709')
  })

  it('tone maps PQ and HLG once, before the rungs', () => {
    for (const name of ['uhd-hdr10', 'hlg-50p']) {
      const plan = vod(sampleTitles[name]!)
      assert.ok(
        plan.video?.prepare.some(step => step.name === 'lutrgb'),
        'the curve',
      )
      assert.equal(plan.video?.color.transfer, 'bt709')
    }
  })

  it('turns, deinterlaces and puts on the grid in this order', () => {
    assert.deepEqual(
      vod(sampleTitles['pal-interlaced-untagged']!).video?.prepare.map(step => step.name),
      ['bwdif', 'fps'],
    )
    assert.deepEqual(
      vod(sampleTitles['portrait-phone']!).video?.prepare.map(step => step.name),
      ['fps', 'transpose'],
    )
  })

  it('puts a variable rate on the next standard one and warns', () => {
    const plan = vod(sampleTitles['vfr-clip']!)
    assert.equal(plan.video?.frameRate, '30000/1001')
    assert.ok(plan.warnings.some(warning => warning.code === 'variable-frame-rate'))
    assert.ok(plan.warnings.some(warning => warning.code === 'audio-length'))
  })

  it('gains linearly, and limits only when the true peak would pass the ceiling', () => {
    const quiet = vod(sampleTitles['1080p25-stereo']!, {}, { 1: reading({ integratedLufs: -20, truePeakDbtp: -6 }) })
      .audio[0]
    assert.deepEqual([quiet?.loudness.gainDb, quiet?.loudness.limiter], [-3, false])
    const peaky = vod(sampleTitles['1080p25-stereo']!, {}, { 1: reading({ integratedLufs: -35, truePeakDbtp: -6 }) })
      .audio[0]
    assert.deepEqual([peaky?.loudness.gainDb, peaky?.loudness.limiter], [12, true])
    const silent = vod(sampleTitles['1080p25-stereo']!, {}, { 1: reading({ integratedLufs: null }) }).audio[0]
    assert.equal(silent?.loudness.gainDb, 0)
  })

  it('takes the default track first, each language once, commentary beside it', () => {
    const plan = vod(sampleTitles['two-languages-commentary']!)
    assert.deepEqual(
      plan.audio.map(track => track.stream),
      [2, 1, 3],
    )
    assert.equal(new Set(plan.audio.map(track => track.id)).size, 3)
  })

  it('refuses what cannot be done, with the nearest thing that can', () => {
    assert.throws(() => vod(mediaFacts([], [])), code('HE_INPUT_NO_TRACK'))
    assert.throws(
      () => vod(mediaFacts([videoFacts({ displayWidth: 1, displayHeight: 1 })], [])),
      code('HE_INPUT_UNSUPPORTED'),
    )
    assert.throws(() => vod(mediaFacts([videoFacts({ frameCount: 0 })], [])), code('HE_INPUT_EMPTY'))
    assert.throws(() => vod(mediaFacts([videoFacts()], [], { truncated: true })), code('HE_INPUT_TRUNCATED'))
    assert.throws(
      () => vod(mediaFacts([videoFacts({ dispositions: ['attached_pic'] })], [])),
      code('HE_INPUT_NO_TRACK'),
    )
    const p5 = {
      format: 'dolby-vision' as const,
      masteringDisplay: null,
      contentLight: null,
      hdr10Plus: false,
      dolbyVision: { profile: 5, level: 6, compatibilityId: 0, rpu: true, enhancementLayer: false, baseLayer: true },
    }
    assert.throws(() => vod(mediaFacts([videoFacts({ hdr: p5 })], [])), code('HE_INPUT_UNSUPPORTED'))
    assert.throws(
      () => vod(mediaFacts([videoFacts()], [audioFacts({ channels: 11, layout: '11 channels' })])),
      code('HE_INPUT_UNSUPPORTED'),
    )
  })
})

describe('planTranscode', () => {
  it('makes one rendition in one file, never larger than the source', () => {
    const plan = planTranscode({
      facts: sampleTitles['1080p25-stereo']!,
      loudness: {},
      options: TranscodeOptions.parse({ height: 4320 }),
    })
    assert.equal(plan.video?.renditions.length, 1)
    assert.equal(plan.video?.renditions[0]?.height, 1080)
    assert.equal(plan.output.kind === 'file' && plan.output.container, 'mp4')
    assert.equal(plan.audio[0]?.loudness.targetLufs, null)
  })

  it('keeps Dolby Vision 8.1 as 8.1 in HEVC and as 10.1 in AV1, at the size of the source alone', () => {
    const uhd = sampleTitles['uhd-hdr10']!
    const [picture] = uhd.video
    const dolbyVision = {
      profile: 8,
      level: 6,
      compatibilityId: 1,
      rpu: true,
      enhancementLayer: false,
      baseLayer: true,
    }
    const p3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], whitePoint: [0.3127, 0.329] }
    const masteringDisplay = { ...p3, minLuminance: 0.0001, maxLuminance: 1000 }
    const hdrOf = { ...picture!.hdr, format: 'dolby-vision', masteringDisplay, dolbyVision }
    const facts = { ...uhd, video: [{ ...picture!, hdr: hdrOf }] }
    const hdr = (options: object) =>
      planTranscode({ facts: facts as unknown as MediaFacts, loudness: {}, options: TranscodeOptions.parse(options) })
        .video!.hdr
    assert.deepEqual(hdr({ codec: 'hevc' }).dolbyVision, dolbyVision)
    assert.deepEqual(hdr({ codec: 'av1' }).dolbyVision, { ...dolbyVision, profile: 10 })
    assert.equal(hdr({ codec: 'av1', height: 1080 }).dolbyVision, null)
  })
})

describe('explainPlan and planHash', () => {
  it('writes one ffmpeg command with one decode and every rendition, safely quoted', () => {
    const plan = vod({ ...sampleTitles['1080p25-stereo']!, path: "it's here.mov" })
    const { ffmpeg, lines } = explainPlan(plan)
    assert.equal(ffmpeg.match(/ -i /g)?.length, 1)
    assert.ok(ffmpeg.includes("'it'\\''s here.mov'"))
    for (const rung of plan.video!.renditions) assert.ok(ffmpeg.includes(`${rung.id}.mp4`))
    for (const { pick, because } of plan.choices)
      assert.ok(
        lines.some(line => line.includes(pick) && line.includes(because)),
        pick,
      )
    for (const { message } of plan.warnings) assert.ok(lines.some(line => line.includes(message)))
  })
  it('hashes equal plans equally, whatever the order of keys', () => {
    const plan = vod(sampleTitles['1080p25-stereo']!)
    const shuffled = Object.fromEntries(Object.entries(plan).toReversed()) as typeof plan
    assert.equal(planHash(plan), planHash(shuffled))
    assert.notEqual(planHash(plan), planHash(vod(sampleTitles['1080p25-stereo']!, { crf: 22 })))
  })
})
