// Exact rational numbers on bigint. Media time is never a float: 29.97 is 30000/1001.

/** A fraction in lowest terms with a positive denominator. */
export type Rational = { readonly num: bigint; readonly den: bigint }

/** The JSON form of a Rational: `num/den`, e.g. `30000/1001`. Seconds unless the field's name says otherwise. */
export type RationalText = `${bigint}/${bigint}`

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a
  let y = b < 0n ? -b : b
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** Makes a Rational in lowest terms. @throws {RangeError} when `den` is zero. */
export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  let n = BigInt(num)
  let d = BigInt(den)
  if (d === 0n) throw new RangeError('rational with denominator 0')
  if (d < 0n) [n, d] = [-n, -d]
  const g = gcd(n, d)
  return g > 1n ? { num: n / g, den: d / g } : { num: n, den: d }
}

/** Reads `num/den`, an integer or a decimal such as `23.976`. @throws {RangeError} on anything else. */
export function parseRational(text: string): Rational {
  const fraction = /^(-?\d+)\/(\d+)$/.exec(text)
  if (fraction) return rational(BigInt(fraction[1]!), BigInt(fraction[2]!))
  const decimal = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!decimal) throw new RangeError(`not a rational number: ${JSON.stringify(text)}`)
  const digits = decimal[3] ?? ''
  const value = BigInt(decimal[2]! + digits)
  return rational(decimal[1] ? -value : value, 10n ** BigInt(digits.length))
}

export function formatRational(value: Rational): RationalText {
  return `${value.num}/${value.den}`
}

export const add = (a: Rational, b: Rational): Rational => rational(a.num * b.den + b.num * a.den, a.den * b.den)
export const sub = (a: Rational, b: Rational): Rational => rational(a.num * b.den - b.num * a.den, a.den * b.den)
export const mul = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den)
/** @throws {RangeError} when `b` is zero. */
export const div = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num)

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const left = a.num * b.den
  const right = b.num * a.den
  return left < right ? -1 : left > right ? 1 : 0
}

export const floor = (a: Rational): bigint => {
  const q = a.num / a.den
  return a.num < 0n && q * a.den !== a.num ? q - 1n : q
}
/** Rounds to the nearest integer, halves away from zero. */
export const round = (a: Rational): bigint =>
  a.num < 0n ? -round({ num: -a.num, den: a.den }) : floor(rational(a.num * 2n + a.den, a.den * 2n))

/** For printing and for drawing only, never for deciding. */
export const toNumber = (a: Rational): number => {
  const whole = a.num / a.den
  return Number(whole) + Number(a.num - whole * a.den) / Number(a.den)
}

/** Converts `ticks` between two timebases (seconds per tick), rounding to nearest. */
export const rescale = (ticks: bigint, from: Rational, to: Rational): bigint =>
  round(rational(ticks * from.num * to.den, from.den * to.num))
