// Configuration from four layers, each stronger than the one before: defaults, file, environment, flags. Pure; reading
// the file is config-file.ts's affair. Every value remembers where it came from.
import type { z } from 'zod'
import { HeadendError, nearest } from '../core/index.ts'
import { type ConfigValues, choicesOf, configKeys, configSections, envNames } from './config-schema.ts'

export type ConfigEntry = {
  /** `section.key` */
  readonly key: string
  /** undefined when unset and without a default. */
  readonly value: unknown
  /** `default`, `file <path>`, `env <NAME>` or `flag <--name>`. */
  readonly source: string
}
export type Config = { readonly values: ConfigValues; readonly entries: readonly ConfigEntry[] }

export type ConfigLayers = {
  readonly file?: { readonly path: string; readonly data: unknown } | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** By key: the text given and the flag's name. */
  readonly flags: Readonly<Record<string, { readonly flag: string; readonly text: string }>>
}

/** @throws {HE_CONFIG_INVALID} for an unknown key or a bad value in file or environment, {HE_USAGE} for a bad flag. */
export function resolveConfig(layers: ConfigLayers): Config {
  const inFile = readFileLayer(layers.file)
  refuseUnknownEnv(layers.env)
  const entries = [...configKeys].map(([key, schema]): ConfigEntry => {
    const flag = layers.flags[key]
    if (flag) return { key, value: fromText(schema, flag.text, flag.flag, 'HE_USAGE'), source: `flag ${flag.flag}` }
    const name = envNames(key).find(each => layers.env[each])
    const text = name && layers.env[name]
    if (name && text) return { key, value: fromText(schema, text, name, 'HE_CONFIG_INVALID'), source: `env ${name}` }
    if (inFile.has(key)) {
      const path = layers.file!.path
      return { key, value: fromData(schema, inFile.get(key), `${key} in ${path}`), source: `file ${path}` }
    }
    return { key, value: schema.safeParse(undefined).data, source: 'default' }
  })
  return { entries, values: assemble(entries) }
}

function readFileLayer(file: ConfigLayers['file']): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  if (!file) return values
  if (!isObject(file.data)) throw invalid(`${file.path} must hold one JSON object`)
  for (const [section, body] of Object.entries(file.data)) {
    // Lets editors find a schema.
    if (section === '$schema') continue
    if (!Object.hasOwn(configSections, section))
      throw unknownKey(`section "${section}" in ${file.path}`, section, Object.keys(configSections))
    if (!isObject(body)) throw invalid(`"${section}" in ${file.path} must be an object`)
    for (const [name, value] of Object.entries(body)) {
      const key = `${section}.${name}`
      if (!configKeys.has(key)) throw unknownKey(`key "${key}" in ${file.path}`, key, configKeys.keys())
      values.set(key, value)
    }
  }
  return values
}

/** A misspelt setting must not be ignored. Other HEADEND_ variables (HEADEND_CONFIG, those of tests) are not settings. */
function refuseUnknownEnv(env: ConfigLayers['env']): void {
  const known = new Set([...configKeys.keys()].flatMap(envNames))
  const prefixes = Object.keys(configSections).map(section => `HEADEND_${section.toUpperCase()}_`)
  for (const name of Object.keys(env)) {
    if (known.has(name) || !prefixes.some(prefix => name.startsWith(prefix))) continue
    throw unknownKey(`environment variable ${name}`, name, known)
  }
}

/** Reads text as the first of number, boolean and string that the schema takes. */
function fromText(schema: z.ZodType, text: string, where: string, code: 'HE_USAGE' | 'HE_CONFIG_INVALID'): unknown {
  const words: Readonly<Record<string, boolean>> = { true: true, false: false }
  const literal: unknown = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : (words[text] ?? text)
  const parsed = schema.safeParse(literal)
  if (parsed.success) return parsed.data
  const asText = schema.safeParse(text)
  if (asText.success) return asText.data
  throw refusal(`${where} ${text}`, parsed.error, code, nearest(text, choicesOf(schema)))
}

function fromData(schema: z.ZodType, value: unknown, where: string): unknown {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw refusal(where, parsed.error, 'HE_CONFIG_INVALID')
  return parsed.data
}

/** Sections as a whole: rules between their keys are checked here. */
function assemble(entries: readonly ConfigEntry[]): ConfigValues {
  const sections = Object.entries(configSections).map(([section, schema]) => {
    const own = entries.filter(({ key, value }) => key.startsWith(`${section}.`) && value !== undefined)
    const body = Object.fromEntries(own.map(({ key, value }) => [key.slice(section.length + 1), value]))
    const parsed = schema.safeParse(body)
    if (parsed.success) return [section, parsed.data]
    const sources = own.filter(({ source }) => source !== 'default').map(({ key, source }) => `${key} from ${source}`)
    throw refusal(`${section} (${sources.join(', ')})`, parsed.error, 'HE_CONFIG_INVALID')
  })
  return Object.fromEntries(sections) as ConfigValues
}

function refusal(
  where: string,
  error: z.ZodError,
  code: 'HE_USAGE' | 'HE_CONFIG_INVALID',
  near?: string | undefined,
): HeadendError {
  const message = `${where}: ${error.issues.map(issue => issue.message).join('; ')}`
  if (near) return new HeadendError(code, message, { hint: `Did you mean ${near}?` })
  if (code === 'HE_USAGE') return new HeadendError(code, message)
  return new HeadendError(code, message, {
    hint: 'Give it a value that fits, or take it out; docs/cli.md lists every setting.',
  })
}

const invalid = (message: string): HeadendError => new HeadendError('HE_CONFIG_INVALID', message)

function unknownKey(what: string, name: string, known: Iterable<string>): HeadendError {
  const all = [...known]
  const near = nearest(name, all)
  return new HeadendError('HE_CONFIG_INVALID', `unknown ${what}`, {
    hint: near ? `Did you mean ${near}?` : `Known are ${all.join(', ')}.`,
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
