// Equal plans, equal hashes.
import { createHash } from 'node:crypto'
import type { EncodePlan } from '../model/index.ts'

/** SHA-256 of the plan as canonical JSON (keys sorted, no white space), hex. */
export function planHash(plan: EncodePlan): string {
  return createHash('sha256').update(formatCanonical(plan)).digest('hex')
}

function formatCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatCanonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${formatCanonical(each)}`).join(',')}}`
}
