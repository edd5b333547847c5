// The head of an ASS or SSA script: its styles, as far as a cue can say them, and the head that we write.
import { type Anchor, anchorAt, type Style, toAnchor, usualAnchor } from './cue.ts'

export type AssStyle = Style & { readonly anchor: Anchor }
export type AssHead = {
  /** By name, without a leading `*`. */
  readonly styles: ReadonlyMap<string, AssStyle>
  /** Fields of a line of events, in lower case, `text` last. */
  readonly eventFields: readonly string[]
}

const EVENT_FIELDS = 'layer start end style name marginl marginr marginv effect text'.split(' ')

const fields = (text: string): string[] => text.split(',').map(field => field.trim().toLowerCase())

/** SSA counts 1–3 at the bottom, 5–7 at the top, 9–11 in the middle. */
export function legacyAnchor(value: number): Anchor | null {
  const column = (value & 3) - 1
  if (column < 0 || value > 11 || value < 1) return null
  return anchorAt(value & 4 ? 2 : value & 8 ? 1 : 0, column)
}

/** The head of a script, or the extradata that FFmpeg hands on. Never throws. */
export function parseAssHead(text: string): AssHead {
  const styles = new Map<string, AssStyle>()
  let section = ''
  let styleFields: string[] = []
  let eventFields: readonly string[] = EVENT_FIELDS
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const head = /^\s*\[([^\]]+)\]/.exec(line)
    if (head) section = head[1]!.trim().toLowerCase()
    const [, key, value] = /^\s*([^:;]+):(.*)$/.exec(line) ?? []
    if (!key || value === undefined) continue
    const word = key.trim().toLowerCase()
    if (section.endsWith('styles') && word === 'format') styleFields = fields(value)
    if (section === 'events' && word === 'format') {
      const found = fields(value)
      if (found.at(-1) === 'text') eventFields = found
    }
    if (!section.endsWith('styles') || word !== 'style') continue
    const values = value.split(',').map(each => each.trim())
    const at = (name: string): string => values[styleFields.indexOf(name)] ?? ''
    const alignment = Number(at('alignment'))
    styles.set(at('name').replace(/^\*/, ''), {
      bold: isOn(at('bold')),
      italic: isOn(at('italic')),
      underline: isOn(at('underline')),
      anchor: (section.startsWith('v4+') ? toAnchor(alignment) : legacyAnchor(alignment)) ?? usualAnchor,
    })
  }
  return { styles, eventFields }
}

/** -1 is on, and so is a weight above that of normal text. */
const isOn = (value: string): boolean => value === '-1' || value === '1' || Number(value) >= 600

/** One style, white with a dark edge, at a size that reads like the players' own: 1/18 of the height. @param width - pixels */
export function formatAssHead(width: number, height: number): string {
  const size = Math.max(8, Math.round(height / 18))
  const edge = Math.max(1, Math.round(height / 360))
  const margin = Math.round(height / 27)
  const names =
    'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ' +
    'ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding'
  const colors = '&H00FFFFFF,&H000000FF,&H00000000,&H80000000'
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    '',
    '[V4+ Styles]',
    `Format: ${names}`,
    `Style: Default,Arial,${size},${colors},0,0,0,0,100,100,0,0,1,${edge},0,2,${margin},${margin},${margin},1`,
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    '',
  ].join('\n')
}
