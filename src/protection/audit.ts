// Who used which key when: one line of JSON each, beside the store, by key id only.
import { appendFile } from 'node:fs/promises'
import { HeadendError } from '../core/index.ts'
import type { KeyId } from '../drm/index.ts'

export type KeyUse = 'create' | 'import' | 'export' | 'rotate' | 'remove' | 'encrypt' | 'licence'

/** A use that cannot be written down does not happen. @throws {HE_OUTPUT_UNWRITABLE} */
export async function audit(store: string, use: KeyUse, kids: readonly KeyId[]): Promise<void> {
  const at = new Date().toISOString()
  const lines = kids.map(kid => `${JSON.stringify({ at, use, kid, pid: process.pid })}\n`).join('')
  if (lines === '') return
  await appendFile(`${store}.audit.jsonl`, lines, { mode: 0o600 }).catch((cause: unknown) => {
    throw new HeadendError('HE_OUTPUT_UNWRITABLE', `cannot write ${store}.audit.jsonl`, { cause })
  })
}
