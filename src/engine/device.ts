// Hardware devices by FFmpeg's names of their types: cuda, vaapi, qsv …
import { AV_HWDEVICE_TYPE_NONE, type FFHWDeviceType } from 'node-av/constants'
import { HardwareDeviceContext } from 'node-av/lib'
import { HeadendError } from '../core/index.ts'
import { recentLog } from './log-bridge.ts'
import { check } from './native.ts'

/**
 * Opens the first device of a type. The caller frees it; what uses it holds references of its own.
 * @throws {HE_ENCODER_FAILED} when this machine has none. A device that opens proves nothing about its codecs.
 */
export function openDevice(name: string): HardwareDeviceContext {
  const type = HardwareDeviceContext.findTypeByName(name as FFHWDeviceType)
  if (type === AV_HWDEVICE_TYPE_NONE) {
    throw new HeadendError('HE_OPTION_UNKNOWN', `this build has no device type “${name}”`)
  }
  const device = new HardwareDeviceContext()
  check(device.create(type, null, null), 'HE_ENCODER_FAILED', `no ${name} device opens here`, { log: recentLog() })
  return device
}
