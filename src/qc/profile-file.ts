// Profiles as YAML or JSON: read with the line of whatever is wrong, and written out whole, to be edited.
import { isMap, isPair, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { z } from 'zod'
import { HeadendError, nearest } from '../core/index.ts'
import { Severity } from '../model/index.ts'
import { type ProfileName, profileNames, type QcCheck } from './check.ts'
import type { HeldCheck } from './judge.ts'
import { heldBy } from './profile.ts'

export type QcProfile = { readonly name: string; readonly held: readonly HeldCheck[] }

const levels = [...Severity.options, 'off'] as const
const isLevel = (value: unknown): value is HeldCheck['severity'] => (levels as readonly unknown[]).includes(value)

/**
 * A profile of one's own: `name`, `extends` (broadcast, ott or ugc; ott when left out), and under `checks` for each id a severity
 * (info, warn, fail, off), or `severity` and `limits`. What is not named stays as in the profile that it extends.
 * @throws {HE_QC_PROFILE}
 */
export function parseProfile(text: string, path: string): QcProfile {
  return new Reader(text, path).read()
}

/** The limits that a check knows. */
export const limitShape = (check: QcCheck): Readonly<Record<string, z.ZodType>> =>
  check.limits instanceof z.ZodObject ? (check.limits.shape as Record<string, z.ZodType>) : {}

class Reader {
  readonly #lines = new LineCounter()
  readonly #text: string
  readonly #path: string

  constructor(text: string, path: string) {
    this.#text = text
    this.#path = path
  }

  read(): QcProfile {
    // Nothing here needs an alias, and one of them can stand for a billion values.
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false })
    const [error] = document.errors
    if (error) this.#fail(error.message, error.pos[0])
    if (!isMap(document.contents)) this.#fail('it is no list of settings by name', 0)
    let name = this.#path
    let base: ProfileName = 'ott'
    let changes: YAMLMap | null = null
    for (const { key, value, at } of this.#pairs(document.contents as YAMLMap)) {
      if (key === 'name') name = this.#string(value, at)
      else if (key === 'extends') base = this.#oneOf(this.#string(value, at), profileNames, 'profile', at)
      else if (key === 'checks') changes = this.#map(value, 'checks', at)
      else this.#unknown('setting', key, ['name', 'extends', 'checks'], at)
    }
    const held = new Map(heldBy(base).map(each => [each.check.id, each]))
    for (const { key, value, at } of changes ? this.#pairs(changes) : []) {
      const old = held.get(key) ?? this.#unknown('check', key, [...held.keys()], at)
      held.set(key, this.#change(old, value, at))
    }
    return { name, held: [...held.values()] }
  }

  #change(old: HeldCheck, value: unknown, at: number): HeldCheck {
    if (isScalar(value)) return { ...old, severity: this.#level(value, at) }
    let changed = old
    for (const pair of this.#pairs(this.#map(value, old.check.id, at))) {
      if (pair.key === 'severity') changed = { ...changed, severity: this.#level(pair.value, pair.at) }
      else if (pair.key === 'limits') changed = { ...changed, limits: this.#limits(old, pair.value, pair.at) }
      else this.#unknown('setting', pair.key, ['severity', 'limits'], pair.at)
    }
    return changed
  }

  #limits({ check, limits }: HeldCheck, value: unknown, at: number): unknown {
    const shape = limitShape(check)
    const given: Record<string, unknown> = {}
    for (const pair of this.#pairs(this.#map(value, 'limits', at))) {
      const known = Object.hasOwn(shape, pair.key) ? shape[pair.key] : undefined
      const schema = known ?? this.#unknown(`limit of ${check.id}`, pair.key, Object.keys(shape), pair.at)
      const parsed = schema.safeParse((pair.value as { toJSON?(): unknown } | null)?.toJSON?.() ?? null)
      if (!parsed.success)
        this.#fail(`${check.id}: ${pair.key}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`, pair.at)
      given[pair.key] = parsed.data
    }
    const whole = check.limits.safeParse({ ...(limits as object), ...given })
    if (whole.success) return whole.data
    return this.#fail(`${check.id}: ${whole.error.issues.map(({ message }) => message).join('; ')}`, at)
  }

  #pairs(map: YAMLMap): { key: string; value: unknown; at: number }[] {
    return map.items.map(item => {
      const { key, value } = item as Pair
      const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0
      if (!isPair(item) || !isScalar(key)) return this.#fail('a name was expected', at)
      return { key: String(key.value), value, at }
    })
  }

  #map(value: unknown, what: string, at: number): YAMLMap {
    return isMap(value) ? value : this.#fail(`${what} wants settings by name`, at)
  }

  #string(value: unknown, at: number): string {
    const text = isScalar(value) ? value.value : null
    return typeof text === 'string' && text !== '' ? text : this.#fail('a word was expected', at)
  }

  #level(value: unknown, at: number): HeldCheck['severity'] {
    // YAML 1.1 takes off for false, and so do people who quote nothing.
    const level = isScalar(value) ? (value.value === false ? 'off' : value.value) : null
    return isLevel(level) ? level : this.#unknown('severity', String(level), levels, at)
  }

  #oneOf<T extends string>(word: string, words: readonly T[], what: string, at: number): T {
    return words.find(each => each === word) ?? this.#unknown(what, word, words, at)
  }

  #unknown(what: string, word: string, words: readonly string[], at: number): never {
    const near = nearest(word, words)
    const hint = near ? `Did you mean ${near}?` : `There are: ${words.slice(0, 20).join(', ')}.`
    return this.#fail(`there is no ${what} ${word}`, at, hint)
  }

  #fail(message: string, at: number, hint?: string): never {
    const { line } = this.#lines.linePos(at)
    throw new HeadendError('HE_QC_PROFILE', `${this.#path}, line ${Math.max(1, line)}: ${message}`, {
      ...(hint ? { hint } : {}),
      details: { path: this.#path, line },
    })
  }
}

/** A whole profile as YAML: every check with what it finds, every limit with what it means. Reading it gives the same profile. */
export function formatProfile({ name, held }: QcProfile, base: ProfileName): string {
  const lines = [
    `# A profile of headend qc. What is left out stays as in the profile that it extends.`,
    `# Severities: fail, warn, info (told, changes no verdict), off.`,
    `name: ${JSON.stringify(name)}`,
    `extends: ${base}`,
    'checks:',
  ]
  for (const { check, severity, limits } of held) {
    lines.push('', ...comment(`${check.title}. ${check.finds}`), ...comment(`Source: ${check.source}`))
    lines.push(`  ${check.id}:`, `    severity: ${severity}`)
    const shape = Object.entries(limitShape(check))
    if (shape.length > 0) lines.push('    limits:')
    for (const [limit, schema] of shape) {
      const value = JSON.stringify((limits as Record<string, unknown>)[limit] ?? null)
      const meaning = schema.description ?? describeInner(schema)
      lines.push(`      ${limit}: ${value}${meaning ? ` # ${meaning}` : ''}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** `.default()` and `.nullable()` wrap what was described. */
function describeInner(schema: z.ZodType): string | undefined {
  const inner = (schema as { unwrap?(): z.ZodType }).unwrap?.()
  return inner && (inner.description ?? describeInner(inner))
}

const WIDTH = 120
function comment(text: string): string[] {
  const lines: string[] = ['  #']
  for (const word of text.replace(/\s+/g, ' ').split(' ')) {
    if (lines.at(-1)!.length + word.length + 1 > WIDTH) lines.push('  #')
    lines[lines.length - 1] += ` ${word}`
  }
  return lines
}
