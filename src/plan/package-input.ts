// What a command line says of one input of a package: `subs.vtt#language=de&label=Deutsch&forced`.
import { z } from 'zod'
import { trackRoles } from '../audio/index.ts'
import { HeadendError } from '../core/index.ts'

/** What is said of all tracks of one file, instead of what the file says. */
export const InputWords = z.strictObject({
  language: z.string().min(2).optional(),
  label: z.string().min(1).optional(),
  role: z.enum(trackRoles).optional(),
  default: z.literal(true).optional(),
  forced: z.literal(true).optional(),
})
export type InputWords = z.infer<typeof InputWords>

export type PackageFile = { readonly path: string; readonly words: InputWords }

/** `exists` tells whether a path is a file: a `#` may belong to a name. @throws {HE_USAGE} */
export function parsePackageInput(text: string, exists: (path: string) => boolean): PackageFile {
  const at = text.lastIndexOf('#')
  if (at < 0 || exists(text)) return { path: text, words: {} }
  const pairs = text
    .slice(at + 1)
    .split('&')
    .filter(Boolean)
    .map((pair): [string, string | true] => {
      const [name, ...value] = pair.split('=')
      return [name!, value.length === 0 ? true : value.join('=')]
    })
  const words = InputWords.safeParse(Object.fromEntries(pairs))
  if (words.success) return { path: text.slice(0, at), words: words.data }
  const [issue] = words.error.issues
  throw new HeadendError('HE_USAGE', `what is said of ${text.slice(0, at)} is wrong: ${issue!.message}`, {
    hint: `After # come language=de, label=…, role=${trackRoles.join('|')}, default, forced, with & between them.`,
  })
}
