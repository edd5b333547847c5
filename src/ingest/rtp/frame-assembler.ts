// Packets of one timestamp become one coded picture: until the marker, or until another timestamp begins.
import type { Importance } from '../../live/index.ts'
import type { OrderedPacket } from './rtp-packet.ts'

/** A coded picture in the form its decoder takes in band. */
export type CodedPicture = { readonly data: Uint8Array; readonly importance: Importance }

/** Makes a picture of the payloads of one; null when they make none. May remember parameter sets. */
export type JoinPayloads = (payloads: readonly Uint8Array[]) => CodedPicture | null

export type AssembledPicture = CodedPicture & { readonly timestamp: number }

/** `broken`: something of a picture never came, or cannot be read. */
export type Assembled = { readonly pictures: readonly AssembledPicture[]; readonly broken: string | null }

/** A picture in the air may have so many bytes and packets; a 4K key frame at 100 Mbit/s has about 2 MB. */
const MAX_BYTES = 8 << 20
const MAX_PACKETS = 8192

export class FrameAssembler {
  readonly #join: JoinPayloads
  #payloads: Uint8Array[] = []
  #bytes = 0
  #timestamp: number | undefined
  /** The rest of the picture is thrown away: its beginning is gone. */
  #spoiled = false

  constructor(join: JoinPayloads) {
    this.#join = join
  }

  push({ timestamp, marker, payload, gapBefore }: OrderedPacket): Assembled {
    const pictures: AssembledPicture[] = []
    let broken: string | null = null
    const finish = (): void => {
      const payloads = this.#payloads
      const whole = !this.#spoiled && payloads.length > 0
      const at = this.#timestamp!
      this.#payloads = []
      this.#bytes = 0
      this.#spoiled = false
      this.#timestamp = undefined
      if (!whole) return
      const picture = this.#join(payloads)
      if (picture) pictures.push({ ...picture, timestamp: at })
      else broken = 'packets that make no picture'
    }
    if (gapBefore) {
      broken = 'packets were lost'
      // What had begun has no end; whether this packet begins a picture nobody knows.
      this.#payloads = []
      this.#spoiled = true
      this.#timestamp = timestamp
    } else if (this.#timestamp !== undefined && this.#timestamp !== timestamp) finish()
    // Padding has no payload (RFC 3550 5.1); it keeps the place in the sequence.
    if (payload.length > 0) {
      this.#timestamp ??= timestamp
      this.#bytes += payload.length
      if (!this.#spoiled) this.#payloads.push(payload)
      if (this.#bytes > MAX_BYTES || this.#payloads.length > MAX_PACKETS) {
        this.#spoiled = true
        this.#payloads = []
        broken = `a picture of more than ${MAX_BYTES} bytes or ${MAX_PACKETS} packets`
      }
      if (marker) finish()
    }
    return { pictures, broken }
  }
}
