// Which channel counts how much in a loudness.
import { layoutByCount, layoutChannels } from '../layouts.data.ts'
import { BACK_BEHIND_SIDE_DEG, channelPositions } from './channel-positions.data.ts'

/** ITU-R BS.1770-5 Annex 1, Table 3: +1.5 dB, which the text rounds to this factor. */
const SURROUND_WEIGHT = 1.41

/**
 * The weight of each channel by ITU-R BS.1770-5 Annex 3: 1.41 from 60° to 120° of azimuth and less than 30° above or below
 * the ear, 1 elsewhere, 0 for LFE. A channel that has no known position counts 1. `dualMono` is for a lone channel that will
 * be heard from two loudspeakers: it counts twice (+3.01 LU).
 */
export function channelWeights(channels: readonly string[], dualMono = false): readonly number[] {
  if (dualMono && channels.length === 1) return [2]
  const sides = channels.includes('SL') || channels.includes('SR')
  return channels.map(name => {
    const position = channelPositions[name]
    if (!position) return 1
    if (position.azimuthDeg === null) return 0
    const azimuth = sides && (name === 'BL' || name === 'BR') ? BACK_BEHIND_SIDE_DEG : position.azimuthDeg
    return azimuth >= 60 && azimuth <= 120 && Math.abs(position.elevationDeg) < 30 ? SURROUND_WEIGHT : 1
  })
}

/**
 * The channels of one of FFmpeg's layout masks, in their order. A mask of 0, or one with other channels than `count`, says
 * nothing: the usual layout of that many channels is taken (`layoutByCount`), and beyond it channels without position.
 */
export function channelsOfMask(mask: bigint, count: number): { channels: readonly string[]; assumed: boolean } {
  const named: { bit: number; name: string }[] = []
  for (const [name, { bit }] of Object.entries(channelPositions))
    if ((mask >> BigInt(bit)) & 1n) named.push({ bit, name })
  named.sort((a, b) => a.bit - b.bit)
  if (named.length === count && count > 0) return { channels: named.map(({ name }) => name), assumed: false }
  const usual = layoutChannels[layoutByCount[count] ?? '']
  return { channels: usual ?? Array.from({ length: count }, (_, i) => `C${i}`), assumed: true }
}
