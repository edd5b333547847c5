// Every check of sound, in the order of reports.
import { click, dropout, hum, invalidSamples } from './sound-breaks.ts'
import { clipping } from './sound-clipping.ts'
import { sampleFormat } from './sound-format.ts'
import { layout, monoAsStereo, phase } from './sound-image.ts'
import { dcOffset, muteChannel, silence, tone } from './sound-levels.ts'
import { loudness, loudnessRange, shortTerm, truePeak } from './sound-loudness.ts'

export const soundChecks = [
  sampleFormat,
  layout,
  silence,
  muteChannel,
  monoAsStereo,
  phase,
  clipping,
  dropout,
  click,
  tone,
  hum,
  dcOffset,
  invalidSamples,
  loudness,
  truePeak,
  loudnessRange,
  shortTerm,
]
