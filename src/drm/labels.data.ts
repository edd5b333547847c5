// Which tracks share a key: sound, and pictures by their size.
import type { CpixAudioFilter, CpixVideoFilter } from './cpix/model.ts'

export const keyLabels = ['AUDIO', 'SD', 'HD', 'UHD1', 'UHD2'] as const
export type KeyLabel = (typeof keyLabels)[number]

/** Pixels of the largest picture of each label: 768x576, 1920x1080, 4096x2160, as Shaka Packager has them. */
const most = { SD: 442_368, HD: 2_073_600, UHD1: 8_847_360 } as const

export function videoLabel({ width, height }: { readonly width: number; readonly height: number }): KeyLabel {
  const pixels = width * height
  if (pixels <= most.SD) return 'SD'
  if (pixels <= most.HD) return 'HD'
  return pixels <= most.UHD1 ? 'UHD1' : 'UHD2'
}

const pixels = (minPixels: number | null, maxPixels: number | null): CpixVideoFilter => ({
  minPixels,
  maxPixels,
  hdr: null,
  wcg: null,
  minFps: null,
  maxFps: null,
})

/** The same limits as filters of CPIX. */
export const labelRules: Readonly<
  Record<KeyLabel, { readonly video: readonly CpixVideoFilter[]; readonly audio: readonly CpixAudioFilter[] }>
> = {
  AUDIO: { video: [], audio: [{ minChannels: null, maxChannels: null }] },
  SD: { video: [pixels(null, most.SD)], audio: [] },
  HD: { video: [pixels(most.SD + 1, most.HD)], audio: [] },
  UHD1: { video: [pixels(most.HD + 1, most.UHD1)], audio: [] },
  UHD2: { video: [pixels(most.UHD1 + 1, null)], audio: [] },
}
