// FairPlay needs no pssh: HLS names the key by a skd:// address that the app turns into a licence request.
import { HeadendError } from '../core/index.ts'
import type { KeyId } from './key-id.ts'

/**
 * The URI of one key. `template` may hold `{kid}` (32 hex digits) and `{uuid}`; several keys need one of them, or all
 * tracks would ask for the same key.
 * @throws {HE_USAGE}
 */
export function fairPlayUri(keyId: KeyId, template = 'skd://{kid}'): string {
  if (!/^skd:\/\/[^\s"]+$/.test(template))
    throw new HeadendError('HE_USAGE', 'a FairPlay key URI begins with skd:// and has no spaces or quotation marks')
  return template.replaceAll('{kid}', keyId.replaceAll('-', '')).replaceAll('{uuid}', keyId)
}
