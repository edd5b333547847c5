// The codec for a picture, out of what targets play.
import type { VideoCodec } from '../../model/index.ts'
import { codecLabels } from '../profiles.data.ts'
import { carriesHdr, deepest } from './carries-hdr.ts'
import type { CombinedTarget, CombinedVideoRule } from './target.ts'

export type CodecChoice =
  | {
      readonly ok: true
      readonly rule: CombinedVideoRule
      readonly because: string
      /** Labels of the codecs that were passed over. */
      readonly over: readonly string[]
    }
  | {
      readonly ok: false
      readonly because: string
      /** What to ask for instead. */
      readonly nearest: string
    }

/** The codec that is wanted, else the first that carries the picture. Bits of SDR are given up for the preferred codec, and it says so. */
export function chooseCodec(
  target: CombinedTarget,
  wanted: VideoCodec | undefined,
  source: { readonly hdr: boolean; readonly bitDepth: number },
): CodecChoice {
  const able = target.video.filter(rule => !source.hdr || carriesHdr(rule))
  const listed = able.map(({ codec }) => codec).join(', ')
  const asked = wanted && target.video.find(({ codec }) => codec === wanted)
  if (wanted && !asked)
    return {
      ok: false,
      because: `${codecLabels[wanted]} is not played`,
      nearest: listed || (source.hdr ? '--sdr' : 'none'),
    }
  if (asked && !able.includes(asked))
    return {
      ok: false,
      because: `${codecLabels[asked.codec]} ${asked.profiles.join(', ')} carries no HDR there`,
      nearest: listed ? `${listed}, or --sdr` : '--sdr',
    }
  const rule = asked ?? able[0]
  if (!rule) return { ok: false, because: 'no codec that is played carries HDR', nearest: '--sdr' }
  const who = target.names.length > 1 ? `what ${target.names.join(' and ')} have in common: ` : ''
  return {
    ok: true,
    rule,
    because: `${asked ? 'as asked; ' : who}${rule.because}${lostBits(rule, source.bitDepth, able)}`,
    over: asked ? [] : target.video.filter(each => each !== rule).map(({ codec }) => codecLabels[codec]),
  }
}

/** A word on samples that the codec cannot keep, and on a codec that keeps 10 bit, which is as many as devices show. */
function lostBits(rule: CombinedVideoRule, bitDepth: number, able: readonly CombinedVideoRule[]): string {
  const most = deepest(rule)
  if (bitDepth <= most) return ''
  const keeper = most < 10 ? able.find(carriesHdr) : undefined
  return `; ${bitDepth} bit become ${most}${keeper ? `, ${codecLabels[keeper.codec]} would keep 10` : ''}`
}
