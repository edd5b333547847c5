// HTML that is escaped unless it was made here. Titles, paths and tags of a source are untrusted text.

/** A finished piece of HTML; only `html` and `trusted` make one, so data can never pass for it. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for element content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, c => entities[c]!)
}

/** Lets text of our own (style sheets, scripts) through as it is. */
export const trusted = (text: string): Html => new Html(text)

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map(render).join('')
  return escapeHtml(String(value))
}

/** Template tag: escapes every value that is not itself `Html`; null, undefined and false print nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)))
}

/**
 * JSON for an inline script element: `<` could end the element, U+2028 and U+2029 end a line in older JavaScript.
 * The text stays valid JSON with the same value.
 */
export function inlineJson(value: unknown): Html {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new Html(text)
}

/** A relative link to a file; each segment is encoded, so that a name can be neither a scheme nor a query. */
export const fileHref = (path: string): string =>
  `./${path
    .split('/')
    .filter(part => part !== '')
    .map(encodeURIComponent)
    .join('/')}`
