// What a target is: the limits of a device, a browser or a workflow, each with its reason and its source.
import type { AudioCodec, ContainerName, VideoCodec } from '../../model/index.ts'

/** The largest picture at a rate, in pixels and frames per second; a picture turned by 90° counts as it lies. */
export type Mode = { readonly width: number; readonly height: number; readonly fps: number }

export type TargetVideoRule = {
  readonly codec: VideoCodec
  /** Names of `profilesOf(codec)`, from the least capable to the most. */
  readonly profiles: readonly string[]
  /** As the codec prints it; null where no source names one. */
  readonly highestLevel: string | null
  /** The highest tier; null for codecs without tiers. */
  readonly tier: 'main' | 'high' | null
  /** A stream must fit one of them; empty where no source limits size and rate. */
  readonly modes: readonly Mode[]
  /** A mode is the very size of the picture, not the largest. */
  readonly exactSize: boolean
  /** Peak rate of the coded picture, bit/s. */
  readonly maxBitrateBps: number | null
  /** Where the codec may lie in fewer containers than the target reads; null for any that carries it. */
  readonly containers: readonly ContainerName[] | null
  readonly because: string
  readonly source: string
}

export type HdrName = 'hdr10' | 'hdr10plus' | 'hlg' | 'dolby-vision'

export type TargetAudioRule = {
  readonly codec: AudioCodec
  readonly maxChannels: number
  /** As of a video rule. */
  readonly containers: readonly ContainerName[] | null
  readonly because: string
  readonly source: string
}

/** How strong the evidence for the picture's limits is, the strongest first. */
export type Provenance = 'standard' | 'vendor' | 'vendor by a copy' | 'player source code' | 'derived'

/** What is made when nothing else is asked for. */
export type TargetDefaults = {
  readonly codec: VideoCodec
  readonly container: ContainerName
  readonly audioCodec: AudioCodec
  /** Where the target takes one rate and no other. */
  readonly rate: { readonly mode: 'cbr'; readonly averageBps: number } | null
}

export type Target = {
  readonly name: string
  readonly title: string
  readonly kind: 'device' | 'browser' | 'production'
  readonly provenance: Provenance
  /** All sources of its rules, each once. */
  readonly sources: readonly string[]
  /** The preferred first. */
  readonly video: readonly TargetVideoRule[]
  /** Dynamic ranges beside SDR. */
  readonly hdr: readonly HdrName[]
  /** null where `hdr` is empty. */
  readonly hdrSource: string | null
  /** The preferred first. */
  readonly audio: readonly TargetAudioRule[]
  /** The preferred first. */
  readonly containers: readonly ContainerName[]
  readonly containersSource: string
  readonly maxFps: number | null
  readonly progressiveOnly: boolean
  readonly squarePixels: boolean
  readonly constantFrameRate: boolean
  readonly defaults: TargetDefaults
  readonly quirks: readonly { readonly text: string; readonly source: string }[]
}

/** Who set a limit: names of targets, joined by `, `. */
type SetBy<Limit extends string> = Readonly<Record<Limit, string>>

export type CombinedVideoRule = TargetVideoRule & {
  readonly setBy: SetBy<'profiles' | 'highestLevel' | 'tier' | 'modes' | 'maxBitrateBps' | 'containers'>
}

/** What all of several targets play. Each list is in the order of the target that was named first. */
export type CombinedTarget = Pick<
  Target,
  | 'sources'
  | 'hdr'
  | 'audio'
  | 'containers'
  | 'maxFps'
  | 'progressiveOnly'
  | 'squarePixels'
  | 'constantFrameRate'
  | 'defaults'
> & {
  readonly names: readonly string[]
  readonly video: readonly CombinedVideoRule[]
  readonly setBy: SetBy<'hdr' | 'audio' | 'containers' | 'maxFps'>
}
