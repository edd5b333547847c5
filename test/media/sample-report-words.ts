// The parts of the sample report that are words: what went in, why the plan is so, what was checked.
import type {
  AudioRendition,
  Check,
  Choice,
  ColorTags,
  MediaFacts,
  VideoOutcome,
  VideoRendition,
} from '../../src/model/index.ts'

export const bt709: ColorTags = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  range: 'tv',
  chromaLocation: 'left',
}

/** A ProRes master whose container and bitstream disagree about the matrix. */
export function sampleFacts(path: string, frames: number): MediaFacts {
  const duration = `${BigInt(frames) * 1001n}/30000` as const
  const base = { startTime: '0/1', duration, language: 'eng', title: null, packets: frames } as const
  return {
    path,
    sizeBytes: 1_402_338_291,
    container: {
      format: 'mov',
      demuxer: 'mov,mp4,m4a,3gp,3g2,mj2',
      longName: 'QuickTime / MOV',
      majorBrand: 'qt  ',
      startTime: '0/1',
      duration,
      bitrateBps: 186_604_000,
      fastStart: false,
      fragmented: false,
      tags: { encoder: 'Blackmagic Design DaVinci Resolve Studio' },
    },
    video: [
      {
        ...base,
        index: 0,
        codec: 'prores',
        codecString: null,
        codecTag: 'apch',
        profile: 'HQ',
        timebase: '1/30000',
        bitrateBps: 184_310_000,
        dispositions: ['default'],
        level: null,
        codedWidth: 1920,
        codedHeight: 1080,
        displayWidth: 1920,
        displayHeight: 1080,
        sampleAspectRatio: '1/1',
        frameRate: '30000/1001',
        frameRateMode: 'constant',
        frameCount: frames,
        pixelFormat: 'yuv422p10le',
        bitDepth: 10,
        chroma: '4:2:2',
        hasAlpha: false,
        scan: 'progressive',
        fieldOrder: 'progressive',
        rotation: 0,
        hasBFrames: false,
        color: {
          container: { ...bt709, range: null, chromaLocation: null },
          bitstream: { ...bt709, matrix: 'smpte170m', range: 'tv', chromaLocation: null },
          effective: { ...bt709, matrix: 'smpte170m', chromaLocation: null },
          contradictions: ['matrix'],
        },
        hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
        timecode: '01:00:00;00',
      },
    ],
    audio: [
      {
        ...base,
        index: 1,
        codec: 'pcm_s24le',
        codecString: null,
        codecTag: 'lpcm',
        profile: null,
        timebase: '1/48000',
        bitrateBps: 6_912_000,
        dispositions: ['default'],
        sampleRateHz: 48_000,
        sampleFormat: 's32',
        channels: 6,
        layout: '5.1',
        initialPaddingSamples: 0,
      },
    ],
    subtitles: [],
    other: [],
    chapters: [{ start: '0/1', end: '20/1', title: 'Part one' }],
    timecode: '01:00:00;00',
    scan: 'full',
    truncated: false,
    warnings: [
      { code: 'color-contradiction', message: 'Container says matrix bt709, the bitstream says smpte170m: stream 0.' },
    ],
  }
}

const choice = (what: string, pick: string, because: string, over?: string[]): Choice =>
  over ? { what, pick, because, over } : { what, pick, because }

/** Reasons such as the planner writes them. */
export function sampleChoices(rungs: readonly VideoRendition[], sounds: readonly AudioRendition[]): Choice[] {
  return [
    choice('video.stream', '0', 'The only video stream.'),
    choice('video.frameRate', '30000/1001', 'The source is constant at 30000/1001; a rate is never converted unasked.'),
    choice('video.prepare.color', 'smpte170m matrix to bt709', 'One color description for every rung.', [
      'keep smpte170m',
    ]),
    choice('video.gopFrames', '60', 'Two closed GOPs of 60 frames make one segment of 120 frames exactly.', [
      '48',
      '90',
    ]),
    choice('output.segmentDuration', '1001/250', '120 frames at 30000/1001 are 4.004 s, the nearest to 4 s.', ['4/1']),
    ...rungs.flatMap(r => [
      choice(`video.renditions.${r.id}.size`, `${r.width}x${r.height}`, 'A step of the ladder not above the source.'),
      choice(
        `video.renditions.${r.id}.level`,
        r.level ?? '',
        'Lowest level of H.264 table A-1 whose macroblock rate, DPB and bit rate suffice.',
      ),
      choice(
        `video.renditions.${r.id}.quality`,
        String(r.rate.mode === 'constant-quality' && r.rate.quality),
        'Lower rungs are upscaled, which hides coding noise.',
      ),
      choice(
        `video.renditions.${r.id}.maxrate`,
        String(r.rate.mode === 'constant-quality' && r.rate.maxrateBps),
        'Capped so that a hard scene cannot exceed what the rung is announced for.',
      ),
      choice(`video.renditions.${r.id}.encoder`, 'libx264', 'Proven here by a trial encode.', ['h264_nvenc']),
    ]),
    ...sounds.flatMap(a => [
      choice(`audio.${a.id}.codec`, 'AAC-LC', 'Every HLS and DASH device decodes it.', ['HE-AAC', 'AC-3']),
      choice(
        `audio.${a.id}.loudness`,
        `${a.loudness.gainDb} dB, linear`,
        'EBU R 128 asks for −23 LUFS; the gain leaves the true peak under −1 dBTP, so no limiter is needed.',
      ),
    ]),
  ]
}

/** Checks that agree with `verdict`. */
export function sampleChecks(
  verdict: 'pass' | 'warn' | 'fail',
  frames: number,
  outcomes: readonly VideoOutcome[],
  sounds: readonly AudioRendition[],
): Check[] {
  const bad = verdict === 'fail'
  const check = (id: string, subject: string, promised: string, measured: string, message: string): Check => ({
    id,
    subject,
    status: 'pass',
    promised,
    measured,
    message,
  })
  const list: Check[] = [
    check(
      'package.hls',
      'package',
      'a playable master playlist',
      'parsed, 5 variants',
      'The HLS playlist is complete.',
    ),
    check('package.dash', 'package', 'a playable MPD', 'parsed, 2 sets', 'The DASH manifest is complete.'),
    ...outcomes.flatMap(o => [
      check('video.decode', o.id, 'no errors', 'no errors', 'Every segment decodes completely.'),
      check('video.frames', o.id, `${frames} frames`, `${o.frames} frames`, 'No frame is missing or doubled.'),
      check('video.duration', o.id, '60.06 s', '60.06 s', 'It lasts as long as the source.'),
      check('video.color', o.id, 'bt709/bt709/bt709 tv', 'bt709/bt709/bt709 tv', 'The color tags say what was made.'),
      check(
        'video.quality',
        o.id,
        'PSNR-Y ≥ 28 dB',
        `${o.quality!.psnrY.mean.toFixed(2)} dB`,
        'Quality is above the floor.',
      ),
      check('segments.keyframes', o.id, 'at each segment', '15 of 15', 'Each segment begins with a key frame.'),
    ]),
    ...sounds.flatMap(a => [
      check('audio.loudness', a.id, '−23.0 LUFS ±0.5 LU', '−23.0 LUFS', 'The programme is as loud as promised.'),
      check('audio.truePeak', a.id, '≤ −1.0 dBTP', '−2.6 dBTP', 'The true peak stays under the limit.'),
    ]),
  ]
  const patch = (id: string, subject: string, change: Partial<Check>): void => {
    const index = list.findIndex(c => c.id === id && c.subject === subject)
    list[index] = { ...list[index]!, ...change }
  }
  if (bad) {
    patch('video.frames', 'v360', {
      status: 'fail',
      measured: `${frames - 3} frames`,
      message: 'Three frames are missing from the end of the rendition.',
    })
    patch('audio.loudness', 'a_eng_51', {
      status: 'fail',
      measured: '−21.8 LUFS',
      message: 'The programme is 1.2 LU louder than promised.',
    })
  }
  if (verdict !== 'pass')
    list.push({
      ...check(
        'content.black',
        'v1080',
        'no black beyond the source',
        '0.73 s',
        'Black at the start, also in the source.',
      ),
      status: 'warn',
    })
  list.push({
    ...check('audio.silence', 'a_eng_51', 'no new silence', 'not measured', 'The source was not scanned for silence.'),
    status: 'skipped',
  })
  return list
}
