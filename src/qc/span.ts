// When a finding is, in words.
import { formatClock } from '../pages/index.ts'

export function formatSpan(startS: number | null, endS: number | null): string {
  if (startS === null) return 'throughout'
  const start = formatClock(startS, 3)
  return endS === null || endS - startS < 0.0005 ? start : `${start} – ${formatClock(endS, 3)}`
}
