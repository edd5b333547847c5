// The WebRTC peer behind a resource: ICE lite on the configured addresses only, DTLS, SRTP. What comes is handed on as it is.
import {
  GenericNack,
  PictureLossIndication,
  ReceiverEstimatedMaxBitrate,
  type RTCDtlsTransport,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpTransportLayerFeedback,
  type RtpPacket,
} from 'werift'
import type { ChosenMedia } from './sdp-offer.ts'

export type NetworkOptions = {
  /** IP addresses of this machine at which clients reach it; nothing else is told to them. */
  readonly hostAddresses: readonly string[]
  /** First and last UDP port; any when absent. */
  readonly udpPortRange?: readonly [number, number]
}

const mimeNames: Readonly<Record<string, string>> = {
  ...{ h264: 'video/H264', h265: 'video/H265', av1: 'video/AV1', vp8: 'video/VP8', vp9: 'video/VP9' },
  opus: 'audio/opus',
}

/** A peer that speaks exactly what was chosen of the offer. */
export function createPeer(network: NetworkOptions, media: readonly ChosenMedia[]): RTCPeerConnection {
  const { hostAddresses, udpPortRange } = network
  const v4 = hostAddresses.filter(address => !address.includes(':'))
  const v6 = hostAddresses.filter(address => address.includes(':'))
  const codecs: { audio: RTCRtpCodecParameters[]; video: RTCRtpCodecParameters[] } = { audio: [], video: [] }
  for (const { kind, codec, rtx, red } of media) {
    const clockRate = kind === 'video' ? 90_000 : 48_000
    const add = (mimeType: string): void => {
      codecs[kind].push(
        new RTCRtpCodecParameters({ mimeType, clockRate, ...(kind === 'audio' && { channels: codec.channels }) }),
      )
    }
    add(mimeNames[codec.name]!)
    if (rtx !== null) add('video/rtx')
    if (red !== null) add('audio/red')
  }
  const mid = new RTCRtpHeaderExtensionParameters({ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' })
  return new RTCPeerConnection({
    codecs,
    headerExtensions: { audio: [mid], video: [mid] },
    iceServers: [],
    // Lite: the server answers checks and sends none, so no offer can make it knock at addresses of others (RFC 8445 2.5).
    iceLite: true,
    iceUseIpv4: v4.length > 0,
    iceUseIpv6: v6.length > 0,
    iceAdditionalHostAddresses: [...hostAddresses],
    // werift binds all sockets of a family to the one address it finds here.
    ...((v4.length === 1 || v6.length === 1) && {
      iceInterfaceAddresses: { ...(v4.length === 1 && { udp4: v4[0]! }), ...(v6.length === 1 && { udp6: v6[0]! }) },
    }),
    ...(udpPortRange && { icePortRange: [udpPortRange[0], udpPortRange[1]] }),
    iceFilterCandidatePair: pair => hostAddresses.includes(pair.localCandidate.host),
  })
}

/** Applies the offer and answers it. */
export async function answerOffer(peer: RTCPeerConnection, sdp: string): Promise<string> {
  await peer.setRemoteDescription({ type: 'offer', sdp })
  await peer.setLocalDescription(await peer.createAnswer())
  const answer = peer.localDescription?.sdp
  if (!answer) throw new Error('no answer came of the offer')
  return answer
}

export type PeerEvents = {
  readonly onRtp: (packet: RtpPacket) => void
  readonly onRtcp: (packet: RtcpPacket) => void
  readonly onState: (state: RTCPeerConnection['connectionState']) => void
}

/** Packets as they come out of SRTP, before werift sorts them. */
export function listenToPeer(peer: RTCPeerConnection, { onRtp, onRtcp, onState }: PeerEvents): void {
  peer.connectionStateChange.subscribe(onState)
  // Bundled (RFC 9143): there is one transport.
  for (const transport of new Set(peer.dtlsTransports)) {
    transport.onRtp.subscribe(onRtp)
    transport.onRtcp.subscribe(onRtcp)
  }
}

/** Feedback to a sender. A peer that is gone hears nothing; that is no failure of ours. */
export class Feedback {
  readonly #transport: RTCDtlsTransport | undefined
  /** The number we sign with. */
  readonly #own: number

  constructor(peer: RTCPeerConnection) {
    this.#transport = peer.dtlsTransports[0]
    this.#own = peer.getReceivers()[0]?.rtcpSsrc ?? 1
  }

  keyFrame(mediaSsrc: number): void {
    const feedback = new PictureLossIndication({ senderSsrc: this.#own, mediaSsrc })
    this.#send(new RtcpPayloadSpecificFeedback({ feedback }))
  }

  nack(mediaSourceSsrc: number, lost: readonly number[]): void {
    // One feedback item has a number and 16 bits after it; werift wants them in rising order.
    const sorted = [...lost].sort((a, b) => a - b)
    const feedback = new GenericNack({ senderSsrc: this.#own, mediaSourceSsrc, lost: sorted })
    this.#send(new RtcpTransportLayerFeedback({ feedback }))
  }

  /** draft-alvestrand-rmcat-remb-03: 18 bits of mantissa, 6 of exponent. */
  maxBitrate(bitrateBps: number, ssrcs: readonly number[]): void {
    let brExp = 0
    let brMantissa = Math.floor(bitrateBps)
    for (; brMantissa > 0x3ffff; brExp++) brMantissa = Math.floor(brMantissa / 2)
    const feedback = new ReceiverEstimatedMaxBitrate({
      ...{ senderSsrc: this.#own, mediaSsrc: 0, uniqueID: 'REMB', ssrcNum: ssrcs.length, brExp, brMantissa },
      ...{ bitrate: BigInt(Math.floor(bitrateBps)), ssrcFeedbacks: [...ssrcs] },
    })
    this.#send(new RtcpPayloadSpecificFeedback({ feedback }))
  }

  #send(packet: RtcpPacket): void {
    if (this.#transport?.state === 'connected') this.#transport.sendRtcp([packet]).catch(() => {})
  }
}
