// A CPIX document as an object: what Headend reads and writes of it.
import type { Secret } from '../../core/index.ts'
import type { KeyId } from '../key-id.ts'

export type CpixScheme = 'cenc' | 'cens' | 'cbc1' | 'cbcs'

/** A content key as it stands in the document: in the clear, encrypted, or asked for. */
export type CpixValue =
  | { readonly plain: Secret }
  | { readonly cipher: Uint8Array; readonly mac: Uint8Array | null }
  | null

export type CpixKey = {
  readonly kid: KeyId
  readonly scheme: CpixScheme | null
  readonly explicitIv: Uint8Array | null
  readonly value: CpixValue
}

/** The document key and the MAC key, encrypted for the holder of one certificate. */
export type CpixRecipient = {
  /** DER. */
  readonly certificate: Uint8Array | null
  readonly documentKey: Uint8Array
  readonly macKey: Uint8Array | null
}

export type CpixSystem = {
  readonly systemId: string
  readonly kid: KeyId
  readonly pssh: Uint8Array | null
  /** XML for the MPD. */
  readonly contentProtection: string | null
  /** Lines for HLS. */
  readonly hls: readonly { readonly playlist: 'media' | 'multiVariant' | null; readonly lines: string }[]
}

export type CpixPeriod = {
  readonly id: string
  readonly index: number | null
  readonly start: string | null
  readonly end: string | null
}

export type CpixVideoFilter = {
  readonly minPixels: number | null
  readonly maxPixels: number | null
  readonly hdr: boolean | null
  readonly wcg: boolean | null
  readonly minFps: number | null
  readonly maxFps: number | null
}
export type CpixAudioFilter = { readonly minChannels: number | null; readonly maxChannels: number | null }

export type CpixRule = {
  readonly kid: KeyId
  readonly trackType: string | null
  /** Ids of key periods. */
  readonly periods: readonly string[]
  readonly labels: readonly string[]
  readonly video: readonly CpixVideoFilter[]
  readonly audio: readonly CpixAudioFilter[]
  readonly bitrate: readonly { readonly min: number | null; readonly max: number | null }[]
  /** Names of filters that are not known; such a rule makes the mapping unusable. */
  readonly unknown: readonly string[]
}

export type Cpix = {
  readonly contentId: string | null
  readonly version: string | null
  readonly recipients: readonly CpixRecipient[]
  readonly keys: readonly CpixKey[]
  readonly systems: readonly CpixSystem[]
  readonly periods: readonly CpixPeriod[]
  readonly rules: readonly CpixRule[]
}
