// The sound: down-mix, loudness, exact length, AAC-LC.
import { type LoudnessStandard, loudnessStandards, planDownmix, planLoudness } from '../audio/index.ts'
import { formatRational, mul, parseRational, rational, round } from '../core/index.ts'
import type { AudioRendition, AudioStream, Choice, LoudnessReading, Warning } from '../model/index.ts'

const RATE_HZ = 48_000

export type AudioRequest = {
  readonly streams: readonly AudioStream[]
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  readonly standard: keyof typeof loudnessStandards
  /** Length of the presentation, seconds. */
  readonly duration: string
}

export type PlannedAudio = {
  readonly audio: AudioRendition[]
  readonly choices: Choice[]
  readonly warnings: Warning[]
}

export function planAudio({ streams, loudness, standard: key, duration }: AudioRequest): PlannedAudio {
  const samples = Number(round(mul(parseRational(duration), rational(RATE_HZ))))
  const standard: LoudnessStandard = loudnessStandards[key]
  const ids = new Set<string>()
  const planned = streams.map(stream => {
    const downmix = planDownmix(stream)
    const level = planLoudness(standard, loudness[stream.index])
    const id = uniqueId(stream, downmix.layout, ids)
    const bitrateBps = downmix.channels === 1 ? 64_000 : 128_000
    const rendition: AudioRendition = {
      id,
      stream: stream.index,
      language: stream.language,
      label: stream.title ?? stream.language ?? 'Main',
      codec: 'aac',
      codecString: 'mp4a.40.2',
      bitrateBps,
      sampleRateHz: RATE_HZ,
      channels: downmix.channels,
      layout: downmix.layout,
      encoder: { name: 'aac', options: { b: bitrateBps } },
      filters: [
        { name: 'aresample', args: { sample_rate: RATE_HZ, async: 1, first_pts: 0 } },
        ...downmix.filters,
        ...level.filters,
        { name: 'aresample', args: { sample_rate: RATE_HZ } },
        { name: 'aformat', args: { sample_fmts: 'fltp', channel_layouts: downmix.layout } },
        { name: 'apad', args: { whole_len: samples } },
        { name: 'atrim', args: { end_sample: samples } },
      ],
      loudness: {
        standard: standard.name,
        targetLufs: standard.targetLufs,
        toleranceLu: standard.toleranceLu,
        maxTruePeakDbtp: standard.maxTruePeakDbtp,
        measured: loudness[stream.index] ?? null,
        gainDb: level.gainDb,
        limiter: level.limiter,
      },
    }
    const at = (what: string, pick: string, because: string): Choice => ({ what: `audio.${id}.${what}`, pick, because })
    const choices = [
      at('codec', `AAC-LC, ${bitrateBps / 1000} kbit/s`, 'every player decodes it'),
      at('channels', downmix.layout, downmix.because),
      at('sampleRate', `${RATE_HZ} Hz`, 'the rate of video production'),
      at('loudness', `${level.gainDb} dB${level.limiter ? ', limited' : ''}`, level.because),
      at('length', `${samples} samples`, 'exactly as long as the picture: padded with silence or cut'),
    ]
    const warnings = downmix.assumedLayout
      ? [
          {
            code: 'layout-assumed',
            message: `Stream ${stream.index} does not state its channel layout; ${downmix.assumedLayout} is assumed from ${stream.channels} channels.`,
          },
        ]
      : []
    return { rendition, choices, warnings: [...warnings, ...lengthWarning(stream, duration)] }
  })
  return {
    audio: planned.map(each => each.rendition),
    choices: planned.flatMap(each => each.choices),
    warnings: planned.flatMap(each => each.warnings),
  }
}

function uniqueId(stream: AudioStream, layout: string, taken: Set<string>): string {
  const base = `a_${(stream.language ?? 'und').toLowerCase().replace(/[^a-z0-9]+/g, '-')}_${layout}`
  let id = base
  for (let n = 2; taken.has(id); n++) id = `${base}_${n}`
  taken.add(id)
  return id
}

const NOTABLE_S = 0.5

function lengthWarning(stream: AudioStream, duration: string): Warning[] {
  if (!stream.duration) return []
  const own = Number(
    formatRational(parseRational(stream.duration))
      .split('/')
      .reduce((a, b, i) => (i === 0 ? b : String(Number(a) / Number(b))), '0'),
  )
  const [num, den] = duration.split('/').map(Number) as [number, number]
  const gap = own - num / den
  if (Math.abs(gap) <= NOTABLE_S) return []
  const message =
    gap > 0
      ? `Sound of stream ${stream.index} is ${gap.toFixed(2)} s longer than the picture and is cut.`
      : `Sound of stream ${stream.index} is ${(-gap).toFixed(2)} s shorter than the picture; silence follows.`
  return [{ code: 'audio-length', message }]
}
