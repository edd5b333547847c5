// The last touches to the answer: candidates only of the configured addresses, and what the rate control of browsers reads.
import type { ChosenMedia } from './sdp-offer.ts'

export type AnswerTouches = {
  readonly hostAddresses: readonly string[]
  readonly media: readonly ChosenMedia[]
  /** x-google-start-bitrate and x-google-max-bitrate are kbit/s of Chromium and what is made of it; others pass over them. */
  readonly startBitrateBps?: number
  readonly maxBitrateBps?: number
  /** What is asked of an Opus sender (RFC 7587 6.1). */
  readonly opus?: string
}

export function touchAnswer(
  sdp: string,
  { hostAddresses, media, startBitrateBps, maxBitrateBps, opus }: AnswerTouches,
): string {
  const video = media.find(({ kind }) => kind === 'video')?.codec
  const audio = media.find(({ kind }) => kind === 'audio')?.codec
  const hints =
    startBitrateBps === undefined || maxBitrateBps === undefined
      ? ''
      : `x-google-start-bitrate=${Math.round(startBitrateBps / 1000)};x-google-max-bitrate=${Math.round(maxBitrateBps / 1000)}`
  const out: string[] = []
  let hinted = false
  const hint = (): void => {
    if (video && hints && !hinted) out.push(`a=fmtp:${video.payloadType} ${hints}`)
    hinted = true
  }
  for (const line of sdp.split(/\r?\n/)) {
    if (line === '') continue
    if (line.startsWith('a=candidate:')) {
      const [, , protocol, , address] = line.split(' ')
      if (protocol?.toLowerCase() !== 'udp' || !hostAddresses.includes(address!)) continue
    }
    if (/^a=rtcp-fb:\S+ transport-cc/.test(line)) continue
    if (video && hints && line.startsWith(`a=fmtp:${video.payloadType} `)) {
      out.push(`${line};${hints}`)
      hinted = true
      continue
    }
    if (audio && opus && line.startsWith(`a=fmtp:${audio.payloadType} `)) {
      out.push(`${line};${opus}`)
      continue
    }
    out.push(line.startsWith('m=audio ') ? preferRed(line, media) : line)
    if (video && line.startsWith(`a=rtpmap:${video.payloadType} `)) {
      // NACK is ours, not werift's: its list stops for a whole round of numbers when a loss crosses 65535.
      out.push(`a=rtcp-fb:${video.payloadType} nack`)
      // Where the offer has parameters its own line follows; a second one would hide the first.
      if (video.fmtp === '') hint()
    }
  }
  return `${out.join('\r\n')}\r\n`
}

/** Redundant audio comes first where it was offered: senders take the first of the answer. */
function preferRed(line: string, media: readonly ChosenMedia[]): string {
  const sound = media.find(({ kind }) => kind === 'audio')
  if (!sound || sound.red === null) return line
  return [...line.split(' ').slice(0, 3), sound.red, sound.codec.payloadType].join(' ')
}
