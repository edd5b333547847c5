// WHIP (RFC 9725): publishers by WebRTC. HTTP itself is the mounting server's; here is what it hands the requests to.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../core/index.ts'
import type { Authorize, OpenFeed } from '../../live/index.ts'
import { answerOffer, createPeer, type NetworkOptions } from './peer.ts'
import type { Answer } from './resource-http.ts'
import { type OfferFrom, type Opened, Resources } from './resources.ts'
import { touchAnswer } from './sdp-answer.ts'
import { type OfferedCodec, readOffer } from './sdp-offer.ts'
import { WhipSession } from './whip-session.ts'

export const whipLimits = {
  sessions: 100,
  perAddress: 20,
  /** What publishers are told to stay below, and what they may begin with. */
  maxBitrateBps: 6_000_000,
  startBitrateBps: 2_500_000,
  /** Without a packet for so long a session ends; also the time to connect. */
  idleMs: 15_000,
}

export type WhipOptions = NetworkOptions & {
  readonly authorize: Authorize
  readonly openFeed: OpenFeed
  readonly limits?: Partial<typeof whipLimits>
  /** Of tests: a packet for which it is true never came. */
  readonly loses?: () => boolean
  readonly log: Log
}

export interface Whip extends Disposable {
  /** Handles `/whip/APP/KEY` and `/whip/resource/ID`; false for other paths, which are not touched. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** An offer that came another way than by `handle`. */
  offer(offer: OfferFrom): Promise<Answer>
  sessions(): readonly Record<string, unknown>[]
}

/** Packetization mode 0 has no fragments: nobody sends pictures so (RFC 6184 6.2); modes are not mixed. */
const isUsable = (codec: OfferedCodec): boolean =>
  codec.name !== 'h264' || /(^|;\s*)packetization-mode=1/.test(codec.fmtp)

export function createWhip(options: WhipOptions): Whip {
  const { authorize, openFeed, log, hostAddresses } = options
  const limits = { ...whipLimits, ...options.limits }
  const open = async ({ app, key, sdp, remoteAddress, parameters }: OfferFrom, id: string): Promise<Opened> => {
    const sameAddress = resources.all.filter(({ request }) => request.remoteAddress === remoteAddress)
    if (sameAddress.length >= limits.perAddress) return { status: 429, reason: 'too many sessions of this address' }
    const offer = readOffer(sdp, 'sendonly', (_kind, codec) => isUsable(codec))
    if (!offer.ok) return offer
    const request = { protocol: 'whip', app, key, remoteAddress, parameters } as const
    const verdict = await authorize(request)
    // Without a token one could help; a wrong one will not do better next time.
    if (!verdict.ok) return { status: parameters.token === undefined ? 401 : 403, reason: verdict.reason }
    const peer = createPeer(options, offer.media)
    try {
      const answer = await answerOffer(peer, offer.sdp)
      const session = new WhipSession({
        ...{ peer, media: offer.media, request, openFeed, log },
        ...{ maxBitrateBps: limits.maxBitrateBps, idleMs: limits.idleMs },
        ...(options.loses && { loses: options.loses }),
        onEnd: () => resources.forget(id),
      })
      const { maxBitrateBps, startBitrateBps } = limits
      const touches = { hostAddresses, media: offer.media, maxBitrateBps, startBitrateBps, opus: 'stereo=1' }
      return { status: 201, sdp: touchAnswer(answer, touches), resource: session }
    } catch (error) {
      await peer.close().catch(() => {})
      log.warn({ key, error: String(error) }, 'WHIP offer cannot be answered')
      return { status: 422, reason: 'the offer cannot be answered' }
    }
  }
  const resources = new Resources<WhipSession>('whip', { max: limits.sessions, log, open })
  return {
    handle: (request, response) => resources.handle(request, response),
    offer: offer => resources.offer(offer),
    // Parameters hold the token.
    sessions: () =>
      resources.all.map(({ request: { protocol, app, key, remoteAddress }, stats }) => ({
        ...{ protocol, app, key, remoteAddress },
        ...stats,
      })),
    [Symbol.dispose]: () => resources.close(),
  }
}
