// The sequence header of AV1 (AV1 bitstream specification 5.5), as far as frame headers depend on it.
import { BitReader } from './bit-reader.ts'

export type Av1Sequence = {
  readonly reducedStill: boolean
  readonly equalPictureInterval: boolean
  readonly decoderModel: {
    readonly removalTimeBits: number
    readonly presentationTimeBits: number
  } | null
  readonly operatingPoints: readonly { readonly idc: number; readonly decoderModel: boolean }[]
  readonly widthBits: number
  readonly heightBits: number
  readonly maxWidth: number
  readonly maxHeight: number
  /** Bits of frame ids and of their differences; null where frames have none. */
  readonly frameIds: { readonly idBits: number; readonly deltaBits: number } | null
  readonly use128: boolean
  readonly warpedMotion: boolean
  readonly refFrameMvs: boolean
  /** 0 or 1; 2 lets each frame say. */
  readonly screenContentTools: number
  readonly integerMv: number
  readonly orderHintBits: number
  readonly superres: boolean
  readonly cdef: boolean
  readonly restoration: boolean
  readonly monochrome: boolean
  readonly subsamplingX: boolean
  readonly subsamplingY: boolean
  readonly separateUvDeltaQ: boolean
  readonly filmGrain: boolean
}

/** 6.4.1: SELECT_SCREEN_CONTENT_TOOLS and SELECT_INTEGER_MV. */
export const SELECT = 2

/** `payload` is what follows the OBU header. */
export function readAv1Sequence(payload: Uint8Array): Av1Sequence {
  const bits = new BitReader(payload, { escaped: false })
  const profile = bits.u(3)
  bits.skip(1)
  const reducedStill = bits.flag()
  const points = reducedStill ? readReducedPoints(bits) : readPoints(bits)
  const widthBits = bits.u(4) + 1
  const heightBits = bits.u(4) + 1
  const maxWidth = bits.u(widthBits) + 1
  const maxHeight = bits.u(heightBits) + 1
  let frameIds: Av1Sequence['frameIds'] = null
  if (!reducedStill && bits.flag()) {
    const deltaBits = bits.u(4) + 2
    frameIds = { deltaBits, idBits: bits.u(3) + deltaBits + 1 }
  }
  const use128 = bits.flag()
  bits.skip(2)
  const tools = reducedStill ? stillTools : readTools(bits)
  const [superres, cdef, restoration] = [bits.flag(), bits.flag(), bits.flag()]
  const color = readColor(bits, profile)
  return {
    reducedStill,
    ...points,
    widthBits,
    heightBits,
    maxWidth,
    maxHeight,
    frameIds,
    use128,
    ...tools,
    superres,
    cdef,
    restoration,
    ...color,
    filmGrain: bits.flag(),
  }
}

type Points = Pick<Av1Sequence, 'equalPictureInterval' | 'decoderModel' | 'operatingPoints'>

function readReducedPoints(bits: BitReader): Points {
  bits.skip(5)
  return { equalPictureInterval: false, decoderModel: null, operatingPoints: [{ idc: 0, decoderModel: false }] }
}

function readPoints(bits: BitReader): Points {
  let equalPictureInterval = false
  let decoderModel: Av1Sequence['decoderModel'] = null
  let delayBits = 0
  if (bits.flag()) {
    bits.skip(64)
    equalPictureInterval = bits.flag()
    // uvlc() is an Exp-Golomb number.
    if (equalPictureInterval) bits.ue()
    if (bits.flag()) {
      delayBits = bits.u(5) + 1
      bits.skip(32)
      decoderModel = { removalTimeBits: bits.u(5) + 1, presentationTimeBits: bits.u(5) + 1 }
    }
  }
  const initialDelay = bits.flag()
  const operatingPoints = Array.from({ length: bits.u(5) + 1 }, () => {
    const idc = bits.u(12)
    if (bits.u(5) > 7) bits.skip(1)
    const modelled = decoderModel !== null && bits.flag()
    if (modelled) bits.skip(2 * delayBits + 1)
    if (initialDelay && bits.flag()) bits.skip(4)
    return { idc, decoderModel: modelled }
  })
  return { equalPictureInterval, decoderModel, operatingPoints }
}

type Tools = Pick<Av1Sequence, 'warpedMotion' | 'refFrameMvs' | 'screenContentTools' | 'integerMv' | 'orderHintBits'>
const stillTools: Tools = {
  warpedMotion: false,
  refFrameMvs: false,
  screenContentTools: SELECT,
  integerMv: SELECT,
  orderHintBits: 0,
}

function readTools(bits: BitReader): Tools {
  bits.skip(2)
  const warpedMotion = bits.flag()
  bits.skip(1)
  const orderHint = bits.flag()
  if (orderHint) bits.skip(1)
  const refFrameMvs = orderHint && bits.flag()
  const screenContentTools = bits.flag() ? SELECT : bits.bit()
  const integerMv = screenContentTools === 0 || bits.flag() ? SELECT : bits.bit()
  return { warpedMotion, refFrameMvs, screenContentTools, integerMv, orderHintBits: orderHint ? bits.u(3) + 1 : 0 }
}

/** 5.5.2 */
function readColor(
  bits: BitReader,
  profile: number,
): Pick<Av1Sequence, 'monochrome' | 'subsamplingX' | 'subsamplingY' | 'separateUvDeltaQ'> {
  const high = bits.flag()
  const twelve = profile === 2 && high && bits.flag()
  const monochrome = profile !== 1 && bits.flag()
  const [primaries, transfer, matrix] = bits.flag() ? [bits.u(8), bits.u(8), bits.u(8)] : [2, 2, 2]
  if (monochrome) {
    bits.skip(1)
    return { monochrome, subsamplingX: true, subsamplingY: true, separateUvDeltaQ: false }
  }
  let [subsamplingX, subsamplingY] = [false, false]
  // BT.709 primaries, sRGB transfer, identity matrix: RGB, whose range and sampling are known.
  if (!(primaries === 1 && transfer === 13 && matrix === 0)) {
    bits.skip(1)
    if (profile === 0) [subsamplingX, subsamplingY] = [true, true]
    else if (profile === 2) {
      subsamplingX = !twelve || bits.flag()
      subsamplingY = twelve && subsamplingX && bits.flag()
    }
    if (subsamplingX && subsamplingY) bits.skip(2)
  }
  return { monochrome, subsamplingX, subsamplingY, separateUvDeltaQ: bits.flag() }
}
