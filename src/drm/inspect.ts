// Says how something is protected: a pssh box, an MP4 file or a part of one, an MPD, an HLS playlist. Bytes in, facts out.
import { HeadendError } from '../core/index.ts'
import { inspectManifest, type ManifestProtection } from './inspect-manifest.ts'
import { inspectMp4, type Mp4Protection } from './inspect-mp4.ts'
import { describePssh, type PsshFacts, parsePsshBoxes } from './pssh.ts'

export type ProtectionFacts =
  | { readonly kind: 'pssh'; readonly pssh: readonly PsshFacts[] }
  | ({ readonly kind: 'mp4' } & Mp4Protection)
  | ({ readonly kind: 'mpd' | 'hls' } & ManifestProtection)

/** What `bytes` are is told from the bytes. @throws {HE_INPUT_UNSUPPORTED} {HE_INPUT_DAMAGED} {HE_PSSH_INVALID} */
export function inspectProtection(bytes: Uint8Array): ProtectionFacts {
  if (bytes.length === 0) throw new HeadendError('HE_INPUT_EMPTY', 'there is nothing to inspect')
  const type = Buffer.from(bytes.subarray(4, 8)).toString('latin1')
  if (type === 'pssh') return { kind: 'pssh', pssh: parsePsshBoxes(bytes).map(describePssh) }
  if (['ftyp', 'styp', 'moov', 'moof', 'sidx', 'emsg', 'prft', 'free'].includes(type))
    return { kind: 'mp4', ...inspectMp4(bytes) }
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  if (text.startsWith('#EXTM3U')) return { kind: 'hls', ...inspectManifest(text, 'hls') }
  if (/^\s*</.test(text)) return { kind: 'mpd', ...inspectManifest(text, 'mpd') }
  throw new HeadendError('HE_INPUT_UNSUPPORTED', 'neither a pssh box, an MP4 file, an MPD nor an HLS playlist')
}

/** A pssh box as base64 or hex; null when the text is neither. @throws {HE_PSSH_INVALID} */
export function psshFromText(text: string): Uint8Array | null {
  const bare = text.replace(/\s+/g, '').replace(/^0x/i, '')
  const bytes = /^(?:[0-9a-f]{2})+$/i.test(bare)
    ? Buffer.from(bare, 'hex')
    : /^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)
      ? Buffer.from(bare, 'base64')
      : null
  return bytes && bytes.toString('latin1', 4, 8) === 'pssh' ? bytes : null
}
