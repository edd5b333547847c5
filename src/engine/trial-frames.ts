// Frames for a trial: in the memory of the CPU, or uploaded to the device where the encoder takes nothing else.
import * as AV from 'node-av/constants'
import {
  avGetPixFmtName,
  type Codec,
  FFmpegError,
  Frame,
  HardwareDeviceContext,
  HardwareFramesContext,
} from 'node-av/lib'

export interface FrameSource extends Disposable {
  /** What the encoder context must be told. */
  readonly format: number
  /** Set when the frames live on the device. */
  readonly frames: HardwareFramesContext | null
  /** The nth frame, owned by the caller. */
  next(n: number): Promise<Frame>
}

type Device = { readonly type: AV.AVHWDeviceType; readonly format: AV.AVPixelFormat }

/** Families whose encoders read frames of the device only. The others (nvenc, amf, videotoolbox) upload by themselves. */
const devices: Readonly<Record<string, Device>> = {
  vaapi: { type: AV.AV_HWDEVICE_TYPE_VAAPI, format: AV.AV_PIX_FMT_VAAPI },
  qsv: { type: AV.AV_HWDEVICE_TYPE_QSV, format: AV.AV_PIX_FMT_QSV },
  vulkan: { type: AV.AV_HWDEVICE_TYPE_VULKAN, format: AV.AV_PIX_FMT_VULKAN },
}

/** Surfaces of the pool: the frames in flight of an encoder with look-ahead. */
const POOL = 32

/** nvenc, qsv, vaapi, amf, videotoolbox …, by the end of FFmpeg's encoder name; cpu for the rest. */
export function familyOf(encoder: string): string {
  return /_(nvenc|qsv|vaapi|amf|videotoolbox|vulkan|v4l2m2m|mf|mediacodec|rkmpp)$/.exec(encoder)?.[1] ?? 'cpu'
}

/** Opens what makes the frames. @throws {Error} with the device's refusal. */
export function openFrameSource(
  codec: Codec,
  { encoder, width, height }: { encoder: string; width: number; height: number },
  wanted: AV.AVPixelFormat,
): FrameSource {
  const device = devices[familyOf(encoder)]
  if (!device) {
    const format = nearestFormat(wanted, codec.pixelFormats)
    return {
      format,
      frames: null,
      next: async n => makeFrame(format, width, height, n),
      [Symbol.dispose]: () => {},
    }
  }
  const undo = new DisposableStack()
  try {
    const context = new HardwareDeviceContext()
    pass(context.create(device.type), `no ${HardwareDeviceContext.getTypeName(device.type)} device can be opened`)
    undo.defer(() => context.free())
    const format = isDeep(wanted) ? AV.AV_PIX_FMT_P010LE : AV.AV_PIX_FMT_NV12
    const frames = new HardwareFramesContext()
    frames.alloc(context)
    undo.defer(() => frames.free())
    frames.format = device.format
    frames.swFormat = format
    frames.width = width
    frames.height = height
    frames.initialPoolSize = POOL
    pass(frames.init(), `the device has no surfaces of ${width}x${height} ${avGetPixFmtName(format)}`)
    const next = async (n: number): Promise<Frame> => {
      using picture = makeFrame(format, width, height, n)
      const surface = new Frame()
      surface.alloc()
      try {
        pass(frames.getBuffer(surface), 'the device has no free surface')
        pass(await frames.transferData(surface, picture), 'a frame cannot be uploaded')
        surface.pts = BigInt(n)
        return surface
      } catch (error) {
        surface.free()
        throw error
      }
    }
    return { format: device.format, frames, next, [Symbol.dispose]: () => undo.dispose() }
  } catch (error) {
    undo.dispose()
    throw error
  }
}

const isDeep = (format: AV.AVPixelFormat): boolean => /(10|12|16|p01\d)(le|be)?$/.test(avGetPixFmtName(format) ?? '')

/** The wanted format, else the usual one of the same depth. @throws {Error} when the encoder takes neither. */
function nearestFormat(wanted: AV.AVPixelFormat, taken: readonly AV.AVPixelFormat[] | null): AV.AVPixelFormat {
  if (!taken || taken.includes(wanted)) return wanted
  const stand = isDeep(wanted) ? AV.AV_PIX_FMT_P010LE : AV.AV_PIX_FMT_NV12
  if (taken.includes(stand)) return stand
  throw new Error(`it takes ${taken.map(format => avGetPixFmtName(format)).join(', ')}, not ${avGetPixFmtName(wanted)}`)
}

/** A picture of stripes that move from frame to frame, so that a rate control has something to spend bits on. */
function makeFrame(format: AV.AVPixelFormat, width: number, height: number, n: number): Frame {
  const frame = new Frame()
  frame.alloc()
  try {
    frame.format = format
    frame.width = width
    frame.height = height
    pass(frame.getBuffer(0), 'no memory for a frame')
    frame.pts = BigInt(n)
    for (const [plane, data] of (frame.data ?? []).entries()) {
      const stride = frame.linesize[plane] ?? 0
      for (let row = 0; stride > 0 && (row + 1) * stride <= data.length; row++) {
        data.fill(plane === 0 ? 32 + ((row + n * 8) % 160) : 96 + ((row + n) % 64), row * stride, (row + 1) * stride)
      }
    }
    return frame
  } catch (error) {
    frame.free()
    throw error
  }
}

function pass(ret: number, what: string): void {
  if (ret < 0) throw new Error(`${what}: ${FFmpegError.strerror(ret)}`)
}
