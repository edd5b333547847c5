// FFmpeg's side-data structs as they lie in memory (little-endian hosts, the only ones node-av is built for) ⇄ our nouns.
import type { ContentLight, DolbyVision, MasteringDisplay } from '../model/index.ts'

type Pair = [number, number]

/** An AVRational at `at`; null for n/0. */
function readRational(data: Buffer, at: number): number | null {
  const den = data.readInt32LE(at + 4)
  return den === 0 ? null : data.readInt32LE(at) / den
}

/**
 * AVMasteringDisplayMetadata: primaries R, G, B and white as x, y, then minimum and maximum luminance, all AVRational, then
 * the two flags has_primaries and has_luminance. null unless both parts are there: half a mastering display is of no use.
 */
export function parseMasteringDisplay(data: Buffer): MasteringDisplay | null {
  if (data.length < 88 || data.readInt32LE(80) === 0 || data.readInt32LE(84) === 0) return null
  const numbers = Array.from({ length: 10 }, (_, i) => readRational(data, i * 8))
  if (numbers.some(number => number === null)) return null
  const [rx, ry, gx, gy, bx, by, wx, wy, minLuminance, maxLuminance] = numbers as number[]
  const pair = (x: number | undefined, y: number | undefined): Pair => [x!, y!]
  return {
    red: pair(rx, ry),
    green: pair(gx, gy),
    blue: pair(bx, by),
    whitePoint: pair(wx, wy),
    minLuminance: minLuminance!,
    maxLuminance: maxLuminance!,
  }
}

/** AVContentLightMetadata: MaxCLL and MaxFALL, unsigned. */
export function parseContentLight(data: Buffer): ContentLight | null {
  return data.length < 8 ? null : { maxCll: data.readUInt32LE(0), maxFall: data.readUInt32LE(4) }
}

/** AVDOVIDecoderConfigurationRecord: one byte per field, version first. */
export function parseDolbyVision(data: Buffer): DolbyVision | null {
  if (data.length < 8) return null
  const [, , profile, level, rpu, el, bl, compatibilityId] = data
  return {
    profile: profile!,
    level: level!,
    compatibilityId: compatibilityId!,
    rpu: rpu !== 0,
    enhancementLayer: el !== 0,
    baseLayer: bl !== 0,
  }
}

export type Orientation = {
  /** Clockwise degrees that show the picture upright. */
  readonly rotation: 0 | 90 | 180 | 270
  /** The matrix also mirrors. */
  readonly mirrored: boolean
  /** The matrix turns by something that is no quarter turn; `rotation` is the nearest one. */
  readonly oblique: boolean
}

/**
 * A 3×3 display matrix of 16.16 numbers, rows a b u, c d v, x y w (ISO/IEC 14496-12 8.5.2): a point (p, q) of the decoded
 * picture is shown at (a·p + c·q + x, b·p + d·q + y), y downwards. Positive b with negative c turns clockwise.
 */
export function parseDisplayMatrix(data: Buffer): Orientation | null {
  if (data.length < 36) return null
  const [a, b, c, d] = [0, 4, 12, 16].map(at => data.readInt32LE(at) / 65536) as [number, number, number, number]
  if (a * d - b * c === 0) return null
  const mirrored = a * d - b * c < 0
  // Of a mirrored matrix the turn is read after the left-right flip has been taken out.
  const degrees = (Math.atan2(b, mirrored ? -a : a) * 180) / Math.PI
  const turn = mirrored ? -degrees : degrees
  const quarter = (((Math.round(turn / 90) % 4) + 4) % 4) * 90
  const off = Math.abs(((turn - quarter + 540) % 360) - 180)
  return { rotation: quarter as Orientation['rotation'], mirrored, oblique: off > 0.5 }
}

/** SMPTE ST 2086 as HEVC and AV1 quantise it: chromaticities in 0.00002, luminance in 0.0001 cd/m². */
export function formatMasteringDisplay(display: MasteringDisplay): Buffer {
  const { red, green, blue, whitePoint, minLuminance, maxLuminance } = display
  const data = Buffer.alloc(88)
  const write = (value: number, den: number, index: number): void => {
    data.writeInt32LE(Math.round(value * den), index * 8)
    data.writeInt32LE(den, index * 8 + 4)
  }
  for (const [i, value] of [...red, ...green, ...blue, ...whitePoint].entries()) write(value, 50_000, i)
  write(minLuminance, 10_000, 8)
  write(maxLuminance, 10_000, 9)
  data.writeInt32LE(1, 80)
  data.writeInt32LE(1, 84)
  return data
}

/** AVContentLightMetadata. */
export function formatContentLight({ maxCll, maxFall }: ContentLight): Buffer {
  const data = Buffer.alloc(8)
  data.writeUInt32LE(maxCll, 0)
  data.writeUInt32LE(maxFall, 4)
  return data
}

/** AVDOVIDecoderConfigurationRecord, version 1.0 and no metadata compression. */
export const formatDolbyVision = (dolby: DolbyVision): Buffer =>
  Buffer.from([
    1,
    0,
    dolby.profile,
    dolby.level,
    Number(dolby.rpu),
    Number(dolby.enhancementLayer),
    Number(dolby.baseLayer),
    dolby.compatibilityId,
    0,
  ])

/**
 * The display matrix that turns a picture of `width` × `height` (as displayed, before the turn) clockwise, moved back to
 * where its corner is at 0, 0: what phones write.
 */
export function formatDisplayMatrix(rotation: Orientation['rotation'], width: number, height: number): Buffer {
  const [a, b, c, d, x, y] = (
    {
      0: [1, 0, 0, 1, 0, 0],
      90: [0, 1, -1, 0, height, 0],
      180: [-1, 0, 0, -1, width, height],
      270: [0, -1, 1, 0, 0, width],
    } as const
  )[rotation]
  const data = Buffer.alloc(36)
  // The third column counts in 2.30 instead of 16.16 (ISO/IEC 14496-12 8.5.2).
  for (const [i, value] of [a, b, 0, c, d, 0, x, y].entries()) data.writeInt32LE(value * 65536, i * 4)
  data.writeInt32LE(1 << 30, 32)
  return data
}
