// Samples of a frame as planes of floats, full scale ±1: what our own meters read. No filter graph: formats may change.
import * as AV from 'node-av/constants'
import type { Frame } from 'node-av/lib'
import { HeadendError } from '../core/index.ts'

type Reader = {
  readonly planar: boolean
  /** One step of the format; floats are taken for what 16 bits were decoded to. */
  readonly quantum: number
  readonly bytes: number
  /** Samples of interleaved formats lie `stride` apart. */
  read(from: DataView, first: number, stride: number, into: Float32Array): void
}

const S16 = 1 / 32_768
const S32 = 1 / 2_147_483_648
/** FFmpeg puts 24 bits into 32; a step of 16 is coarse enough for both. */
const quantum = S16

const reader = (
  planar: boolean,
  bytes: number,
  value: (view: DataView, at: number) => number,
  step = quantum,
): Reader => ({
  planar,
  bytes,
  quantum: step,
  read(view, first, stride, into) {
    for (let i = 0, at = first * bytes; i < into.length; i++, at += stride * bytes) into[i] = value(view, at)
  },
})

const u8 = (view: DataView, at: number): number => (view.getUint8(at) - 128) / 128
const s16 = (view: DataView, at: number): number => view.getInt16(at, true) * S16
const s32 = (view: DataView, at: number): number => view.getInt32(at, true) * S32
const s64 = (view: DataView, at: number): number => Number(view.getBigInt64(at, true)) / 2 ** 63
const flt = (view: DataView, at: number): number => view.getFloat32(at, true)
const dbl = (view: DataView, at: number): number => view.getFloat64(at, true)

const readers: ReadonlyMap<number, Reader> = new Map([
  [AV.AV_SAMPLE_FMT_U8, reader(false, 1, u8, 1 / 128)],
  [AV.AV_SAMPLE_FMT_U8P, reader(true, 1, u8, 1 / 128)],
  [AV.AV_SAMPLE_FMT_S16, reader(false, 2, s16)],
  [AV.AV_SAMPLE_FMT_S16P, reader(true, 2, s16)],
  [AV.AV_SAMPLE_FMT_S32, reader(false, 4, s32)],
  [AV.AV_SAMPLE_FMT_S32P, reader(true, 4, s32)],
  [AV.AV_SAMPLE_FMT_S64, reader(false, 8, s64)],
  [AV.AV_SAMPLE_FMT_S64P, reader(true, 8, s64)],
  [AV.AV_SAMPLE_FMT_FLT, reader(false, 4, flt)],
  [AV.AV_SAMPLE_FMT_FLTP, reader(true, 4, flt)],
  [AV.AV_SAMPLE_FMT_DBL, reader(false, 8, dbl)],
  [AV.AV_SAMPLE_FMT_DBLP, reader(true, 8, dbl)],
])

/** One step of the frame's own format. */
export const quantumOf = (frame: Frame): number => readers.get(frame.format)?.quantum ?? S16

/** Turns frames into planes; what it returns is good until the next call, or until the frame is freed. */
export class SamplePlanes {
  #planes: Float32Array[] = []

  /** @throws {HE_INPUT_UNSUPPORTED} for a format that no decoder of sound is known to give. */
  of(frame: Frame): Float32Array[] {
    const { format, channels, nbSamples } = frame
    const known = readers.get(format)
    const data = frame.extendedData
    if (!known || !data || data.length < (known.planar ? channels : 1))
      throw new HeadendError(
        'HE_INPUT_UNSUPPORTED',
        `samples of format ${format} in ${channels} channels cannot be read`,
      )
    if (format === AV.AV_SAMPLE_FMT_FLTP)
      return data.slice(0, channels).map(({ buffer, byteOffset }) => new Float32Array(buffer, byteOffset, nbSamples))
    if (this.#planes.length !== channels || this.#planes[0]!.length < nbSamples)
      this.#planes = Array.from({ length: channels }, () => new Float32Array(nbSamples))
    return this.#planes.map((plane, i) => {
      const { buffer, byteOffset, byteLength } = data[known.planar ? i : 0]!
      const into = plane.length === nbSamples ? plane : plane.subarray(0, nbSamples)
      const stride = known.planar ? 1 : channels
      known.read(new DataView(buffer, byteOffset, byteLength), known.planar ? 0 : i, stride, into)
      return into
    })
  }
}
