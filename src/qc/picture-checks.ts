// Every check of decoded pictures, in the order of reports.
import type { QcCheck } from './check.ts'
import { bars, black, cuts, flashFrame, freeze, solid } from './picture-content.ts'
import { banding, blockiness, blur, noise, pictureDropout } from './picture-damage.ts'
import { photosensitivity } from './picture-flashes.ts'
import { chromaLevels, gamut, lumaLevels } from './picture-levels.ts'
import { cadence, fieldOrder, interlaced, letterbox } from './picture-scan.ts'

export const pictureChecks: readonly QcCheck[] = [
  black,
  freeze,
  solid,
  bars,
  flashFrame,
  cuts,
  lumaLevels,
  chromaLevels,
  gamut,
  interlaced,
  fieldOrder,
  cadence,
  letterbox,
  blockiness,
  blur,
  banding,
  noise,
  pictureDropout,
  photosensitivity,
]
