// The part of the inspection that listens: every track of sound is decoded once, for all checks of it.
import type { z } from 'zod'
import type { AudioStream, NodeSpec, SoundParams, SoundResult } from '../model/index.ts'
import type { DriftLimits } from './cross-checks.ts'
import type { ActiveLimits, QcPart } from './pass.ts'
import type { ClickLimits, DropoutLimits } from './sound-breaks.ts'
import type { ClippingLimits } from './sound-clipping.ts'
import type { PhaseLimits } from './sound-image.ts'
import type { DcLimits, MuteLimits, SilenceLimits, ToneLimits } from './sound-levels.ts'

export type SoundTrack = {
  readonly stream: AudioStream
  /** null when it was not decoded. */
  readonly result: SoundResult | null
}

const nodeOf = ({ index }: AudioStream): string => `sound_${index}`

/** Checks that are judged by what the sound node says. */
const listens = (id: string): boolean => id.startsWith('sound.') || id.startsWith('cross.') || id === 'captions.timing'

export const soundPart: QcPart<readonly SoundTrack[]> = {
  addTo(pass, limits) {
    if (![...limits.keys()].some(listens)) return
    const params = paramsFor(limits)
    for (const stream of pass.facts.audio)
      pass.onFrames(stream.index, 'audio', { id: nodeOf(stream), kind: 'sound', params })
  },
  read: (results, facts) =>
    facts.audio.map(stream => ({ stream, result: (results.get(nodeOf(stream)) as SoundResult | undefined) ?? null })),
}

/** What a check wants is looked for when it is on. */
function paramsFor(limits: ActiveLimits): NodeSpec['params'] {
  const of = <L>(id: string): L | undefined => limits.get(`sound.${id}`) as L | undefined
  const silence = of<SilenceLimits>('silence')
  const mute = of<MuteLimits>('mute-channel')
  const clipping = of<ClippingLimits>('clipping')
  const phase = of<PhaseLimits>('phase')
  const dc = of<DcLimits>('dc-offset')
  const tone = of<ToneLimits>('tone')
  const dropout = of<DropoutLimits>('dropout')
  const click = of<ClickLimits>('click')
  const drift = limits.get('cross.av-drift') as DriftLimits | undefined
  const loudness = ['loudness', 'true-peak', 'loudness-range', 'short-term'].some(id => of(id))
  const params: z.input<typeof SoundParams> = {
    ...(silence && {
      silenceDbfs: silence.belowDbfs,
      silenceS: Math.min(silence.minSilenceS, silence.minEdgeSilenceS),
    }),
    ...(mute && { muteS: mute.minMuteS }),
    ...(clipping && { clipping: { runSamples: clipping.minRunSamples, minDbfs: clipping.flatTopsAboveDbfs } }),
    ...(phase && { phase: { correlation: phase.correlationBelow, lengthS: phase.minPhaseS } }),
    ...(dc && { dc: { minDbfs: dc.maxOffsetDbfs, lengthS: dc.minOffsetS } }),
    ...(tone && { tone: { lengthS: tone.minToneS, minDbfs: tone.aboveDbfs } }),
    ...(dropout && {
      dropout: {
        shortestMs: dropout.minDropoutMs,
        longestMs: dropout.maxDropoutMs,
        programmeDbfs: dropout.programmeAboveDbfs,
      },
    }),
    ...(click && { click: { ratio: click.minRatio, minDbfs: click.aboveDbfs } }),
    hum: limits.has('sound.hum'),
    ...(drift && { clockJumpMs: drift.maxJumpMs }),
    ...(loudness && { loudness: {} }),
  }
  return params as NodeSpec['params']
}
