// Filter steps → FFmpeg's filter-graph text, escaped on both of its levels.
import type { FilterStep } from '../model/index.ts'

/** One value: first for the option parser (`:` `'` `\`), then for the graph parser (`[` `]` `,` `;` and again). */
function escapeValue(value: string | number): string {
  const option = String(value).replace(/[\\':]/g, '\\$&')
  return option.replace(/[\\'[\],;]/g, '\\$&')
}

/** @example formatFilters([{ name: 'scale', args: { w: 1280, h: 720 } }]) // 'scale=w=1280:h=720' */
export function formatFilters(steps: readonly FilterStep[]): string {
  if (steps.length === 0) return 'null'
  return steps
    .map(({ name, args }) => {
      const text = Object.entries(args).map(([key, value]) => `${key}=${escapeValue(value)}`)
      return text.length > 0 ? `${name}=${text.join(':')}` : name
    })
    .join(',')
}
