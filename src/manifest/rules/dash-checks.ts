// Each DASH rule with its check.
import * as sets from './dash-checks-set.ts'
import * as time from './dash-checks-time.ts'
import type { dashRules } from './dash-rules.data.ts'
import type { Check, DashFacts } from './facts.ts'

export const dashChecks: Readonly<Record<(typeof dashRules)[number]['id'], Check<DashFacts>>> = {
  'dash-reachable': time.everythingReachable,
  'dash-timeline': time.timeline,
  'dash-times': time.times,
  'dash-timescale': time.timescale,
  'dash-duration': time.duration,
  'dash-covers': time.covers,
  'dash-codecs': sets.codecs,
  'dash-size': sets.size,
  'dash-frame-rate': sets.frameRate,
  'dash-frame-rate-form': sets.lowestTerms,
  'dash-sampling-rate': sets.samplingRate,
  'dash-bandwidth': time.bandwidth,
  'dash-alignment': sets.aligned,
  'dash-sap': sets.startsWithSap,
  'dash-unaligned': sets.unaligned,
  'dash-one-codec': sets.oneCodec,
  'dash-continuous': time.continuity,
  'dash-key-frame': time.keyFramesFirst,
  'dash-ids': time.ids,
  'dash-main': sets.mainRole,
  'dash-language': sets.language,
  'dash-kid': sets.defaultKid,
  'dash-protection': sets.protectedAtAll,
  'dash-scheme': sets.scheme,
  'dash-pssh': sets.pssh,
  'dash-trick': sets.trickModes,
  'dash-thumbnails': sets.thumbnails,
  'dash-index': time.index,
  'dash-periods': time.periods,
  'dash-profile': time.profile,
  'dash-buffer': time.buffer,
  'dash-redirect': time.redirect,
}
