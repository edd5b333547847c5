// How the renditions of a plan are scored: with which model, and how many of their frames.
import { HeadendError } from '../core/index.ts'
import type { Choice, VideoPlan, VmafModel, VmafPlan, Warning } from '../model/index.ts'

/** The coarsest scale of VIF and ADM needs that many samples (libvmaf refuses less). */
const SMALLEST = { width: 96, height: 80 }
/** Frames of each rendition that are scored: the mean of so many is within a few tenths of that of all. */
const ENOUGH_FRAMES = 600

const negOf: Partial<Record<VmafModel, VmafModel>> = {
  'vmaf_v0.6.1': 'vmaf_v0.6.1neg',
  'vmaf_4k_v0.6.1': 'vmaf_4k_v0.6.1neg',
}

/** The picture at whose size renditions are compared. */
export type ScoredPicture = Pick<VideoPlan, 'width' | 'height' | 'frames' | 'gopFrames' | 'hdr'>
export type VmafWish = {
  readonly vmafModel: VmafModel | 'auto' | 'off'
  readonly vmafEvery?: number | undefined
  /** Frames that are enough. */
  readonly vmafFrames?: number | undefined
}
type Planned = { readonly vmaf: VmafPlan | null; readonly choices: Choice[]; readonly warnings: Warning[] }

/** `promised`: a target names VMAF, so it cannot be left out. @throws {HE_PLAN_IMPOSSIBLE} when it is promised and does not apply */
export function planVmaf(picture: ScoredPicture, wish: VmafWish, promised = false): Planned {
  const { width, height } = picture
  const none = (because: string): Planned => {
    if (promised)
      throw new HeadendError('HE_PLAN_IMPOSSIBLE', `VMAF cannot be promised: ${because}`, {
        hint: 'Promise ssim or xpsnr instead.',
      })
    return { vmaf: null, choices: [{ what: 'video.vmaf', pick: 'none', because }], warnings: [] }
  }
  if (wish.vmafModel === 'off') return none('switched off')
  if (width < SMALLEST.width || height < SMALLEST.height)
    return none(
      `a picture of ${width}x${height} is too small for it: ${SMALLEST.width}x${SMALLEST.height} is the least`,
    )
  const { model, because, over } = chooseModel(picture, wish)
  const every = chooseEvery(picture, wish)
  const calibrated = picture.hdr.format === 'sdr'
  return {
    vmaf: { model, neg: negOf[model] ?? null, every: every.value, calibrated },
    choices: [
      { what: 'video.vmaf.model', pick: model, because, over },
      { what: 'video.vmaf.every', pick: String(every.value), because: every.because },
    ],
    warnings: calibrated
      ? []
      : [
          {
            code: 'vmaf-hdr',
            message:
              'VMAF was trained on SDR: of HDR it compares the luma as coded, and its points are not calibrated.',
          },
        ],
  }
}

/** By the size of the picture: the 4K model is for screens 1.5 heights away, the usual one for three (Netflix). */
export function chooseModel(
  { width, height }: Pick<ScoredPicture, 'width' | 'height'>,
  { vmafModel }: VmafWish,
): { model: VmafModel; because: string; over: string[] } {
  if (vmafModel !== 'auto' && vmafModel !== 'off') return { model: vmafModel, because: 'as asked', over: [] }
  const long = Math.max(width, height)
  return long >= 3840
    ? { model: 'vmaf_4k_v0.6.1', because: 'the picture is 4K: seen from 1.5 screen heights', over: ['vmaf_v0.6.1'] }
    : {
        model: 'vmaf_v0.6.1',
        because: 'the picture is HD or smaller: seen from 3 screen heights',
        over: ['vmaf_4k_v0.6.1'],
      }
}

/** Never in step with the key frames: a distance that shares a factor with the GOP would see some of its places alone. */
function chooseEvery(
  { frames, gopFrames }: ScoredPicture,
  { vmafEvery, vmafFrames = ENOUGH_FRAMES }: VmafWish,
): { value: number; because: string } {
  if (vmafEvery !== undefined) return { value: vmafEvery, because: 'as asked' }
  if (frames <= vmafFrames) return { value: 1, because: 'every frame is scored' }
  const wanted = Math.ceil(frames / vmafFrames)
  // The nearest distance that is out of step, the denser one of two; 1 always is.
  let off = 0
  while (sharesFactor(wanted - off, gopFrames) && sharesFactor(wanted + off, gopFrames)) off++
  const value = sharesFactor(wanted - off, gopFrames) ? wanted + off : wanted - off
  const scored = Math.ceil(frames / value)
  return {
    value,
    because: `${scored} frames are enough for a mean; in ${gopFrames} frames of a GOP each place gets its turn`,
  }
}

function sharesFactor(a: number, b: number): boolean {
  if (a < 1) return true
  while (b > 0) [a, b] = [b, a % b]
  return a > 1
}
