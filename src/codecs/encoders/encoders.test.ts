import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type PlannedHdr, type RateControl, videoCodecs } from '../../model/index.ts'
import {
  decodedPictureBuffer,
  type EncoderRequest,
  encoderLimits,
  encoderNames,
  encoderSettings,
  encodersFor,
  rateModes,
  speedNames,
} from './index.ts'
import { speedOn, speedScales } from './speeds.data.ts'

const M = 1_000_000
const quality: RateControl = { mode: 'constant-quality', quality: 23, maxrateBps: null, bufsizeBits: null }
const capped: RateControl = { mode: 'constant-quality', quality: 23, maxrateBps: 3 * M, bufsizeBits: 6 * M }
const vbr: RateControl = { mode: 'vbr', averageBps: 2 * M, maxrateBps: 3 * M, bufsizeBits: 6 * M }
const cbr: RateControl = { mode: 'cbr', averageBps: 2 * M, bufsizeBits: 2 * M }
const sdr = { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null } as const
const hdr10: PlannedHdr = {
  ...sdr,
  format: 'hdr10',
  // P3 primaries at 1000 cd/m², as a mastering monitor has them.
  masteringDisplay: {
    red: [0.68, 0.32],
    green: [0.265, 0.69],
    blue: [0.15, 0.06],
    whitePoint: [0.3127, 0.329],
    minLuminance: 0.0001,
    maxLuminance: 1000,
  },
  contentLight: { maxCll: 1000, maxFall: 400 },
}
const bt709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv', chromaLocation: 'left' } as const
const pq = {
  ...bt709,
  primaries: 'bt2020',
  transfer: 'smpte2084',
  matrix: 'bt2020nc',
  chromaLocation: 'topleft',
} as const

const h264: EncoderRequest = {
  codec: 'h264',
  profile: 'high',
  level: '4.0',
  tier: null,
  pixelFormat: 'yuv420p',
  width: 1920,
  height: 1080,
  frameRate: '30000/1001',
  rate: capped,
  passes: 1,
  speed: 'medium',
  gopFrames: 60,
  keyFrames: 'grid',
  bFrames: null,
  references: null,
  color: bt709,
  hdr: sdr,
  scan: 'progressive',
}
const hevc: EncoderRequest = { ...h264, codec: 'hevc', profile: 'main10', tier: 'main', pixelFormat: 'yuv420p10le' }
const av1: EncoderRequest = { ...hevc, codec: 'av1', profile: 'main' }
const vp9: EncoderRequest = { ...h264, codec: 'vp9', profile: '0' }

function settings(name: string, request: EncoderRequest) {
  const answer = encoderSettings(name, request)
  assert.ok(answer.ok, answer.ok ? '' : answer.because)
  return answer.settings
}
function because(name: string, request: EncoderRequest): string {
  const answer = encoderSettings(name, request)
  assert.ok(!answer.ok, `${name} should have refused`)
  return answer.because
}
/** The keys of x264-params and the like. */
const params = (text: string | number | undefined): Record<string, string> =>
  Object.fromEntries(
    String(text)
      .split(':')
      .map(pair => pair.split('=') as [string, string]),
  )

describe('the table of encoders', () => {
  it('has a CPU encoder for every codec, and it is the last', () => {
    for (const codec of videoCodecs) assert.equal(encodersFor(codec).at(-1)?.family, 'cpu', codec)
    assert.equal(new Set(encoderNames).size, encoderNames.length)
  })

  it('knows what it does not know', () => {
    assert.equal(encoderLimits('h264_magic'), undefined)
    assert.match(because('h264_magic', h264), /no encoder h264_magic/)
    assert.equal(decodedPictureBuffer('h264_magic', h264), 16)
  })

  it('has a place on each scale for each of the nine names', () => {
    for (const [name, scale] of Object.entries(speedScales))
      for (const speed of speedNames) assert.notEqual(speedOn(scale, speed), null, `${name} ${speed}`)
    assert.equal(settings('libsvtav1', av1).options.preset, '8', 'medium is preset 8')
    assert.equal(settings('libsvtav1', { ...av1, speed: '5' }).options.preset, '5')
    assert.equal(settings('h264_nvenc', { ...h264, speed: '6' }).options.preset, 'p6')
    assert.equal(settings('h264_qsv', { ...h264, speed: '1' }).options.preset, 'veryslow')
    assert.match(because('libx264', { ...h264, speed: 'warp' }), /no speed warp; it has ultrafast/)
  })

  it('a limit that says yes is kept: every mode of every encoder has settings', () => {
    const rates = {
      'constant-quality': quality,
      'capped-quality': capped,
      vbr,
      cbr,
      fixed: { mode: 'fixed', averageBps: null },
    } as const
    for (const codec of videoCodecs) {
      for (const { name } of encodersFor(codec)) {
        const limits = encoderLimits(name)!
        for (const mode of rateModes) {
          const [profile, pixelFormat] = [limits.profiles[0]!, limits.pixelFormats[0]!]
          const request: EncoderRequest = { ...h264, codec, profile, pixelFormat, rate: rates[mode] }
          const answer = encoderSettings(name, { ...request, level: null })
          assert.equal(answer.ok, limits.rates.includes(mode), `${name} ${mode}`)
        }
      }
    }
  })
})

describe('refusals', () => {
  it('name what the encoder has instead', () => {
    assert.match(because('libx264', hevc), /encodes h264, not hevc/)
    assert.match(because('h264_vaapi', { ...h264, profile: 'high422' }), /no profile high422; it has .*high$/)
    assert.match(because('libsvtav1', { ...av1, pixelFormat: 'yuv444p10le' }), /takes yuv420p, yuv420p10le, not/)
    assert.match(because('h264_amf', { ...h264, rate: quality }), /no constant-quality .* capped-quality, vbr, cbr/)
    assert.match(because('libsvtav1', { ...av1, rate: vbr, passes: 2 }), /makes one pass only/)
    assert.match(because('libsvtav1', { ...av1, tier: 'high' }), /Main tier alone/)
    assert.match(because('libx265', { ...hevc, gopFrames: 1 }), /Intra profile/)
    assert.match(because('libx264', { ...h264, passes: 2 }), /two passes hold an average rate/)
    assert.match(because('h264_nvenc', { ...h264, bFrames: 9 }), /makes 4 B-frames, not 9/)
    assert.match(because('hevc_amf', { ...hevc, bFrames: 1 }), /makes no B-frames/)
    assert.match(because('libx265', { ...hevc, scan: 'tff' }), /progressive pictures only/)
    assert.match(because('libx264', { ...h264, tune: 'vmaf' }), /no tune vmaf; it has film/)
    assert.match(because('dnxhd', { ...h264, codec: 'dnxhr', profile: 'lb' }), /takes .*yuv422p.*, not yuv420p/)
  })

  it('half of a cap is no cap', () =>
    assert.match(
      because('libx264', { ...h264, rate: { ...capped, bufsizeBits: null } as RateControl }),
      /one of them is missing/,
    ))

  it('no metadata is dropped without a word', () => {
    const dolbyVision = {
      profile: 8,
      level: 4,
      compatibilityId: 1,
      rpu: true,
      enhancementLayer: false,
      baseLayer: true,
    }
    assert.match(because('libx264', { ...h264, hdr: { ...hdr10, hdr10Plus: true } }), /HDR10\+/)
    assert.match(because('hevc_nvenc', { ...hevc, hdr: { ...hdr10, dolbyVision } }), /Dolby Vision/)
    assert.match(because('libx265', { ...hevc, rate: quality, hdr: { ...hdr10, dolbyVision } }), /capped rate/)
    assert.match(because('libx265', { ...hevc, hdr: { ...sdr, dolbyVision } }), /mastering display/)
    assert.equal(settings('libx265', { ...hevc, hdr: { ...hdr10, dolbyVision } }).options.dolbyvision, 1)
    const answer = encoderSettings('libvpx-vp9', { ...vp9, profile: '2', pixelFormat: 'yuv420p10le', hdr: hdr10 })
    assert.ok(answer.ok && answer.notes.some(note => /in the container alone/.test(note)))
  })
})

describe('rate control', () => {
  it('each mode sets its own options and no other', () => {
    const of = (name: string, request: EncoderRequest, rate: RateControl) =>
      settings(name, { ...request, rate }).options
    const pick = (options: Record<string, unknown>) =>
      Object.fromEntries(
        ['crf', 'b', 'maxrate', 'minrate', 'bufsize'].flatMap(key => (key in options ? [[key, options[key]]] : [])),
      )
    assert.deepEqual(pick(of('libx264', h264, quality)), { crf: 23 })
    assert.deepEqual(pick(of('libx264', h264, capped)), { crf: 23, maxrate: 3 * M, bufsize: 6 * M })
    assert.deepEqual(pick(of('libx264', h264, vbr)), { b: 2 * M, maxrate: 3 * M, bufsize: 6 * M })
    assert.deepEqual(pick(of('libx264', h264, cbr)), { b: 2 * M, maxrate: 2 * M, bufsize: 2 * M })
    assert.equal(of('libx264', h264, cbr)['nal-hrd'], 'cbr')
    assert.equal(of('libx264', h264, vbr)['nal-hrd'], undefined)
    assert.deepEqual(pick(of('libsvtav1', av1, quality)), { crf: 23, b: 0 })
    assert.deepEqual(pick(of('libsvtav1', av1, vbr)), { b: 2 * M, bufsize: 6 * M }, 'SVT-AV1 refuses a cap here')
    assert.deepEqual(pick(of('libvpx-vp9', vp9, cbr)), { b: 2 * M, minrate: 2 * M, maxrate: 2 * M, bufsize: 2 * M })
    assert.deepEqual(pick(of('h264_nvenc', h264, capped)), { b: 0, maxrate: 3 * M }, 'cq drops the buffer')
  })

  it('Quick Sync is never told an average that would make it a constant rate', () => {
    const tight: RateControl = { mode: 'vbr', averageBps: 3 * M, maxrateBps: 3 * M, bufsizeBits: 6 * M }
    for (const rate of [capped, tight]) {
      const { b, maxrate } = settings('h264_qsv', { ...h264, rate }).options
      assert.ok(Number(b) < Number(maxrate))
    }
    const { b, maxrate } = settings('h264_qsv', { ...h264, rate: cbr }).options
    assert.equal(b, maxrate)
  })

  it('what cannot bind a peak says so', () => {
    const notes = (name: string, request: EncoderRequest) => {
      const answer = encoderSettings(name, request)
      assert.ok(answer.ok)
      return answer.notes.join(' ')
    }
    assert.match(notes('libsvtav1', { ...av1, rate: vbr }), /on average only/)
    assert.doesNotMatch(notes('libsvtav1', { ...av1, rate: capped }), /on average only/)
    assert.match(notes('libvpx-vp9', { ...vp9, rate: capped }), /on average only/)
    assert.match(notes('h264_nvenc', { ...h264, rate: capped }), /maxrate alone/)
  })

  it('quality keeps its place on scales of other lengths', () => {
    const cq = (request: EncoderRequest, name: string) => settings(name, { ...request, rate: quality }).options
    assert.equal(cq(h264, 'h264_nvenc').cq, 23)
    assert.equal(cq(av1, 'av1_nvenc').cq, 23)
    assert.equal(cq(av1, 'av1_qsv').global_quality, Math.round((23 * 51) / 63))
    assert.equal(cq(h264, 'h264_videotoolbox').global_quality, 56 * 118, 'turned round: 100 is best')
  })

  it('two passes share their statistics by the place that the job gives', () => {
    for (const [name, request, key] of [
      ['libx264', h264, 'stats'],
      ['libx265', hevc, 'x265-stats'],
    ] as const) {
      const { options, firstPass } = settings(name, { ...request, rate: vbr, passes: 2 })
      assert.equal(options[key], '{stats}')
      assert.equal(firstPass?.options[key], '{stats}')
      assert.match(String(options.flags), /\+pass2/)
      assert.match(String(firstPass?.options.flags), /\+pass1/)
      const { flags: _, ...rest } = options
      const { flags: __, ...first } = firstPass!.options
      assert.deepEqual(first, rest, 'the passes differ in nothing else')
    }
    assert.match(because('libvpx-vp9', { ...vp9, rate: vbr, passes: 2 }), /one pass only/)
  })
})

describe('what the bitstream carries', () => {
  it('HDR10 in the units of each encoder', () => {
    const request: EncoderRequest = { ...hevc, color: pq, hdr: hdr10 }
    const x265 = params(settings('libx265', request).options['x265-params'])
    assert.equal(x265['master-display'], 'G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)')
    assert.equal(x265['max-cll'], '1000,400')
    assert.equal(x265.hdr10, '1')
    assert.equal(x265.chromaloc, '2')
    const svt = params(settings('libsvtav1', { ...av1, color: pq, hdr: hdr10 }).options['svtav1-params'])
    assert.equal(svt['mastering-display'], 'G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.0001)')
    assert.equal(svt['content-light'], '1000,400')
    assert.equal(params(settings('libx265', hevc).options['x265-params']).hdr10, undefined)
  })

  it('HLG by its SEI as well', () => {
    const color = { ...pq, transfer: 'arib-std-b67' } as const
    assert.equal(params(settings('libx265', { ...hevc, color }).options['x265-params'])['atc-sei'], '18')
  })

  it('the grid alone, or cuts besides; forced frames are IDR', () => {
    const x264 = settings('libx264', h264).options
    assert.deepEqual([x264.g, x264.sc_threshold, x264['forced-idr']], [60, 0, 1])
    assert.notEqual(settings('libx264', { ...h264, keyFrames: 'grid-and-cuts' }).options.sc_threshold, 0)
    const answer = encoderSettings('h264_nvenc', { ...h264, keyFrames: 'grid-and-cuts' })
    assert.ok(answer.ok && answer.notes.some(note => /no key frames on cuts/.test(note)))
  })

  it('Constrained Baseline has nothing that it must not have', () => {
    const request: EncoderRequest = { ...h264, profile: 'constrained-baseline' }
    const { bf, weightp, coder } = settings('libx264', request).options
    assert.deepEqual([bf, weightp, coder, settings('libx264', request).options['8x8dct']], [0, 'none', 'cavlc', 0])
    assert.equal(settings('h264_nvenc', request).options.bf, 0)
    assert.match(because('libx264', { ...request, bFrames: 2 }), /no B-frames; Main has/)
    assert.match(because('libx264', { ...request, scan: 'tff' }), /no interlaced coding/)
  })

  it('device formats and uploads stand in the filters', () => {
    const { filters, device } = settings('hevc_vaapi', hevc)
    assert.deepEqual(filters, [
      { name: 'format', args: { pix_fmts: 'p010le' } },
      { name: 'hwupload', args: {} },
    ])
    assert.equal(device, 'vaapi')
    assert.deepEqual(settings('h264_nvenc', h264).filters, [])
  })

  it('XDCAM HD422 is 50 Mbit/s of fields in 4:2:2', () => {
    const rate: RateControl = { mode: 'cbr', averageBps: 50 * M, bufsizeBits: 17_825_792 }
    const { options } = settings('mpeg2video', {
      ...h264,
      codec: 'mpeg2',
      profile: '422',
      level: 'high',
      pixelFormat: 'yuv422p',
      scan: 'tff',
      gopFrames: 12,
      rate,
    })
    assert.deepEqual([options.b, options.minrate, options.maxrate], [50 * M, 50 * M, 50 * M])
    assert.equal(options.level, 2, '4:2:2 Profile at High Level')
    assert.match(String(options.flags), /\+ildct\+ilme/)
    assert.deepEqual([options.intra_vlc, options.non_linear_quant, options.intra_dc_precision], [1, 1, 2])
  })

  it('ProRes takes a rate as bits of a macroblock, within its range', () => {
    const prores: EncoderRequest = {
      ...h264,
      codec: 'prores',
      profile: 'hq',
      level: null,
      pixelFormat: 'yuv422p10le',
      frameRate: '25/1',
      rate: { mode: 'fixed', averageBps: 204_000_000 },
    }
    assert.equal(settings('prores_ks', prores).options.bits_per_mb, 1000)
    assert.equal(
      settings('prores_ks', { ...prores, rate: { mode: 'fixed', averageBps: null } }).options.bits_per_mb,
      undefined,
    )
    assert.match(because('prores_ks', { ...prores, rate: { mode: 'fixed', averageBps: M } }), /128 to 8192/)
    assert.match(because('prores_ks', { ...prores, profile: '4444' }), /carries 4:4:4/)
    const alpha: EncoderRequest = { ...prores, profile: '4444', pixelFormat: 'yuva444p10le' }
    assert.equal(settings('prores_ks', alpha).options.alpha_bits, 16)
  })
})
