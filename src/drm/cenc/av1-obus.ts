// Walks the OBUs of AV1 samples (5.3) and finds their tiles: the only bytes that are protected ("AV1 in ISOBMFF" 4.).
import { HeadendError } from '../../core/index.ts'
import { damaged } from '../../manifest/index.ts'
import { Av1FrameHeaders, type Av1Layer } from './av1-frame-header.ts'
import { type Av1Sequence, readAv1Sequence } from './av1-sequence.ts'
import { type Av1Tiles, type ByteRun, readTileGroup } from './av1-tiles.ts'
import { BitReader } from './bit-reader.ts'
import { SubsampleBuilder, type SubsampleMap } from './subsamples.ts'

type Obu = { readonly type: number; readonly layer: Av1Layer } & ByteRun

const SEQUENCE = 1
const FRAME_HEADER = 3
const TILE_GROUP = 4
const FRAME = 6
const REDUNDANT_HEADER = 7
const TILE_LIST = 8

/** `config` is the body of av1C; its OBUs begin at byte 4. */
export function createAv1Mapper(config: Uint8Array | undefined, align: boolean): (sample: Uint8Array) => SubsampleMap {
  const headers = new Av1FrameHeaders()
  const builder = new SubsampleBuilder({ align })
  let sequence: Av1Sequence | undefined
  /** Of the frame whose tiles are still coming. */
  let tiles: Av1Tiles | null = null

  const readHeader = (bytes: Uint8Array, { layer, start, end }: Obu): number => {
    if (!sequence) throw damaged('a frame before the sequence header')
    const bits = new BitReader(bytes, { escaped: false, start, end })
    tiles = headers.read(bits, sequence, layer).tiles
    return bits.byteEnd
  }
  const readTilesOf = (bytes: Uint8Array, run: ByteRun): readonly ByteRun[] => {
    if (!tiles) throw damaged('a tile group without a frame header')
    const group = readTileGroup(bytes, run, tiles)
    if (group.last) tiles = null
    return group.tiles
  }
  const find = (bytes: Uint8Array, obu: Obu): readonly ByteRun[] => {
    if (obu.type === SEQUENCE) sequence = readAv1Sequence(bytes.subarray(obu.start, obu.end))
    else if (obu.type === FRAME) return readTilesOf(bytes, { start: readHeader(bytes, obu), end: obu.end })
    // 5.9.1: while the tiles of a frame are coming, its header may be repeated.
    else if (obu.type === FRAME_HEADER || obu.type === REDUNDANT_HEADER) {
      if (!tiles) readHeader(bytes, obu)
    } else if (obu.type === TILE_GROUP) return readTilesOf(bytes, obu)
    else if (obu.type === TILE_LIST)
      throw new HeadendError('HE_INPUT_UNSUPPORTED', 'AV1 with tile lists cannot be encrypted')
    return []
  }
  if (config && config.length > 4) for (const obu of readObus(config.subarray(4))) find(config.subarray(4), obu)

  return sample => {
    let done = 0
    // A temporal unit begins here: a frame cannot go on from the one before.
    tiles = null
    for (const obu of readObus(sample))
      for (const { start, end } of find(sample, obu)) {
        builder.add(start - done, end - start)
        done = end
      }
    builder.add(sample.length - done, 0)
    return builder.finish()
  }
}

function* readObus(bytes: Uint8Array): Generator<Obu> {
  for (let at = 0; at < bytes.length; ) {
    const header = bytes[at++]!
    const extension = header & 4 ? bytes[at++] : 0
    let size = bytes.length - at
    if (header & 2) {
      size = 0
      let more = true
      // 4.10.5, leb128: at most eight bytes.
      for (let i = 0; more && i < 8; i++) {
        const byte = bytes[at++] ?? 0
        size += (byte & 0x7f) * 2 ** (7 * i)
        more = byte >= 0x80
      }
    }
    if (extension === undefined || at > bytes.length || size > bytes.length - at) throw damaged('an OBU is cut off')
    yield {
      type: (header >> 3) & 15,
      layer: { temporal: extension >> 5, spatial: (extension >> 3) & 3 },
      start: at,
      end: at + size,
    }
    at += size
  }
}
