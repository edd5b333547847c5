// The graph that measures everything the verdict wants to know.

import { formatFilters, samplingOf } from '../codecs/index.ts'
import type {
  EdgeSpec,
  EncodePlan,
  GraphSpec,
  NodeSpec,
  VideoPlan,
  VideoRendition,
  VmafJob,
  VmafPlan,
} from '../model/index.ts'
import { addPrepared, edgeBounds, isCopy } from '../plan/index.ts'

const { frames: FRAMES, packets: PACKETS } = edgeBounds

const SILENCE_CHAIN = 'silencedetect=n=-60dB:d=1'
export const silenceKeys = ['lavfi.silence_start', 'lavfi.silence_end'] as const

/** Cuts are where the mean difference to the picture before jumps by more than a tenth of the scale. */
export const CUTS_CHAIN = 'scdet=threshold=10'
export const cutKey = 'lavfi.scd.time'

/** Black: at least 0.5 s with 98 % of the pixels below 10 %. Freeze: at least 1 s within −60 dB of noise. */
const PICTURE_CHAIN = 'blackdetect=d=0.5:pic_th=0.98:pix_th=0.1,freezedetect=n=-60dB:d=1'
export const pictureKeys = [
  'lavfi.black_start',
  'lavfi.black_end',
  'lavfi.freezedetect.freeze_start',
  'lavfi.freezedetect.freeze_end',
] as const

/** Luma is what is compared, at the depth of the deepest of what was made. */
export const comparedFormat = (renditions: readonly { readonly pixelFormat: string }[]): string =>
  renditions.some(({ pixelFormat }) => samplingOf(pixelFormat).bitDepth > 8) ? 'yuv420p10le' : 'yuv420p'
export const qualityChain = '[reference]split=3[r0][r1][r2];[distorted][r0]psnr[p];[p][r1]ssim[s];[s][r2]xpsnr'
export const qualityKeys = ['lavfi.psnr.psnr.y', 'lavfi.ssim.Y', 'lavfi.xpsnr.xpsnr.y'] as const

/** Bytes of one finished rendition: init and segments in order, or one file and the stream in it. */
export type Finished = {
  readonly id: string
  readonly parts: readonly string[]
  readonly stream: number
  /** Where the file's clock begins, seconds: transport streams and FLV do not begin at zero. */
  readonly startTime?: string
}

/** Size at which rungs are compared: the prepared picture's, made even for 4:2:0. */
export function referenceSize(plan: EncodePlan): { width: number; height: number } {
  const { width, height } = plan.video!
  return { width: width - (width % 2), height: height - (height % 2) }
}

/**
 * Decodes everything that was made, once, and the source beside it. Nodes: `decode_<id>` emit `decoded`; `quality_<id>`,
 * `picture_<id>`, `picture_source`, `sound_<id>` and `loudness_<id>` emit `result`.
 */
export function verifySpec(plan: EncodePlan, finished: readonly Finished[]): GraphSpec {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const video = plan.video
  const made = finished.filter(each => video?.renditions.some(rung => rung.id === each.id))
  const rungs = made.filter(each => !video?.renditions.some(rung => rung.id === each.id && isCopy(rung)))
  // What is copied is the source: it is decoded whole, and there is nothing to compare.
  for (const copy of made.filter(each => !rungs.includes(each))) {
    addFile(copy, 'video', nodes, edges)
    addPicture(copy, nodes, edges)
  }
  if (video && rungs.length > 0) {
    nodes.push({
      id: 'source',
      kind: 'source',
      params: { path: plan.input.path, streams: [video.stream], startTime: plan.startTime },
    })
    const prepared = addPrepared(video, nodes, edges)
    const format = comparedFormat(video.renditions)
    nodes.push(
      {
        id: 'reference',
        kind: 'filter',
        params: {
          type: 'video',
          graph: [formatFilters(video.reference), `format=${format}`].filter(Boolean).join(','),
        },
      },
      {
        id: 'picture_source',
        kind: 'measure',
        params: { ...picture(), graph: `${PICTURE_CHAIN},${CUTS_CHAIN}`, keys: [...pictureKeys, cutKey] },
      },
    )
    edges.push(
      { from: prepared, to: 'reference.in', ...FRAMES },
      { from: 'reference.out', to: 'picture_source.in', ...FRAMES },
    )
    const { vmaf } = video
    const job = vmaf && jobOf(vmaf, rungs.length)
    const compared: Compared = { ...referenceSize(plan), format, ...(job ? { vmaf: job } : {}) }
    for (const rung of rungs) {
      const planned = video.renditions.find(({ id }) => id === rung.id)!
      addRung(rung, planned === video.renditions[0], { ...compared, rate: repeatTo(video, planned) }, nodes, edges)
    }
  }
  for (const track of plan.audio) {
    const made = finished.find(each => each.id === track.id)
    if (made) addSound(made, nodes, edges)
  }
  return { nodes, edges }
}

const picture = () => ({ type: 'video', inputs: 'single', graph: PICTURE_CHAIN, keys: [...pictureKeys] })

function addFile(
  { id, parts, stream, startTime }: Finished,
  type: 'video' | 'audio',
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): void {
  nodes.push(
    {
      id: `file_${id}`,
      kind: 'source',
      params: {
        path: parts[0]!,
        streams: [stream],
        ...(parts.length > 1 ? { parts: [...parts] } : {}),
        ...(startTime ? { startTime } : {}),
      },
    },
    { id: `decode_${id}`, kind: 'decode', params: { type, onDamage: 'count' } },
  )
  edges.push({ from: `file_${id}.s${stream}`, to: `decode_${id}.in`, ...PACKETS })
}

function jobOf({ model, neg, every }: VmafPlan, share: number): VmafJob {
  return { models: neg ? [model, neg] : [model], every, accuracy: 'exact', engine: { name: 'headend' }, share }
}

/** What pictures are made alike in before they are compared. */
type Compared = {
  readonly width: number
  readonly height: number
  readonly format: string
  /** The title's frame rate where the rendition has another one: its pictures are repeated, as a screen does. */
  readonly rate?: string | null
  readonly vmaf?: VmafJob
}

/** The rate to which a rendition's pictures must be repeated; null where it has the title's own. */
export const repeatTo = ({ frameRate }: VideoPlan, rung: VideoRendition): string | null =>
  rung.frameRate === undefined || rung.frameRate === frameRate ? null : frameRate

/** What brings a decoded rendition to the picture it is compared with. */
export function comparedChain({ width, height, format, rate }: Omit<Compared, 'vmaf'>): string {
  const scaled = `scale=w=${width}:h=${height}:flags=bicubic,setsar=1,format=${format}`
  return rate ? `fps=${rate}:round=down,${scaled}` : scaled
}

function addRung(
  rung: Finished,
  isTop: boolean,
  { vmaf, ...compared }: Compared,
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): void {
  addFile(rung, 'video', nodes, edges)
  const { id } = rung
  nodes.push(
    {
      id: `up_${id}`,
      kind: 'filter',
      params: { type: 'video', graph: comparedChain(compared) },
    },
    {
      id: `quality_${id}`,
      kind: 'measure',
      params: {
        type: 'video',
        inputs: 'pair',
        graph: qualityChain,
        keys: [...qualityKeys],
        ...(vmaf ? { vmaf } : {}),
      },
    },
  )
  edges.push(
    { from: `decode_${id}.out`, to: `up_${id}.in`, ...FRAMES },
    { from: `up_${id}.out`, to: `quality_${id}.distorted`, ...FRAMES },
    { from: 'reference.out', to: `quality_${id}.reference`, ...FRAMES },
  )
  // Black and freeze do not depend on the rung: the tallest is looked at.
  if (!isTop) return
  addPicture(rung, nodes, edges)
}

function addPicture({ id }: Finished, nodes: NodeSpec[], edges: EdgeSpec[]): void {
  nodes.push({ id: `picture_${id}`, kind: 'measure', params: picture() })
  edges.push({ from: `decode_${id}.out`, to: `picture_${id}.in`, ...FRAMES })
}

function addSound(track: Finished, nodes: NodeSpec[], edges: EdgeSpec[]): void {
  addFile(track, 'audio', nodes, edges)
  const { id } = track
  const silence = { type: 'audio', inputs: 'single', graph: SILENCE_CHAIN, keys: [...silenceKeys] }
  nodes.push(
    { id: `sound_${id}`, kind: 'measure', params: silence },
    { id: `loudness_${id}`, kind: 'loudness', params: {} },
  )
  edges.push(
    { from: `decode_${id}.out`, to: `sound_${id}.in`, ...PACKETS },
    { from: `decode_${id}.out`, to: `loudness_${id}.in`, ...PACKETS },
  )
}
