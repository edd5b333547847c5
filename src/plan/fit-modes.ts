// Whether a picture fits the sizes and rates that a target shows, and the size to which it must shrink.
import type { Mode } from '../codecs/index.ts'

type Size = { readonly width: number; readonly height: number }

/** The mode to fit into; null when the picture fits as it is or nothing is limited. A picture that stands is turned first. */
export function fitModes(modes: readonly Mode[], { width, height }: Size, fps: number): Size | null {
  const stands = height > width
  const at = modes
    .filter(mode => fps <= mode.fps + 0.001)
    .map(mode => (stands ? { width: mode.height, height: mode.width } : { width: mode.width, height: mode.height }))
  const room = at.length > 0 || modes.length === 0 ? at : []
  if (room.some(mode => width <= mode.width && height <= mode.height)) return null
  const scale = (mode: Size): number => Math.min(mode.width / width, mode.height / height)
  return room.length === 0 ? null : room.reduce((best, each) => (scale(each) > scale(best) ? each : best))
}
