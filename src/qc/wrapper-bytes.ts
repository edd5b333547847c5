// Checks of where bytes lie in the file: picture and sound beside each other, and bytes that belong to nothing.
import { z } from 'zod'
import { defineCheck, type Found } from './check.ts'
import { overall } from './sound-finding.ts'
import { secs } from './wrapper-finding.ts'

const interleaveLimits = z.object({
  maxApartS: z
    .number()
    .positive()
    .default(2)
    .describe('Picture and sound of one moment may lie so far apart in MP4 and QuickTime'),
  maxTsApartS: z.number().positive().default(1).describe('The same in transport streams'),
})

const interleave = defineCheck<z.infer<typeof interleaveLimits>>({
  id: 'wrapper.interleave',
  layer: 'wrapper',
  title: 'Interleaving',
  finds:
    'Picture and sound of the same moment that lie far apart in the file: who reads it from beginning to end has to buffer or to seek. Fragments and other containers than MP4, QuickTime and transport streams are not looked at.',
  source:
    'ISO/IEC 13818-1 2.4.2: data stay at most 1 s in a decoder’s buffer; QuickTime File Format: chunks of 0.5 to 1 s, twice of it by Headend',
  limits: interleaveLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: ({ layout }, { maxApartS, maxTsApartS }) => {
    const measured = layout?.iso?.interleave ?? layout?.ts?.interleave
    if (!measured) return { skipped: 'the file has no tracks of picture and sound whose places could be compared' }
    const limitS = layout?.ts ? maxTsApartS : maxApartS
    const { worstS, atS, bytes } = measured
    if (worstS <= limitS) return []
    return [
      {
        subject: 'file',
        startS: atS,
        endS: atS + worstS,
        measured: `${secs(worstS)} and ${bytes} bytes apart`,
        limit: `${limitS} s`,
        message: 'Picture and sound of the same moment lie far apart in the file.',
        pictureS: null,
      },
    ]
  },
})

const trailingGarbage = defineCheck({
  id: 'wrapper.trailing-garbage',
  layer: 'wrapper',
  title: 'Bytes that belong to nothing',
  finds:
    'Bytes behind the last box of an MP4 or QuickTime file that are no box, boxes that no standard knows, and part of a packet at the end of a transport stream.',
  source: 'ISO/IEC 14496-12 4.2 (a file is a sequence of boxes); ISO/IEC 13818-1 2.4.3.2 (packets of 188 bytes)',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: ({ layout }) => {
    if (!layout?.iso && !layout?.ts) return { skipped: 'the file is no MP4, QuickTime or transport stream' }
    const found: Found[] = []
    const say = (measured: string, limit: string, message: string, severity?: Found['severity']): number =>
      found.push(overall('file', { measured, limit, message, ...(severity ? { severity } : {}) }))
    const bytes = layout.iso?.trailingBytes ?? layout.ts?.trailingBytes ?? 0
    if (bytes > 0)
      say(`${bytes} bytes at the end`, 'none', `The file ends with bytes that are no ${layout.iso ? 'box' : 'packet'}.`)
    for (const { type, offset, bytes: size } of layout.iso?.unknown ?? [])
      say(
        `“${type}” at byte ${offset}, ${size} bytes`,
        'boxes that a standard knows',
        'A box is of no known type.',
        'info',
      )
    return found
  },
})

export const byteChecks = [interleave, trailingGarbage]
