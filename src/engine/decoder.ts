// Opens an FFmpeg decoder for packets of one origin, in software or on a device.
import {
  AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX,
  type AVPixelFormat,
  FF_THREAD_FRAME,
  FF_THREAD_SLICE,
} from 'node-av/constants'
import { Codec, CodecContext, Frame, type HardwareDeviceContext } from 'node-av/lib'
import { HeadendError } from '../core/index.ts'
import { openDevice } from './device.ts'
import type { PacketOrigin } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, toNative } from './native.ts'

export type DecoderRequest = {
  readonly threads: number
  /** Absent for software. */
  readonly device?: string | undefined
}

/** The caller frees it. @throws {HE_INPUT_UNSUPPORTED} {HE_INPUT_DAMAGED}; {HE_ENCODER_FAILED} when there is no such device. */
export async function openDecoder(origin: PacketOrigin, { threads, device }: DecoderRequest): Promise<CodecContext> {
  const { parameters } = origin
  const codec = Codec.findDecoder(parameters.codecId)
  if (!codec) throw new HeadendError('HE_INPUT_UNSUPPORTED', `there is no decoder for codec ${parameters.codecId}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  let opened: HardwareDeviceContext | undefined
  try {
    check(context.parametersToContext(parameters), 'HE_INPUT_DAMAGED', 'the codec parameters are unusable')
    context.pktTimebase = toNative(origin.timebase) as CodecContext['pktTimebase']
    context.threadCount = threads
    context.threadType = (FF_THREAD_FRAME | FF_THREAD_SLICE) as CodecContext['threadType']
    if (device !== undefined) {
      opened = openDevice(device)
      context.hwDeviceCtx = opened
      context.setHardwarePixelFormat(surfaceFormat(codec, opened, device))
    }
    check(await context.open2(codec, null), 'HE_INPUT_UNSUPPORTED', `decoder ${codec.name} cannot open`, {
      log: recentLog(),
    })
    return context
  } catch (error) {
    context.freeContext()
    throw error
  } finally {
    // The context has a reference of its own.
    opened?.free()
  }
}

/** What frames are while they lie on the device. @throws {HE_INPUT_UNSUPPORTED} */
function surfaceFormat(codec: Codec, device: HardwareDeviceContext, name: string): AVPixelFormat {
  for (let i = 0; ; i++) {
    const config = codec.getHwConfig(i)
    if (!config) throw new HeadendError('HE_INPUT_UNSUPPORTED', `${name} does not decode ${codec.name}`)
    const usable = (config.methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) !== 0
    if (usable && config.deviceType === device.type) return config.pixFmt
  }
}

/** The frame itself when it lies in CPU memory, else its copy there with all properties; frees what it does not return. */
export async function toCpu(frame: Frame): Promise<Frame> {
  if (!frame.isHwFrame()) return frame
  const copy = new Frame()
  copy.alloc()
  try {
    check(await frame.hwframeTransferData(copy), 'HE_INPUT_UNSUPPORTED', 'a frame cannot be read back from the device')
    check(copy.copyProps(frame), 'HE_INPUT_UNSUPPORTED', 'a frame cannot be read back from the device')
    return copy
  } catch (error) {
    copy.free()
    throw error
  } finally {
    frame.free()
  }
}
