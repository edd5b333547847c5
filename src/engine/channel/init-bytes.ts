// CMAF headers by FFmpeg's muxer, and coded pictures in the form that such a file has.
import { AV_CODEC_ID_AV1, AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { type CodecParameters, Dictionary, FormatContext, IOContext } from 'node-av/lib'
import { HeadendError } from '../../core/index.ts'
import { parseInit } from '../../manifest/index.ts'
import { check } from '../native.ts'

/** The CMAF header of a track, and its RFC 6381 name. @throws {HE_MUX_FAILED} */
export async function formatInit(
  parameters: CodecParameters,
  timescale: number,
): Promise<{ init: Uint8Array; codec: string }> {
  const written: Buffer[] = []
  const io = new IOContext()
  io.allocContextWithCallbacks(1 << 16, 1, null, buffer => {
    // FFmpeg uses the same memory again.
    written.push(Buffer.from(buffer))
    return buffer.length
  })
  const context = new FormatContext()
  try {
    check(context.allocOutputContext2(null, 'mp4', null), 'HE_MUX_FAILED', 'format mp4')
    context.pb = io
    const stream = context.newStream(null)
    check(parameters.copy(stream.codecpar), 'HE_MUX_FAILED', 'codec parameters')
    stream.codecpar.codecTag = parameters.codecId === AV_CODEC_ID_HEVC ? 'hvc1' : 0
    stream.timeBase = { num: 1, den: timescale } as typeof stream.timeBase
    const video = parameters.codecType === AVMEDIA_TYPE_VIDEO
    const options = {
      movflags: '+empty_moov+default_base_moof+frag_custom+cmaf',
      ...(video ? { video_track_timescale: String(timescale) } : {}),
    }
    check(await context.writeHeader(Dictionary.fromObject(options)), 'HE_MUX_FAILED', 'CMAF header')
    await context.flush()
    await io.flush?.()
  } finally {
    // Otherwise both would free it.
    context.pb = null
    context.freeContext()
    io.freeContext()
  }
  const init = Buffer.concat(written)
  const facts = parseInit(init)
  if (!facts.codec) throw new HeadendError('HE_MUX_FAILED', 'the CMAF header does not name its codec')
  if (facts.timescale !== timescale)
    throw new HeadendError(
      'HE_MUX_FAILED',
      `the CMAF header counts ${facts.timescale} ticks per second instead of ${timescale}`,
    )
  return { init, codec: facts.codec }
}

/** The bytes of a coded picture as a CMAF sample: lengths instead of start codes; without temporal delimiters for AV1. A copy. */
export function lengthPrefixed({ codecId }: CodecParameters, bytes: Buffer): Uint8Array {
  if (codecId === AV_CODEC_ID_H264 || codecId === AV_CODEC_ID_HEVC) return annexBToLengths(bytes)
  if (codecId === AV_CODEC_ID_AV1) return withoutDelimiters(bytes)
  return Buffer.from(bytes)
}

const START = Buffer.from([0, 0, 1])

function annexBToLengths(bytes: Buffer): Uint8Array {
  const parts: Buffer[] = []
  let start = bytes.indexOf(START)
  while (start >= 0) {
    const next = bytes.indexOf(START, start + 3)
    let end = next < 0 ? bytes.length : next
    // ISO/IEC 14496-10 B.1: zeros before a start code, and after the last unit, belong to none.
    while (end > start + 3 && bytes[end - 1] === 0) end--
    if (end > start + 3) {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(end - start - 3)
      parts.push(length, bytes.subarray(start + 3, end))
    }
    start = next
  }
  return Buffer.concat(parts)
}

const OBU_TEMPORAL_DELIMITER = 2

/** AV1-ISOBMFF 2.4: temporal delimiters are left out of samples. */
function withoutDelimiters(bytes: Buffer): Uint8Array {
  const parts: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const header = bytes[at]!
    const headerBytes = header & 4 ? 2 : 1
    let size = 0
    let sizeBytes = 0
    if (header & 2) {
      for (let i = 0; i < 8; i++) {
        const byte = bytes[at + headerBytes + i] ?? 0
        size += (byte & 127) * 2 ** (7 * i)
        sizeBytes++
        if (!(byte & 128)) break
      }
    } else size = bytes.length - at - headerBytes
    const end = at + headerBytes + sizeBytes + size
    if ((header >> 3) % 16 !== OBU_TEMPORAL_DELIMITER) parts.push(bytes.subarray(at, end))
    at = end
  }
  return Buffer.concat(parts)
}
