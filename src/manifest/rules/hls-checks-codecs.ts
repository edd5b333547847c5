// HLS checks of what Apple's authoring specification demands of codecs, frame rates and dynamic range.
import { compare, parseRational } from '../../core/index.ts'
import { formatFrameRate } from '../package-tracks.ts'
import type { Check, Found, HlsEntry, HlsFacts } from './facts.ts'
import { codecsOf, family, hasPicture, isAv1, isAvc, isHevc, isPicture, ofType, variantsOf } from './hls-view.ts'
import { measuredRate } from './shared-checks.ts'

const pictures = (facts: HlsFacts) => variantsOf(facts).filter(hasPicture)

/** A finding for each distinct codec of a picture that `wrong` says something about. */
const perCodec = (facts: HlsFacts, wrong: (codec: string) => string | null): Found[] =>
  pictures(facts).flatMap(variant =>
    codecsOf(variant)
      .filter(isPicture)
      .flatMap(codec => {
        const message = wrong(codec)
        return message === null ? [] : [{ subject: variant.uri, message }]
      }),
  )

/** The last byte: level_idc, ten times the level. */
const avcLevel = (codec: string): number => Number.parseInt(codec.slice(-2), 16)
const avcProfile = (codec: string): number => Number.parseInt(codec.slice(5, 7), 16)
const HIGH = 0x64

const one = (isRight: boolean, message: string): Found[] =>
  isRight ? [] : [{ subject: 'multivariant playlist', message }]

export const knownCodec: Check<HlsFacts> = facts =>
  perCodec(facts, codec => (/^vp/.test(codec) ? `${codec} is not for Apple’s players` : null))

export const easyAvc: Check<HlsFacts> = facts => {
  const avc = pictures(facts).flatMap(variant => codecsOf(variant).filter(isAvc))
  return avc.length === 0 || avc.some(codec => avcLevel(codec) <= 41 && avcProfile(codec) <= HIGH)
    ? []
    : one(false, 'every H.264 variant is above High at level 4.1')
}

export const avcLimit: Check<HlsFacts> = facts =>
  perCodec(facts, codec =>
    isAvc(codec) && (avcLevel(codec) > 52 || avcProfile(codec) > HIGH) ? `${codec} is above High at level 5.2` : null,
  )

export const avcHigh: Check<HlsFacts> = facts =>
  perCodec(facts, codec => (isAvc(codec) && avcProfile(codec) !== HIGH ? `${codec} is not High profile` : null))

export const hevcLimit: Check<HlsFacts> = facts =>
  perCodec(facts, codec => {
    const [, profile, , tier] = codec.split('.')
    if (!isHevc(codec)) return null
    return Number(profile) > 2 || Number(tier?.slice(1)) > 153 ? `${codec} is above Main 10 at level 5.1` : null
  })

export const outOfBand: Check<HlsFacts> = facts =>
  perCodec(facts, codec =>
    /^(?:avc3|hev1|dvhe)/.test(codec) ? `${family(codec)} carries parameter sets in the samples` : null,
  )

export const someAvc: Check<HlsFacts> = facts =>
  pictures(facts).length === 0
    ? []
    : one(
        pictures(facts).some(variant => codecsOf(variant).some(isAvc)),
        'no variant is H.264',
      )

const usualRates = new Set(['23.976', '24.000', '25.000', '29.970', '30.000', '50.000', '59.940', '60.000'])

const rates = (facts: HlsFacts): { entry: HlsEntry; rate: NonNullable<ReturnType<typeof measuredRate>> }[] =>
  ofType(facts, 'video').flatMap(entry => {
    const rate = entry.track.complete ? measuredRate(entry.track) : null
    return rate ? [{ entry, rate }] : []
  })

export const usualRate: Check<HlsFacts> = facts =>
  rates(facts).flatMap(({ entry, rate }) =>
    usualRates.has(formatFrameRate(rate))
      ? []
      : [{ subject: entry.uri, message: `${formatFrameRate(rate)} frames a second` }],
  )

export const sixty: Check<HlsFacts> = facts =>
  rates(facts).flatMap(({ entry, rate }) =>
    compare(rate, parseRational('60.001')) > 0
      ? [{ subject: entry.uri, message: `${formatFrameRate(rate)} frames a second` }]
      : [],
  )

const isHdr = ({ videoRange }: { readonly videoRange: string | null }): boolean =>
  videoRange === 'PQ' || videoRange === 'HLG'

export const slowHdr: Check<HlsFacts> = facts => {
  const hdr = pictures(facts).filter(isHdr)
  return hdr.length === 0
    ? []
    : one(
        hdr.some(({ frameRate }) => Number.parseFloat(frameRate ?? '0') <= 30.01),
        'all HDR variants are above 30 frames a second',
      )
}

export const sdrToo: Check<HlsFacts> = facts =>
  pictures(facts).some(isHdr)
    ? one(
        pictures(facts).some(each => !isHdr(each)),
        'there is HDR and no SDR',
      )
    : []

export const av1Limit: Check<HlsFacts> = facts =>
  perCodec(facts, codec => {
    const level = Number.parseInt(codec.split('.')[2] ?? '', 10)
    // seq_level_idx 18 is level 6.2.
    return isAv1(codec) && level > 18 ? `${codec} is above level 6.2` : null
  })

export const dolbyPair: Check<HlsFacts> = facts => {
  const all = variantsOf(facts).flatMap(codecsOf)
  return all.includes('ec-3') && !all.includes('ac-3') ? one(false, 'there is E-AC-3 and no AC-3') : []
}
