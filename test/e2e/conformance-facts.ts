// The words in which the readers of the conformance matrix answer, and Debian's tools as processes. Not a test itself.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { DolbyVision, MasteringDisplay } from '../../src/model/index.ts'

const run = promisify(execFile)

/**
 * What one reader says of one file, by fact. A fact that is missing was not stated; an empty text says that it is absent.
 *
 * Plain names (`primaries`) are of the stream as a player sees it; `container.` and `bitstream.` say which of the two places
 * states it. Positions of key frames are frame numbers in order of presentation.
 */
export type Facts = Readonly<Record<string, string | number>>

export type Reading = { readonly tool: string; readonly facts: Facts }

/** A fact that must be met; numbers within `within`. */
export type Promised = { readonly fact: string; readonly value: string | number; readonly within?: number }

export type Json = Readonly<Record<string, unknown>>

/** Runs a tool and returns what it printed. @throws when it fails */
export async function tool(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(name, [...args], { maxBuffer: 1 << 28 })
  return stdout
}

/** `red green blue white min-max`, chromaticities to five digits, cd/m² to four. */
export function formatMastering({
  red,
  green,
  blue,
  whitePoint,
  minLuminance,
  maxLuminance,
}: MasteringDisplay): string {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits))
  const points = [red, green, blue, whitePoint].map(point => point.map(value => round(value, 5)).join())
  return `${points.join(' ')} ${round(minLuminance, 4)}-${round(maxLuminance, 4)}`
}

/** `profile.level compatibility` and the layers that are there, e.g. `8.9 1 rpu bl`. */
export function formatDolby({
  profile,
  level,
  compatibilityId,
  rpu,
  enhancementLayer,
  baseLayer,
}: DolbyVision): string {
  const layers = [rpu && 'rpu', enhancementLayer && 'el', baseLayer && 'bl'].filter(Boolean)
  return [`${profile}.${level}`, compatibilityId, ...layers].join(' ')
}

/** Drops what is undefined: the reader was silent. */
export function stated(facts: Readonly<Record<string, string | number | undefined | null>>): Facts {
  return Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string | number] => entry[1] != null),
  )
}

/** The same facts under a prefix. */
export const under = (prefix: string, facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([fact, value]) => [`${prefix}.${fact}`, value]))

/** `de` for ger, deu and de-AT, as CLDR knows them; empty for none. */
export const shortLanguage = (tag: string | null | undefined): string =>
  tag && tag !== 'und' ? new Intl.Locale(tag).language : ''
