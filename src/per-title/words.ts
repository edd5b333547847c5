// Savings and money as people read them.
import type { LadderCost } from '../model/index.ts'
import { formatFixed } from '../pages/index.ts'

/** A share of bits that is saved: `21 % fewer bits`, `3.2 % more bits`. */
export function formatSaved(share: number): string {
  const percent = Math.abs(100 * share)
  if (percent < 0.05) return 'as many bits'
  return `${formatFixed(percent, percent < 9.95 ? 1 : 0)} % ${share > 0 ? 'fewer' : 'more'} bits`
}

/** How many decimals the money of one bill takes: cents, or hundredths of cents where there is little. */
export const moneyDecimals = ({ own, fixed }: LadderCost): number => (Math.max(own.total, fixed.total) < 10 ? 4 : 2)

/** `1,012.40 USD`, `−0.85 USD`. */
export function formatMoney(value: number, currency: string, decimals: number): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  const text = Math.abs(value).toLocaleString('en-US', digits)
  return `${value < 0 && /[1-9]/.test(text) ? '\u2212' : ''}${text} ${currency}`
}
