// The part of the inspection that watches: every picture stream is decoded once, for all checks of it.
import { parseRational, toNumber } from '../core/index.ts'
import type { DecodeResult, NodeSpec, PictureParams, PictureResult, VideoStream } from '../model/index.ts'
import type { ActiveLimits, QcPart } from './pass.ts'
import type {
  BarsLimits,
  BlackLimits,
  CutLimits,
  FlashFrameLimits,
  FreezeLimits,
  SolidLimits,
} from './picture-content.ts'
import type { BandLimits, BlockLimits, BlurLimits, NoiseLimits, PictureDropoutLimits } from './picture-damage.ts'
import type { FlashLimits } from './picture-flashes.ts'
import type { ChromaLimits, GamutLimits, LumaLimits } from './picture-levels.ts'
import type { CadenceLimits } from './picture-scan.ts'

export type PictureTrack = {
  readonly stream: VideoStream
  /** null when it was not decoded. */
  readonly result: PictureResult | null
  /** Packets and frames that the decoder could not make whole. */
  readonly damaged: number
}

const nodeOf = ({ index }: VideoStream): string => `picture_${index}`
/** A cover is no programme. */
const isMoving = ({ dispositions }: VideoStream): boolean => !dispositions.includes('attached_pic')

export const picturePart: QcPart<readonly PictureTrack[]> = {
  addTo(pass, limits) {
    if (![...limits.keys()].some(id => id.startsWith('picture.'))) return
    for (const stream of pass.facts.video.filter(isMoving)) {
      const params = { ...describe(stream), ...wanted(limits, stream) } as NodeSpec['params']
      pass.onFrames(stream.index, 'video', { id: nodeOf(stream), kind: 'picture', params })
    }
  },
  read: (results, facts) =>
    facts.video.filter(isMoving).map(stream => ({
      stream,
      result: (results.get(nodeOf(stream)) as PictureResult | undefined) ?? null,
      damaged: (results.get(`decode_${stream.index}.decoded`) as DecodeResult | undefined)?.damaged ?? 0,
    })),
  curves: ({ picture }) =>
    picture.flatMap(({ stream, result }) =>
      (result?.curves ?? []).map(({ id, title, unit, timeS, values }) => ({
        id,
        subject: `v${stream.index}`,
        title,
        unit,
        timeS: [...timeS],
        values: [...values],
      })),
    ),
  figures: ({ picture }) =>
    Object.fromEntries(picture.flatMap(({ stream, result }) => (result ? [[`v${stream.index}`, result.figures]] : []))),
}

function describe({ frameRate, color, pixelFormat, chroma, displayHeight }: VideoStream) {
  const { matrix, transfer, range } = color.effective
  const isHd = displayHeight >= 720
  return {
    fps: frameRate ? toNumber(parseRational(frameRate)) : 25,
    // Without tags players go by the size (as FFmpeg's and browsers' do).
    matrix: matrix?.startsWith('bt2020')
      ? 'bt2020'
      : matrix === 'bt709' || (matrix === null && isHd)
        ? 'bt709'
        : 'bt601',
    // Much HD was converted from RGB by BT.601, the default of FFmpeg's scaler, and says nothing.
    otherMatrices: matrix === null ? [isHd ? 'bt601' : 'bt709'] : [],
    transfer: transfer === 'smpte2084' ? 'pq' : transfer === 'arib-std-b67' ? 'hlg' : 'sdr',
    fullRange: range === 'pc' || /^yuvj/.test(pixelFormat) || chroma === 'rgb',
  } satisfies Pick<PictureParams, 'fps' | 'matrix' | 'otherMatrices' | 'transfer' | 'fullRange'>
}

/** Detail of smaller pictures is lines that comb by themselves, and no video of so few is interlaced. */
const LEAST_LINES = 128

/** What a check wants is looked for when it is on. */
function wanted(limits: ActiveLimits, { codedHeight }: VideoStream): Partial<PictureParams> {
  const of = <L>(id: string): L | undefined => limits.get(`picture.${id}`) as L | undefined
  const black = of<BlackLimits>('black')
  const solid = of<SolidLimits>('solid')
  const freeze = of<FreezeLimits>('freeze')
  const bars = of<BarsLimits>('bars')
  const flashFrames = of<FlashFrameLimits>('flash-frame')
  const cuts = of<CutLimits>('cuts-anomaly')
  const luma = of<LumaLimits>('luma-levels')
  const chroma = of<ChromaLimits>('chroma-levels')
  const gamut = of<GamutLimits>('gamut')
  const flashes = of<FlashLimits>('photosensitivity')
  const dropout = of<PictureDropoutLimits>('dropout')
  const cadence = of<CadenceLimits>('cadence')
  const blockiness = of<BlockLimits>('blockiness')
  const blur = of<BlurLimits>('blur')
  const banding = of<BandLimits>('banding')
  const noise = of<NoiseLimits>('noise')
  return {
    ...(black && {
      black: {
        belowPercent: black.belowPercent,
        areaPercent: black.areaPercent,
        minS: Math.min(black.minBlackS, black.minEdgeBlackS),
      },
    }),
    ...(solid && { solid: { spreadPercent: solid.spreadPercent, minS: solid.minSolidS } }),
    ...(freeze && {
      freeze: { minS: freeze.minFreezeS, meanPercent: freeze.meanPercent, blockPercent: freeze.blockPercent },
    }),
    ...(bars && { bars: { minS: bars.minBarsS } }),
    ...(flashFrames && { flashFrames }),
    ...(cuts && { cuts: { maxPerWindow: cuts.maxCuts, windowS: cuts.windowS } }),
    ...(luma && { luma }),
    ...(chroma && { chroma }),
    ...(gamut && { gamut }),
    ...(flashes && { flashes: { areaPercent: flashes.areaPercent, perSecond: flashes.maxFlashesPerS } }),
    ...(dropout && { dropout }),
    ...(cadence && {
      repeats: { minSharePercent: cadence.minRepeatPercent, maxSharePercent: cadence.maxRepeatPercent },
    }),
    fields: codedHeight >= LEAST_LINES && ['interlaced', 'field-order', 'cadence'].some(id => of(id) !== undefined),
    ...(blockiness && { blockiness }),
    ...(blur && { blur }),
    ...(banding && { banding }),
    ...(noise && { noise }),
    letterbox: of('letterbox') !== undefined,
  }
}
