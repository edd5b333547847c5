// Codes → light on the screen, as BT.1702 counts it. Pure.
import type { PictureParams } from '../model/index.ts'

/** BT.1702-3: a screen of 200 cd/m² for SDR, of 1,000 for HLG. */
const SDR_WHITE = 200
const HLG_WHITE = 1000

/** 0 to 1 → cd/m². */
export function lightOf(signal: number, transfer: PictureParams['transfer']): number {
  const e = Math.min(Math.max(signal, 0), transfer === 'sdr' ? 1.09 : 1)
  if (transfer === 'pq') {
    // SMPTE ST 2084 §5.2.
    const root = e ** (1 / 78.84375)
    return 10_000 * (Math.max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
  }
  if (transfer === 'hlg') {
    // BT.2100 table 5: inverse OETF, then the OOTF of a display of 1,000 cd/m² (gamma 1.2), for grey.
    const scene = e <= 0.5 ? (e * e) / 3 : (Math.exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return HLG_WHITE * scene ** 1.2
  }
  // BT.1886 with a black of zero.
  return SDR_WHITE * e ** 2.4
}

/** By 10-bit code of narrow range. */
export const lightTable = (transfer: PictureParams['transfer']): Float32Array =>
  Float32Array.from({ length: 1024 }, (_, code) => lightOf((code - 64) / 876, transfer))
