// Which Headend this is.
import { readFile } from 'node:fs/promises'

/** The package's own version; its package.json stands two folders up, in a clone and when installed. */
export async function headendVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
