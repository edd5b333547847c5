// Checks of groups of pictures: where players may begin, and what depends on what.
import { z } from 'zod'
import { judgeCoded } from './bitstream-finding.ts'
import { defineCheck } from './check.ts'
import { overall } from './sound-finding.ts'
import { stretchesOf } from './wrapper-finding.ts'

const gopLimits = z.object({
  maxGopS: z.number().positive().default(10).describe('From one key frame to the next'),
})
export type GopLimits = z.infer<typeof gopLimits>

const gopLength = defineCheck<GopLimits>({
  id: 'bitstream.gop-length',
  layer: 'bitstream',
  title: 'Distance of key frames',
  finds: 'Stretches without a key frame: seeking, editing and cutting into segments wait for one.',
  source:
    'EBU QC (GOP length); SMPTE RDD 9 and XAVC: about half a second; Apple HLS authoring: 2 s recommended, segments of 6 s',
  limits: gopLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { maxGopS: 2.5 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { maxGopS: 30 } },
  },
  judge: (evidence, { maxGopS }) =>
    judgeCoded(evidence, ({ subject, result: { gops } }) =>
      gops && gops.tooLong.found.length > 0
        ? stretchesOf(subject, gops.tooLong, ({ worst }) => ({
            measured: `${worst.toFixed(2)} s without a key frame`,
            limit: `at most ${maxGopS} s`,
            message: 'There is no key frame for long: players cannot begin here.',
          }))
        : [],
    ),
})

const openGop = defineCheck({
  id: 'bitstream.open-gop',
  layer: 'bitstream',
  title: 'Open groups of pictures',
  finds:
    'Key frames after which pictures come that need what was before: who begins there cannot show them. H.264, HEVC and MPEG-2 are looked into.',
  source:
    'Apple HLS authoring (segments begin with IDR); CMAF ISO/IEC 23000-19 (SAP 1 and 2); usual in broadcast contribution',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'info' }, ott: { severity: 'warn' }, ugc: 'off' },
  judge: evidence =>
    judgeCoded(evidence, ({ subject, result: { gops } }) => {
      const open = gops ? gops.open.found.length + gops.open.more : 0
      if (open === 0) return []
      const [first] = gops!.open.found
      return [
        {
          ...{ subject, startS: Math.max(0, first!.startS), endS: null, pictureS: Math.max(0, first!.startS) },
          measured: `${open} of ${gops!.keys} key frames`,
          limit: 'none',
          message: 'Groups of pictures are open; this is the first one.',
        },
      ]
    }),
})

const firstKeyFrame = defineCheck({
  id: 'bitstream.first-key-frame',
  layer: 'bitstream',
  title: 'Begins with a key frame',
  finds: 'A stream whose first picture is none that decoding can begin with.',
  source: 'ISO/IEC 14496-12 8.6.2 (sync samples); ITU-T H.264 7.4.1.2.1: a stream begins with an IDR picture',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgeCoded(evidence, ({ subject, result: { gops } }) =>
      !gops || gops.beginsWithKey
        ? []
        : [
            {
              ...{ subject, startS: 0, endS: null, pictureS: 0 },
              ...{ measured: 'a picture that depends on others', limit: 'a key frame' },
              message: 'The stream begins in the middle of a group: its first pictures cannot be decoded.',
            },
          ],
    ),
})

const bLimits = z.object({
  maxRun: z.int().nonnegative().default(8).describe('B-pictures in a row, in decoding order'),
})

const bFrames = defineCheck<z.infer<typeof bLimits>>({
  id: 'bitstream.b-frames',
  layer: 'bitstream',
  title: 'Runs of B-pictures',
  finds: 'More B-pictures in a row than is asked for. H.264, HEVC and MPEG-2 are looked into.',
  source: 'SMPTE RDD 9: 2 B-pictures; encoders for services use 3 to 8 (Headend)',
  limits: bLimits,
  profiles: {
    broadcast: { severity: 'warn' },
    ott: { severity: 'info', limits: { maxRun: 16 } },
    ugc: 'off',
  },
  judge: (evidence, { maxRun }) =>
    judgeCoded(evidence, ({ subject, result: { kinds } }) =>
      !kinds || kinds.mostB <= maxRun
        ? []
        : [
            {
              ...{ subject, startS: Math.max(0, kinds.mostBAtS), endS: null, pictureS: Math.max(0, kinds.mostBAtS) },
              ...{ measured: `${kinds.mostB} in a row`, limit: `at most ${maxRun}` },
              message: 'There are many B-pictures in a row.',
            },
          ],
    ),
})

const parameterSets = defineCheck({
  id: 'bitstream.parameter-sets',
  layer: 'bitstream',
  title: 'Parameter sets stay',
  finds:
    'A sequence parameter set that changes within the stream: size, level or color may change with it, and players need not follow. H.264, HEVC and MPEG-2 are looked into.',
  source: 'ISO/IEC 14496-15 (avc1, hvc1: parameter sets in the sample entry alone); ITU-T H.264 7.4.1.2.1',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: evidence =>
    judgeCoded(evidence, ({ subject, result: { setChanges } }) => {
      const sequences = { found: setChanges.found.filter(({ worst }) => worst === 1), more: setChanges.more }
      if (sequences.found.length === 0) return []
      return stretchesOf(subject, sequences, () => ({
        measured: 'another sequence parameter set',
        limit: 'one for all of the stream',
        message: 'The stream changes its parameters here.',
      }))
    }),
})

const damageLimits = z.object({
  maxDamaged: z.int().nonnegative().default(0).describe('Packets and frames that are not whole'),
})

const decodeErrors = defineCheck<z.infer<typeof damageLimits>>({
  id: 'bitstream.decode-errors',
  layer: 'bitstream',
  title: 'Decodes without errors',
  finds:
    'Packets that the decoder could not make whole, of pictures and of sound. Which moments they are, the checks of picture and sound say where it is seen or heard.',
  source: 'EBU QC (decoding errors): none',
  limits: damageLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: ({ coded }, { maxDamaged }) => {
    const decoded = coded.filter(({ damaged }) => damaged !== null)
    if (decoded.length === 0) return { skipped: 'nothing was decoded' }
    return decoded.flatMap(({ subject, damaged, type }) =>
      damaged! <= maxDamaged
        ? []
        : [
            overall(subject, {
              ...{ measured: `${damaged} damaged`, limit: maxDamaged === 0 ? 'none' : `at most ${maxDamaged}` },
              message: `Parts of the ${type === 'video' ? 'picture' : 'sound'} cannot be decoded.`,
            }),
          ],
    )
  },
})
export const gopChecks = [decodeErrors, firstKeyFrame, gopLength, openGop, bFrames, parameterSets]
