// Checks of what a stream says of its color, against itself.
import { z } from 'zod'
import type { VideoStream } from '../model/index.ts'
import { judgeStated } from './bitstream-finding.ts'
import { defineCheck, type Found } from './check.ts'
import { overall } from './sound-finding.ts'

const tagLimits = z.object({
  required: z.boolean().default(true).describe('Whether primaries, transfer and matrix have to be tagged'),
  allowFullRange: z.boolean().default(false).describe('Whether samples may use the full range'),
})

const HD_LINES = 720
const SD = ['bt470bg', 'smpte170m']

const colorTags = defineCheck<z.infer<typeof tagLimits>>({
  id: 'bitstream.color-tags',
  layer: 'bitstream',
  title: 'Color tags',
  finds:
    'Color that is not tagged, tags on which container and bitstream do not agree, and tags that do not go together: the matrix of SD on HD, PQ or HLG without BT.2020, full range.',
  source: 'ITU-T H.273; ITU-R BT.709, BT.2020, BT.2100; Apple HLS authoring (color tags in the stream)',
  limits: tagLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { required: false, allowFullRange: true } },
  },
  judge: (evidence, limits) =>
    judgeStated(evidence, (stream, subject) =>
      faultsOf(stream, limits).map(([measured, limit, message]) => overall(subject, { measured, limit, message })),
    ),
})

type Words = readonly [measured: string, limit: string, message: string]

function faultsOf(
  { color, displayWidth, displayHeight, chroma }: VideoStream,
  { required, allowFullRange }: z.infer<typeof tagLimits>,
): Words[] {
  const { primaries, transfer, matrix, range } = color.effective
  const faults: Words[] = []
  const missing = Object.entries({ primaries, transfer, matrix }).flatMap(([name, tag]) => (tag === null ? [name] : []))
  if (required && missing.length > 0)
    faults.push([
      `no ${missing.join(', ')}`,
      'all three tagged',
      'Color is not tagged: each player guesses, and not alike.',
    ])
  for (const name of color.contradictions) {
    const [container, bitstream] = [color.container, color.bitstream].map(tags =>
      String(tags[name as keyof typeof tags]),
    )
    faults.push([
      `${name}: container ${container}, bitstream ${bitstream}`,
      'the same in both',
      'Container and bitstream do not agree: players show different colors.',
    ])
  }
  const isHd = Math.min(displayWidth, displayHeight) >= HD_LINES
  if (isHd && matrix !== null && SD.includes(matrix) && chroma !== 'rgb')
    faults.push([
      `${matrix} at ${displayWidth}×${displayHeight}`,
      'bt709 or bt2020 in HD',
      'HD is tagged with the matrix of SD: greens and reds shift.',
    ])
  if (
    (transfer === 'smpte2084' || transfer === 'arib-std-b67') &&
    primaries !== null &&
    primaries !== 'bt2020' &&
    !primaries.startsWith('smpte43')
  )
    faults.push([
      `${transfer} with ${primaries}`,
      'BT.2020 or P3 primaries',
      'HDR is tagged with the primaries of SDR.',
    ])
  if (transfer !== null && matrix !== null && transfer === 'bt709' && matrix.startsWith('bt2020'))
    faults.push([`${transfer} with ${matrix}`, 'one standard', 'Transfer and matrix are of different standards.'])
  if (range === 'pc' && !allowFullRange && chroma !== 'rgb')
    faults.push([
      'full range',
      'narrow range (16–235 in 8 bit)',
      'Samples are tagged full range: players that do not look clip black and white.',
    ])
  return faults
}

const hdrLimits = z.object({
  requireMastering: z.boolean().default(true).describe('Whether PQ has to name the display that it was graded on'),
  requireLight: z.boolean().default(false).describe('Whether PQ has to state MaxCLL and MaxFALL'),
  maxNits: z.number().positive().default(10_000).describe('Brightest that a mastering display may be, cd/m²'),
})

const hdrMetadata = defineCheck<z.infer<typeof hdrLimits>>({
  id: 'bitstream.hdr-metadata',
  layer: 'bitstream',
  title: 'HDR metadata',
  finds:
    'PQ without the static metadata that is asked for, and metadata that cannot be: MaxFALL above MaxCLL, zeros, a display that is darker than its black, primaries that are no triangle. Whether they are true to the pictures is not measured.',
  source: 'SMPTE ST 2086; CTA-861.3; ITU-R BT.2100',
  limits: hdrLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { requireLight: true } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { requireMastering: false } },
  },
  judge: (evidence, limits) => {
    const streams = evidence.facts.video.filter(({ hdr }) => hdr.format !== 'sdr')
    if (evidence.facts.video.length > 0 && streams.length === 0) return { skipped: 'the picture is SDR' }
    return judgeStated(evidence, (stream, subject) =>
      stream.hdr.format === 'sdr' ? [] : hdrFaults(stream, limits).map(words => overall(subject, words)),
    )
  },
})

type Text = Pick<Found, 'measured' | 'limit' | 'message'>

function hdrFaults(
  { hdr, color }: VideoStream,
  { requireMastering, requireLight, maxNits }: z.infer<typeof hdrLimits>,
): Text[] {
  const { masteringDisplay: display, contentLight: light } = hdr
  const faults: Text[] = []
  const add = (measured: string, limit: string, message: string): number => faults.push({ measured, limit, message })
  const isPq = color.effective.transfer === 'smpte2084'
  if (isPq && requireMastering && !display)
    add('no mastering display', 'SMPTE ST 2086 metadata', 'PQ does not say on which display it was graded.')
  if (isPq && requireLight && !light)
    add('no MaxCLL and MaxFALL', 'CTA-861.3 metadata', 'PQ does not say how bright it gets.')
  if (light) {
    const { maxCll, maxFall } = light
    if (maxFall > maxCll)
      add(
        `MaxFALL ${maxFall}, MaxCLL ${maxCll}`,
        'MaxFALL at most MaxCLL',
        'The average of a picture cannot be brighter than its brightest pixel.',
      )
    if (maxCll === 0) add('MaxCLL 0', 'above 0 cd/m²', 'MaxCLL is zero: it was not measured.')
  }
  if (display) {
    const { minLuminance, maxLuminance, red, green, blue } = display
    if (maxLuminance <= minLuminance || maxLuminance < 50 || maxLuminance > maxNits)
      add(
        `${minLuminance} to ${maxLuminance} cd/m²`,
        `up to 50–${maxNits} cd/m²`,
        'There is no such mastering display.',
      )
    const area = Math.abs((green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])) / 2
    // BT.709's triangle has 0.112; half of it is no display for HDR.
    if (area < 0.056)
      add(
        `primaries of area ${area.toFixed(3)}`,
        'BT.709, P3 or BT.2020',
        'The primaries of the mastering display are no gamut.',
      )
  }
  return faults
}

export const colorChecks = [colorTags, hdrMetadata]
