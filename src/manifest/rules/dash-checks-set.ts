// DASH checks of AdaptationSets and of what they say: roles, protection, trick modes, codecs that belong together.
import { sameCodecString } from '../../codecs/index.ts'
import { formatRational, parseRational } from '../../core/index.ts'
import { readBoxes } from '../bytes.ts'
import { type AdaptationSet, schemes } from '../dash-model.ts'
import { readPssh } from '../protection.ts'
import type { Check, DashEntry, DashFacts, Found } from './facts.ts'
import { readSegments } from './facts.ts'
import { cuts, measuredRate } from './shared-checks.ts'

type Placed = { readonly set: AdaptationSet; readonly subject: string; readonly entries: readonly DashEntry[] }

export const setsOf = ({ mpd, entries }: DashFacts): Placed[] =>
  mpd.periods.flatMap(({ adaptationSets }, period) =>
    adaptationSets.map((set, i) => ({
      set,
      subject: `period ${period}, set ${set.id ?? i} (${set.contentType})`,
      entries: entries.filter(each => each.period === period && each.set === i),
    })),
  )

export const isTrick = ({ essential }: AdaptationSet): boolean =>
  essential.some(({ scheme }) => scheme === schemes.trickMode)

const codecName = (codec: string): string => (codec.split('.')[0] ?? '').toLowerCase()

export const oneCodec: Check<DashFacts> = facts =>
  setsOf(facts).flatMap(({ set, subject, entries }) => {
    const codecs = new Set(set.representations.map(({ codecs: each }) => codecName(each)))
    const transfers = new Set(entries.flatMap(({ track }) => track.init?.video?.color?.transfer ?? []))
    return [
      ...(codecs.size > 1 ? [{ subject, message: `codecs ${[...codecs].join(', ')} in one AdaptationSet` }] : []),
      ...(transfers.size > 1 ? [{ subject, message: 'several dynamic ranges in one AdaptationSet' }] : []),
    ]
  })

export const codecs: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation, track }) => {
    const found = track.init?.codec
    return !found || sameCodecString(representation.codecs, found)
      ? []
      : [
          {
            subject: representation.id,
            message: `codecs is ${representation.codecs || 'missing'}, the init segment says ${found}`,
          },
        ]
  })

export const size: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation: { id, width, height }, track }) => {
    const video = track.init?.video
    return !video || width === null || height === null || (width === video.width && height === video.height)
      ? []
      : [{ subject: id, message: `it says ${width}x${height}, the init segment ${video.width}x${video.height}` }]
  })

export const frameRate: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation: { id, frameRate: said }, track }) => {
    const rate = track.type === 'video' ? measuredRate(track) : null
    if (!rate || !said) return []
    // A last frame of another length changes the mean by less than this.
    const off = Math.abs(Number(said.num) / Number(said.den) / (Number(rate.num) / Number(rate.den)) - 1)
    return off < 0.002
      ? []
      : [{ subject: id, message: `frameRate is ${formatRational(said)}, measured ${formatRational(rate)}` }]
  })

export const lowestTerms: Check<DashFacts> = ({ text }) => {
  const found = [...text.matchAll(/\bframeRate="(\d{1,9})\/(\d{1,9})"/g)].flatMap(([, num, den]) => {
    if (Number(den) === 0) return []
    const { num: n, den: d } = parseRational(`${num}/${den}`)
    return `${n}` === num ? [] : [`frameRate ${num}/${den} is ${d === 1n ? n : `${n}/${d}`}`]
  })
  return [...new Set(found)].map(message => ({ subject: 'MPD', message }))
}

export const samplingRate: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation: { id, sampleRateHz }, track }) => {
    const audio = track.init?.audio
    // HE-AAC may state either of its two rates.
    return !audio ||
      sampleRateHz === null ||
      sampleRateHz === audio.sampleRateHz ||
      sampleRateHz === 2 * audio.sampleRateHz
      ? []
      : [{ subject: id, message: `audioSamplingRate is ${sampleRateHz}, the init segment says ${audio.sampleRateHz}` }]
  })

const misaligned = ({ entries }: Placed): DashEntry[] => {
  const read = entries.filter(({ track }) => track.complete && readSegments(track).length > 0)
  return read.filter(({ track }) => cuts(track) !== cuts(read[0]!.track))
}

const alignment = (facts: DashFacts, stated: boolean): Found[] =>
  setsOf(facts).flatMap(placed =>
    placed.set.segmentAlignment === stated && placed.set.contentType === 'video'
      ? misaligned(placed).map(({ representation }) => ({
          subject: placed.subject,
          message: `${representation.id} is not cut where the first one is`,
        }))
      : [],
  )

export const aligned: Check<DashFacts> = facts => alignment(facts, true)
export const unaligned: Check<DashFacts> = facts => alignment(facts, false)

export const startsWithSap: Check<DashFacts> = facts =>
  setsOf(facts).flatMap(({ set, entries }) =>
    entries.flatMap(({ track, representation }) => {
      if (!set.startsWithSap || !track.init?.video) return []
      const bad = readSegments(track).find(({ actual }) => !actual.startsWithKeyframe || !actual.firstShownFirst)
      return bad ? [{ subject: representation.id, message: `startWithSAP is 1, and ${bad.uri} begins otherwise` }] : []
    }),
  )

export const mainRole: Check<DashFacts> = ({ mpd }) =>
  mpd.periods.flatMap(({ adaptationSets }, i) => {
    const sounds = adaptationSets.filter(({ contentType }) => contentType === 'audio')
    return sounds.length > 1 && !sounds.some(({ roles }) => roles.includes('main'))
      ? [{ subject: `period ${i}`, message: `none of ${sounds.length} sounds has the role main` }]
      : []
  })

export const language: Check<DashFacts> = facts =>
  setsOf(facts).flatMap(({ set, subject }) =>
    (set.contentType === 'audio' || set.contentType === 'text') && set.language === null
      ? [{ subject, message: 'lang is missing' }]
      : [],
  )

const protections = (facts: DashFacts) =>
  setsOf(facts).flatMap(({ set, subject, entries }) =>
    entries.flatMap(({ track }) => (track.init ? [{ set, subject, init: track.init, id: track.id }] : [])),
  )

const general = ({ protection }: AdaptationSet) => protection.find(({ scheme }) => scheme === schemes.protection)

/** The KID that a track with changing keys has. */
const NO_KID = '00000000-0000-0000-0000-000000000000'

export const defaultKid: Check<DashFacts> = facts =>
  protections(facts).flatMap(({ set, init, id }) => {
    const said = general(set)?.defaultKid
    const kid = init.protection?.defaultKid
    return !said || !kid || kid === NO_KID || said === kid
      ? []
      : [{ subject: id, message: `cenc:default_KID is ${said}, tenc says ${kid}` }]
  })

export const protectedAtAll: Check<DashFacts> = facts =>
  protections(facts).flatMap(({ set, init, id }) => {
    if (init.protection && set.protection.length === 0)
      return [{ subject: id, message: 'it is encrypted, and its AdaptationSet has no ContentProtection' }]
    return !init.protection && set.protection.length > 0
      ? [{ subject: id, message: 'it is in the clear, and its AdaptationSet has ContentProtection' }]
      : []
  })

export const scheme: Check<DashFacts> = facts =>
  protections(facts).flatMap(({ set, init, id }) => {
    const said = general(set)?.value
    return !said || !init.protection || said === init.protection.scheme
      ? []
      : [{ subject: id, message: `ContentProtection says ${said}, the init segment ${init.protection.scheme}` }]
  })

export const pssh: Check<DashFacts> = facts =>
  setsOf(facts).flatMap(({ set, subject }) =>
    set.protection.flatMap(({ scheme: system, pssh: base64 }) => {
      if (base64 === null) return []
      const found = systemOfPssh(base64)
      if (found === null) return [{ subject, message: `cenc:pssh under ${system} is no pssh box` }]
      return system === `urn:uuid:${found}` ? [] : [{ subject, message: `cenc:pssh under ${system} is of ${found}` }]
    }),
  )

function systemOfPssh(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64')
  try {
    return readBoxes(bytes).length === 1 ? (readPssh(bytes)[0]?.systemId ?? null) : null
  } catch {
    return null
  }
}

export const trickModes: Check<DashFacts> = ({ mpd }) =>
  mpd.periods.flatMap(({ adaptationSets }) =>
    adaptationSets.flatMap(set => {
      const trick = set.essential.find(each => each.scheme === schemes.trickMode)
      const mains = (trick?.value ?? '').split(/\s+/)
      return !trick || mains.every(id => adaptationSets.some(other => other !== set && other.id === id))
        ? []
        : [
            {
              subject: `set ${set.id ?? '?'}`,
              message: `its trick mode belongs to “${trick.value ?? ''}”, which is no AdaptationSet`,
            },
          ]
    }),
  )

export const thumbnails: Check<DashFacts> = facts =>
  setsOf(facts).flatMap(({ set, subject }) => {
    if (set.contentType !== 'image') return []
    const tile = [...set.essential, ...set.supplemental].find(each => each.scheme === schemes.thumbnails)
    return tile && /^[1-9]\d{0,3}x[1-9]\d{0,3}$/.test(tile.value ?? '')
      ? []
      : [{ subject, message: 'columns and rows are missing' }]
  })
