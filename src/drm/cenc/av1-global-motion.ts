// Global motion parameters of AV1 (5.9.24, 5.9.25): their length depends on those of the frame before.
import { damaged } from '../../manifest/index.ts'
import { identityMotion } from './av1-state.ts'
import type { BitReader } from './bit-reader.ts'

/** Six parameters for each of the seven references. */
export function readGlobalMotion(
  bits: BitReader,
  previous: readonly (readonly number[])[],
  highPrecision: boolean,
): number[][] {
  return identityMotion.map((identity, ref) => {
    const motion = [...identity]
    const read = (translation: boolean, index: number): number =>
      readParameter(bits, translation, index, previous[ref]![index]!, highPrecision)
    if (!bits.flag()) return motion
    const rotates = bits.flag()
    const translation = !rotates && bits.flag()
    if (!translation) {
      motion[2] = read(false, 2)
      motion[3] = read(false, 3)
      if (rotates) {
        motion[4] = -motion[3]
        motion[5] = motion[2]
      } else {
        motion[4] = read(false, 4)
        motion[5] = read(false, 5)
      }
    }
    motion[0] = read(translation, 0)
    motion[1] = read(translation, 1)
    return motion
  })
}

/** WARPEDMODEL_PREC_BITS */
const PRECISION = 16

function readParameter(
  bits: BitReader,
  translation: boolean,
  index: number,
  before: number,
  highPrecision: boolean,
): number {
  let [absoluteBits, precisionBits] = [12, 15]
  if (index < 2) {
    const low = highPrecision ? 0 : 1
    ;[absoluteBits, precisionBits] = translation ? [9 - low, 3 - low] : [12, 6]
  }
  const shift = PRECISION - precisionBits
  const diagonal = index % 3 === 2
  const limit = 1 << absoluteBits
  const reference = (before >> shift) - (diagonal ? 1 << precisionBits : 0)
  const value = readAround(bits, -limit, limit + 1, reference)
  return value * 2 ** shift + (diagonal ? 1 << PRECISION : 0)
}

/** 5.9.26 to 5.9.28: a number near to another, in `low … high − 1`. */
function readAround(bits: BitReader, low: number, high: number, reference: number): number {
  const count = high - low
  const near = reference - low
  const code = readSubexp(bits, count)
  const value = near << 1 <= count ? recenter(near, code) : count - 1 - recenter(count - 1 - near, code)
  return value + low
}

function recenter(near: number, code: number): number {
  if (code > 2 * near) return code
  return code % 2 === 1 ? near - (code + 1) / 2 : near + code / 2
}

function readSubexp(bits: BitReader, count: number): number {
  let start = 0
  for (let i = 0; i < 32; i++) {
    const width = i === 0 ? 3 : 2 + i
    const size = 2 ** width
    if (count <= start + 3 * size) return readUniform(bits, count - start) + start
    if (!bits.flag()) return bits.u(width) + start
    start += size
  }
  throw damaged('a global motion parameter never ends')
}

/** 4.10.7, ns(n): a number below `count` in as few bits as that needs. */
export function readUniform(bits: BitReader, count: number): number {
  const width = Math.floor(Math.log2(count)) + 1
  const short = 2 ** width - count
  const value = bits.u(width - 1)
  return value < short ? value : value * 2 - short + bits.bit()
}
