// The check of flashes that can trigger seizures.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { judgePictures, pictureFindings } from './picture-finding.ts'

const limits = z.object({
  areaPercent: z.number().positive().default(25).describe('Part of the screen that flashes concurrently, in percent'),
  maxFlashesPerS: z.int().positive().default(3).describe('Flashes in any second'),
})
export type FlashLimits = z.infer<typeof limits>

export const photosensitivity = defineCheck<FlashLimits>({
  id: 'picture.photosensitivity',
  layer: 'baseband',
  title: 'Flashing',
  finds:
    'Flashes of luminance and of saturated red that are too many, too large and too strong at once. Stripes and other patterns are not looked at, nor sequences of allowed flashes beyond 5 s: passing is no certificate.',
  source:
    'ITU-R BT.1702-3: 20 cd/m² where the darker picture is below 160 cd/m² (contrast 1/17 above), over 25 % of the screen, more than 3 flashes in a second; red after Harding and Binnie',
  limits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: (evidence, { areaPercent, maxFlashesPerS }) =>
    judgePictures(evidence, track =>
      (['flashes', 'redFlashes'] as const).flatMap(fault =>
        pictureFindings(track, fault, stretch => ({
          measured: `${stretch.worst.toFixed(1)} ${fault === 'flashes' ? '' : 'red '}flashes a second`,
          limit: `${maxFlashesPerS} flashes in any second over more than ${areaPercent} % of the screen`,
          message:
            fault === 'flashes'
              ? 'The picture flashes: a risk for photosensitive viewers.'
              : 'The picture flashes in saturated red: a risk for photosensitive viewers.',
        })),
      ),
    ),
})
