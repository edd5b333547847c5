// EXT-X-DATERANGE (RFC 8216 4.3.2.7): spans of time with a meaning, ad breaks by SCTE-35 among them.
import { parseRational, type Rational } from '../core/index.ts'
import { damaged } from './bytes.ts'
import { type Attributes, type AttributeValue, formatAttributes } from './hls-attributes.ts'

export type DateRange = {
  readonly id: string
  readonly class: string | null
  /** ISO 8601, as written. */
  readonly startDate: string
  readonly endDate: string | null
  readonly duration: Rational | null
  readonly plannedDuration: Rational | null
  /** Hexadecimal splice_info_section, `0x…`. */
  readonly scte35Out: string | null
  readonly scte35In: string | null
  readonly scte35Command: string | null
  readonly endOnNext: boolean
  /** `X-…` and names not known here, as strings. */
  readonly client: Readonly<Record<string, string>>
}

const known = new Set(
  'ID CLASS START-DATE END-DATE DURATION PLANNED-DURATION SCTE35-OUT SCTE35-IN SCTE35-CMD END-ON-NEXT'.split(' '),
)

/** @throws {HE_INPUT_DAMAGED} */
export function readDateRange(attributes: Attributes): DateRange {
  const id = attributes.get('ID')
  const startDate = attributes.get('START-DATE')
  if (id === undefined || startDate === undefined) throw damaged('EXT-X-DATERANGE without ID or START-DATE')
  const seconds = (name: string): Rational | null => {
    const text = attributes.get(name)
    if (text === undefined) return null
    if (!/^\d{1,9}(?:\.\d{1,18})?$/.test(text)) throw damaged(`${name} is not a number of seconds`, { text })
    return parseRational(text)
  }
  return {
    id,
    class: attributes.get('CLASS') ?? null,
    startDate,
    endDate: attributes.get('END-DATE') ?? null,
    duration: seconds('DURATION'),
    plannedDuration: seconds('PLANNED-DURATION'),
    scte35Out: attributes.get('SCTE35-OUT') ?? null,
    scte35In: attributes.get('SCTE35-IN') ?? null,
    scte35Command: attributes.get('SCTE35-CMD') ?? null,
    endOnNext: attributes.get('END-ON-NEXT') === 'YES',
    client: Object.fromEntries([...attributes].filter(([name]) => !known.has(name))),
  }
}

/** `seconds` prints a duration. */
export const formatDateRange = (range: DateRange, seconds: (value: Rational) => string): string =>
  formatAttributes({
    ID: { quoted: range.id },
    CLASS: { quoted: range.class ?? undefined },
    'START-DATE': { quoted: range.startDate },
    'END-DATE': { quoted: range.endDate ?? undefined },
    DURATION: range.duration ? seconds(range.duration) : undefined,
    'PLANNED-DURATION': range.plannedDuration ? seconds(range.plannedDuration) : undefined,
    'SCTE35-CMD': range.scte35Command ?? undefined,
    'SCTE35-OUT': range.scte35Out ?? undefined,
    'SCTE35-IN': range.scte35In ?? undefined,
    'END-ON-NEXT': range.endOnNext ? 'YES' : undefined,
    ...Object.fromEntries(
      Object.entries(range.client).map(([name, value]): [string, AttributeValue] => [name, { quoted: value }]),
    ),
  })
