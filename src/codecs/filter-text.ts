// FilterStep[] → FFmpeg's filter-graph text, escaped for both parsers that read it.
import type { FilterStep } from '../model/index.ts'

/**
 * FFmpeg reads a value twice: the graph parser splits at `[ ] , ;`, then the option parser splits at `:`. Each removes
 * one level of `\` and `'`, and white space at the ends, so each level is escaped on its own, the inner one first.
 */
function escapeValue(value: string | number): string {
  const option = String(value)
    .replace(/[\\':]/g, '\\$&')
    .replace(/^\s|\s$/g, '\\$&')
  return option.replace(/[\\'[\],;]/g, '\\$&').replace(/^\s|\s$/g, '\\$&')
}

/**
 * A linear chain as text; `null`, which passes everything, for no steps. An argument of an option without a name, as
 * `pan` takes it, is written by its name `args`.
 */
export function formatFilters(steps: readonly FilterStep[]): string {
  if (steps.length === 0) return 'null'
  return steps.map(formatFilter).join(',')
}

function formatFilter({ name, args }: FilterStep): string {
  const options = Object.entries(args).map(([key, value]) => `${key}=${escapeValue(value)}`)
  return options.length > 0 ? `${name}=${options.join(':')}` : name
}
