// Finds and reads the configuration file: --config, else HEADEND_CONFIG, else headend.config.json here when it exists.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HeadendError } from '../core/index.ts'

export const CONFIG_FILE = 'headend.config.json'

/** @throws {HE_CONFIG_INVALID} when a file that was asked for is missing, or any file is not JSON. */
export async function readConfigFile(
  asked: string | undefined,
  cwd: string,
): Promise<{ path: string; data: unknown } | undefined> {
  const path = asked ?? CONFIG_FILE
  let text: string
  try {
    text = await readFile(resolve(cwd, path), 'utf8')
  } catch (cause) {
    if (asked === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read'
    throw new HeadendError('HE_CONFIG_INVALID', `the configuration file ${path} ${reason}`, {
      cause,
      hint: `Name an existing file with --config or HEADEND_CONFIG, or put ${CONFIG_FILE} where you start headend.`,
    })
  }
  try {
    return { path, data: JSON.parse(text) }
  } catch (cause) {
    throw new HeadendError('HE_CONFIG_INVALID', `${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
