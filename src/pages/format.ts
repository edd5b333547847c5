// Numbers as an engineer reads them. Printing only: nothing here decides.
import { parseRational, toNumber } from '../core/index.ts'

const minus = (text: string): string => text.replace('-', '\u2212')

/** Grouped by thousands: 1,234. */
export const formatCount = (n: number): string => minus(n.toLocaleString('en-US'))

/** A number with fixed decimals and a true minus sign. */
export const formatFixed = (n: number, decimals: number): string => minus(n.toFixed(decimals))

/** Decimal units, three significant digits: 18.4 MB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${units[unit]}`
}

/** 128 kb/s, 3.12 Mb/s. */
export function formatBitrate(bps: number): string {
  if (bps < 999_500) return `${Math.round(bps / 1000)} kb/s`
  return `${(bps / 1e6).toFixed(bps < 99_950_000 ? 2 : 0)} Mb/s`
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** `30000/1001` as `29.97 (30000/1001)`, `25/1` as `25`. */
export function formatFrameRate(text: string): string {
  const rate = parseRational(text)
  const decimal = trimZeros(toNumber(rate).toFixed(3))
  return rate.den === 1n ? decimal : `${decimal} (${rate.num}/${rate.den})`
}

/** Position on a time line: 0:07.30, 1:02:03.48. */
export function formatClock(seconds: number, decimals = 2): string {
  // Rounded first, so that 59.999 becomes 1:00.00 and not 0:60.00.
  const scale = 10 ** decimals
  const total = Math.round(Math.abs(seconds) * scale) / scale
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const rest = (total % 60).toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, '0')
  const head = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : String(minutes)
  return `${seconds < 0 ? '\u2212' : ''}${head}:${rest}`
}

/** A length of media given as `num/den` seconds: 12.012 s, 1:02:03.480. */
export function formatDuration(text: string): string {
  const seconds = toNumber(parseRational(text))
  return seconds < 120 ? `${trimZeros(seconds.toFixed(3))} s` : formatClock(seconds, 3)
}

/** Wall time: 0.4 s, 63 s, 12 min 3 s. */
export function formatElapsed(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const total = Math.round(seconds)
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${total % 60} s`
}

/** An ISO time in UTC to the minute; anything else as it is. */
export function formatDate(text: string): string {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) return text
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `1 check`, `3 checks`. */
export const plural = (n: number, noun: string): string => `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`

/** The last part of a path of either kind of system. */
export const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path

const levelText: Readonly<Record<string, (level: number) => string>> = {
  // H.264 A.3.1: level_idc is ten times the level; FFmpeg states level 1b as 9.
  h264: level => (level === 9 ? '1b' : (level / 10).toFixed(1)),
  // H.265 A.4.1: general_level_idc is thirty times the level.
  hevc: level => (level / 30).toFixed(1),
  // AV1 A.3: seq_level_idx counts levels from 2.0 in steps of four per major level.
  av1: level => `${2 + (level >> 2)}.${level & 3}`,
}

/** A level as people write it, from the number the codec stores. */
export const formatLevel = (codec: string, level: number): string => levelText[codec]?.(level) ?? String(level)
