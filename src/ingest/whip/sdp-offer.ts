// What a client offers in SDP (RFC 8866, RFC 9725), cut down to what is taken: one codec each for picture and sound, no simulcast,
// no bandwidth feedback but REMB.

export type OfferedCodec = {
  readonly payloadType: number
  /** Lower case. */
  readonly name: string
  readonly channels: number
  readonly fmtp: string
}

export type ChosenMedia = {
  readonly kind: 'video' | 'audio'
  readonly codec: OfferedCodec
  /** Payload type of retransmissions of it (RFC 4588). */
  readonly rtx: number | null
  /** Payload type of redundant audio (RFC 2198). */
  readonly red: number | null
}

export type ReadOffer =
  | { readonly ok: true; readonly sdp: string; readonly media: readonly ChosenMedia[] }
  | { readonly ok: false; readonly status: 400 | 422; readonly reason: string }

/** Names in `a=rtpmap` that can be received or sent. */
export const rtpCodecs = { video: ['h264', 'h265', 'av1', 'vp8', 'vp9'], audio: ['opus'] } as const

const MAX_LINES = 4000
const refuse = (status: 400 | 422, reason: string): ReadOffer => ({ ok: false, status, reason })

/**
 * `direction`: what the client must offer: it sends (WHIP) or receives (WHEP). `accept` says which codecs; the client's order decides
 * among them.
 */
export function readOffer(
  text: string,
  direction: 'sendonly' | 'recvonly',
  accept: (kind: 'video' | 'audio', codec: OfferedCodec) => boolean,
): ReadOffer {
  const lines = text.split(/\r?\n/).filter(line => line !== '')
  if (lines[0] !== 'v=0' || lines.length > MAX_LINES) return refuse(400, 'this is no SDP offer')
  const starts = lines.flatMap((line, i) => (line.startsWith('m=') ? [i] : []))
  if (starts.length === 0 || starts.length > 2) return refuse(422, 'one picture and one sound can be offered, no more')
  const head = lines.slice(0, starts[0])
  if (!lines.some(line => line.startsWith('a=fingerprint:'))) return refuse(422, 'the offer has no DTLS fingerprint')
  const media: ChosenMedia[] = []
  const out = head.filter(line => !line.startsWith('a=extmap-allow-mixed'))
  for (const [i, start] of starts.entries()) {
    const section = lines.slice(start, starts[i + 1])
    const kind = /^m=(audio|video) /.exec(section[0]!)?.[1] as 'audio' | 'video' | undefined
    if (!kind || media.some(other => other.kind === kind))
      return refuse(422, 'one picture and one sound can be offered')
    const offered = section.find(line => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))?.slice(2) ?? 'sendrecv'
    if (offered !== direction && offered !== 'sendrecv') return refuse(422, `${kind} is ${offered}, not ${direction}`)
    const chosen = choose(kind, section, accept)
    if (!chosen) return refuse(422, `${kind}: none of the offered codecs can be used`)
    media.push(chosen)
    out.push(...cut(section, chosen, direction))
  }
  return { ok: true, sdp: `${out.join('\r\n')}\r\n`, media }
}

function choose(
  kind: 'video' | 'audio',
  section: readonly string[],
  accept: (kind: 'video' | 'audio', codec: OfferedCodec) => boolean,
): ChosenMedia | null {
  const fmtpOf = new Map<number, string>()
  for (const line of section) {
    const match = /^a=fmtp:(\d{1,3}) (.*)$/.exec(line)
    if (match) fmtpOf.set(Number(match[1]), match[2]!)
  }
  const codecs = new Map<number, OfferedCodec>()
  for (const line of section) {
    const match = /^a=rtpmap:(\d{1,3}) ([\w.+-]+)\/(\d+)(?:\/(\d+))?/.exec(line)
    if (!match) continue
    const payloadType = Number(match[1])
    const name = match[2]!.toLowerCase()
    codecs.set(payloadType, { payloadType, name, channels: Number(match[4] ?? 1), fmtp: fmtpOf.get(payloadType) ?? '' })
  }
  const order = section[0]!.split(' ').slice(3).map(Number)
  for (const payloadType of order) {
    const codec = codecs.get(payloadType)
    if (!codec || !(rtpCodecs[kind] as readonly string[]).includes(codec.name) || !accept(kind, codec)) continue
    const related = (name: string, fmtp: RegExp): number | null =>
      [...codecs.values()].find(other => other.name === name && fmtp.test(other.fmtp))?.payloadType ?? null
    return {
      kind,
      codec,
      rtx: kind === 'video' ? related('rtx', new RegExp(`(^|;\\s*)apt=${payloadType}(;|$)`)) : null,
      red: kind === 'audio' ? related('red', new RegExp(`^${payloadType}/${payloadType}`)) : null,
    }
  }
  return null
}

/** The section with the chosen codec alone. Hosts by name (mDNS) are not looked up: who connects is seen when it does. */
function cut(section: readonly string[], { codec, rtx, red }: ChosenMedia, direction: string): string[] {
  const types = [red, codec.payloadType, rtx].filter(type => type !== null)
  const [m, ...rest] = section
  const head = [...m!.split(' ').slice(0, 3), ...types].join(' ')
  const kept = rest.filter(line => {
    const about = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+|\*)/.exec(line)?.[1]
    if (line.startsWith('a=rtcp-fb:'))
      return about === String(codec.payloadType) && /goog-remb|nack pli|ccm fir/.test(line)
    if (about !== undefined) return types.includes(Number(about))
    if (/^a=(simulcast|rid|candidate|end-of-candidates|extmap-allow-mixed)/.test(line)) return false
    if (line.startsWith('a=extmap:')) return line.includes('urn:ietf:params:rtp-hdrext:sdes:mid')
    return !/^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line)
  })
  return [head, ...kept, `a=${direction}`]
}

/** Parameter sets of `sprop-parameter-sets` (RFC 6184 8.1). */
export function spropParameterSets(fmtp: string): Uint8Array[] {
  const value = /(?:^|;)\s*sprop-parameter-sets=([A-Za-z0-9+/=,]+)/.exec(fmtp)?.[1] ?? ''
  return value
    .split(',')
    .slice(0, 8)
    .map(part => new Uint8Array(Buffer.from(part, 'base64')))
    .filter(({ length }) => length > 0)
}
