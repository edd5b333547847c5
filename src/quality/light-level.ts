// MaxCLL and MaxFALL by CTA-861.3 Annex P: the brightest pixel of a programme, and its brightest frame on average.
import { formatFilters } from '../codecs/index.ts'
import { describeSourceColor, displayLightSteps } from '../color/index.ts'
import type { ContentLight, CropRectangle, FilterStep, GraphSpec, MeasureResult, VideoStream } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'

/** Of code 65535 of the chain's last picture, cd/m². */
const FULL_SCALE_NITS = 10_000
/** Full scale is 65535; 0.15 cd/m² a step. */
const STEPS = 65_535

/** SMPTE ST 2084, equation 4.1, of 16-bit code values, as light in 16 bits. */
const TO_LIGHT = [
  `st(0,pow(val/${STEPS},1/78.84375))`,
  `${STEPS}*pow(max(ld(0)-0.8359375,0)/(18.8515625-18.6875*ld(0)),1/0.1593017578125)`,
].join(';')

/** The largest of R′, G′ and B′ of each pixel is the largest of R, G and B: the curve only rises. */
const LARGEST = 'extractplanes=g+b+r[g][b][r];[g][b]blend=all_mode=lighten[gb];[gb][r]blend=all_mode=lighten'

/** signalstats reads Y′CbCr; gray becomes its luma untouched when both are said to be full range. */
const STATISTICS: readonly FilterStep[] = [
  { name: 'lutyuv', args: { y: TO_LIGHT } },
  { name: 'setrange', args: { range: 'pc' } },
  { name: 'format', args: { pix_fmts: 'yuv420p16le' } },
  { name: 'signalstats', args: {} },
]
const KEYS = { mean: 'lavfi.signalstats.YAVG', largest: 'lavfi.signalstats.YMAX' } as const

export type LightLevelOptions = {
  /** The picture without its black bars, in coded pixels: CTA-861.3 averages over the active picture. */
  readonly crop?: CropRectangle | null | undefined
  /** Taken off all timestamps, `num/den` seconds. */
  readonly startTime?: string | undefined
}

/**
 * Reads every frame of `video` in the file at `path`; node `light` emits the `result` that `readLightLevel` takes. HLG is
 * measured as a display of 1000 cd/m² shows it, SDR with its white at 203 cd/m². @throws {HE_INPUT_UNSUPPORTED} for colors
 * without a conversion.
 */
export function lightLevelSpec(path: string, video: VideoStream, options: LightLevelOptions = {}): GraphSpec {
  const { crop, startTime } = options
  const { used } = describeSourceColor(video)
  const cut: FilterStep[] = crop
    ? [{ name: 'crop', args: { w: crop.width, h: crop.height, x: crop.x, y: crop.y, exact: 1 } }]
    : []
  const graph = [
    formatFilters([...cut, ...displayLightSteps(video, used, crop ?? undefined)]),
    LARGEST,
    formatFilters(STATISTICS),
  ].join(',')
  return {
    nodes: [
      {
        id: 'source',
        kind: 'source',
        params: { path, streams: [video.index], ...(startTime ? { startTime } : {}) },
      },
      { id: 'decode', kind: 'decode', params: { type: 'video' } },
      {
        id: 'light',
        kind: 'measure',
        params: { type: 'video', inputs: 'single', graph, keys: Object.values(KEYS) },
      },
    ],
    edges: [
      { from: `source.s${video.index}`, to: 'decode.in', ...edgeBounds.packets },
      { from: 'decode.out', to: 'light.in', ...edgeBounds.frames },
    ],
  }
}

/** Both in whole cd/m², of what node `light` found; null without a frame. */
export function readLightLevel({ series }: MeasureResult): ContentLight | null {
  const highest = (key: string): number =>
    (series[key] ?? []).reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const [largest, mean] = [highest(KEYS.largest), highest(KEYS.mean)]
  if (!Number.isFinite(largest) || !Number.isFinite(mean)) return null
  const nits = (code: number): number => Math.round((code / STEPS) * FULL_SCALE_NITS)
  return { maxCll: nits(largest), maxFall: nits(mean) }
}
