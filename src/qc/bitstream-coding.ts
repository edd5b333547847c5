// Checks of how pictures and sound are coded: codec, profile, level, size, rate, samples.
import { z } from 'zod'
import { exceededLimits } from '../codecs/index.ts'
import { formatRational, parseRational, rational, toNumber } from '../core/index.ts'
import type { VideoStream } from '../model/index.ts'
import { judgeCoded, judgeSound, judgeStated } from './bitstream-finding.ts'
import { defineCheck, type Found } from './check.ts'
import { knownProfile, tierOf } from './part-coded.ts'
import { overall } from './sound-finding.ts'

const codecLimits = z.object({
  codecs: z
    .array(z.string())
    .default(['h264', 'hevc', 'av1', 'vp9', 'prores', 'dnxhd', 'mpeg2video', 'ffv1'])
    .describe('By FFmpeg’s names'),
})

const codec = defineCheck<z.infer<typeof codecLimits>>({
  id: 'bitstream.codec',
  layer: 'bitstream',
  title: 'Codec of the picture',
  finds: 'A codec that is not among those that are taken.',
  source: 'Delivery specifications: EBU R 124 and national ones for broadcast; what services take for ott (Headend)',
  limits: codecLimits,
  profiles: {
    broadcast: {
      severity: 'fail',
      limits: { codecs: ['mpeg2video', 'h264', 'hevc', 'prores', 'dnxhd', 'jpeg2000', 'dvvideo', 'vc3'] },
    },
    ott: { severity: 'warn' },
    ugc: 'off',
  },
  judge: (evidence, { codecs }) =>
    judgeStated(evidence, (stream, subject) =>
      codecs.includes(stream.codec)
        ? []
        : [
            overall(subject, {
              ...{ measured: stream.codec, limit: codecs.join(', ') },
              message: 'The picture is in a codec that is not taken.',
            }),
          ],
    ),
})

const profileLimits = z.object({
  profiles: z
    .record(z.string(), z.array(z.string()))
    .default({
      h264: ['Constrained Baseline', 'Main', 'High'],
      hevc: ['Main', 'Main 10'],
      av1: ['Main'],
      vp9: ['Profile 0', 'Profile 2'],
    })
    .describe('Profiles that are taken, by FFmpeg’s names; a codec that is not named may have any'),
})

const profile = defineCheck<z.infer<typeof profileLimits>>({
  id: 'bitstream.profile',
  layer: 'bitstream',
  title: 'Profile of the picture',
  finds: 'A profile that the devices of the audience, or the desk, do not take.',
  source: 'Apple HLS authoring 1.3, 1.4; DASH-IF IOP; ott and ugc tell, since a mezzanine may have more',
  limits: profileLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { profiles: {} } },
    ott: { severity: 'info' },
    ugc: 'off',
  },
  judge: (evidence, { profiles }) =>
    judgeStated(evidence, (stream, subject) => {
      const taken = profiles[stream.codec]
      if (!taken || stream.profile === null || taken.includes(stream.profile)) return []
      return [
        overall(subject, {
          ...{ measured: `${stream.codec} ${stream.profile}`, limit: taken.join(', ') },
          message: 'Many players do not decode this profile.',
        }),
      ]
    }),
})

const level = defineCheck({
  id: 'bitstream.level',
  layer: 'bitstream',
  title: 'Level is kept',
  finds:
    'A level that is lower than the stream needs: by size, samples per second, and the pictures that a decoder has to hold. Its bit rate is for bitstream.vbv. H.264, HEVC, MPEG-2 and AV1.',
  source: 'ITU-T H.264 table A-1, H.265 tables A.8 and A.9, H.262 tables 8-11 to 8-13, AV1 annex A.3',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgeCoded(evidence, ({ stream, subject, result: { sequence } }) => {
      const known = knownProfile(stream)
      if (!known || stream.level === null || !stream.frameRate) return []
      const exceeded = exceededLimits(
        {
          ...known,
          ...{ width: stream.codedWidth, height: stream.codedHeight },
          frameRate: parseRational(stream.frameRate),
          references: sequence?.heldFrames ?? sequence?.maxReferences ?? 1,
          ...{ maxrateBps: null, bufsizeBits: null, interlaced: stream.scan === 'interlaced' },
        },
        stream.level,
        tierOf(stream),
      )
      return (exceeded?.broken ?? []).map(({ what, has, allowed }) =>
        overall(subject, {
          measured: `${has} ${what}`,
          limit: `level ${exceeded!.level}: ${allowed}`,
          message: `The stream needs more than its level says: decoders of level ${exceeded!.level} may fail.`,
        }),
      )
    }),
})

const rates = ['24000/1001', '24/1', '25/1', '30000/1001', '30/1', '50/1', '60000/1001', '60/1']
const frameRateLimits = z.object({
  rates: z
    .array(z.templateLiteral([z.bigint(), '/', z.bigint()]))
    .default(rates as never)
    .describe('Frames per second that are taken'),
  allowVariable: z.boolean().default(false).describe('Whether pictures may come at uneven distances'),
})

const frameRate = defineCheck<z.infer<typeof frameRateLimits>>({
  id: 'bitstream.frame-rate',
  layer: 'bitstream',
  title: 'Frame rate',
  finds:
    'A rate that is not among those that are taken, a variable one, and a bitstream that states another rate than its pictures have.',
  source: 'ITU-R BT.709, BT.2020 (frame frequencies); Apple HLS authoring 1.18',
  limits: frameRateLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { rates: ['25/1', '30000/1001', '50/1', '60000/1001'] } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { allowVariable: true } },
  },
  judge: (evidence, { rates: taken, allowVariable }) =>
    judgeCoded(evidence, ({ stream, subject, result: { sequence } }) => {
      const found: Found[] = []
      if (stream.frameRateMode === 'variable' && !allowVariable)
        found.push(
          overall(subject, {
            ...{ measured: 'variable', limit: 'constant' },
            message: 'Pictures come at uneven distances.',
          }),
        )
      if (!stream.frameRate) return found
      const actual = parseRational(stream.frameRate)
      const near = (text: string): boolean => Math.abs(toNumber(parseRational(text)) / toNumber(actual) - 1) < 1e-4
      if (stream.frameRateMode !== 'variable' && !taken.some(near))
        found.push(
          overall(subject, {
            measured: `${toNumber(actual).toFixed(3)} (${stream.frameRate})`,
            limit: taken.map(text => text.replace(/\/1$/, '')).join(', '),
            message: 'The frame rate is not among those that are taken.',
          }),
        )
      const stated = sequence?.frameRate
      if (stated?.fixed && stream.frameRateMode === 'constant') {
        const text = formatRational(rational(stated.num, stated.den))
        // Fields are counted by some, frames by others.
        const same = [0.5, 1, 2].some(
          factor => Math.abs(((stated.num / stated.den) * factor) / toNumber(actual) - 1) < 1e-3,
        )
        if (!same)
          found.push(
            overall(subject, {
              ...{ measured: `${stream.frameRate} by its times`, limit: `${text}, as the bitstream states` },
              message: 'The bitstream states another frame rate than its pictures have.',
            }),
          )
      }
      return found
    }),
})

const sizeLimits = z.object({
  multipleOf: z.int().positive().default(2).describe('Width and height are whole multiples of this'),
  minHeight: z.int().positive().default(144).describe('Lines of the shorter side'),
  maxHeight: z.int().positive().default(4320).describe('Lines of the shorter side'),
})

const frameSize = defineCheck<z.infer<typeof sizeLimits>>({
  id: 'bitstream.frame-size',
  layer: 'bitstream',
  title: 'Picture size',
  finds: 'Odd sizes, which subsampled color cannot have, and sizes beyond what is taken.',
  source: 'ITU-T H.264 7.4.2.1.1 (cropping in chroma units); BT.709 and BT.2020 sizes for broadcast',
  limits: sizeLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { minHeight: 576 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { multipleOf, minHeight, maxHeight }) =>
    judgeStated(evidence, ({ codedWidth, codedHeight }, subject) => {
      const shorter = Math.min(codedWidth, codedHeight)
      const odd = codedWidth % multipleOf !== 0 || codedHeight % multipleOf !== 0
      if (!odd && shorter >= minHeight && shorter <= maxHeight) return []
      return [
        overall(subject, {
          measured: `${codedWidth}×${codedHeight}`,
          limit: odd ? `multiples of ${multipleOf}` : `${minHeight} to ${maxHeight} lines`,
          message: odd
            ? 'The size is odd: the last column or line is filled up or lost on the way.'
            : 'The picture is not of a size that is taken.',
        }),
      ]
    }),
})

const sarLimits = z.object({
  square: z.boolean().default(true).describe('Whether pixels have to be square'),
})

const sar = defineCheck<z.infer<typeof sarLimits>>({
  id: 'bitstream.sar',
  layer: 'bitstream',
  title: 'Shape of pixels',
  finds: 'Pixels that are not square, where square ones are asked for; and shapes that nobody means (beyond 1:3).',
  source: 'Apple HLS authoring 1.2 (square pixels); ITU-R BT.601 for SD, which has others',
  limits: sarLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { square: false } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { square }) =>
    judgeStated(evidence, ({ sampleAspectRatio }, subject) => {
      const aspect = toNumber(parseRational(sampleAspectRatio))
      const strange = aspect <= 1 / 3 || aspect >= 3
      if (!strange && (!square || Math.abs(aspect - 1) < 1e-3)) return []
      return [
        overall(subject, {
          measured: sampleAspectRatio.replace('/', ':'),
          limit: strange ? '1:3 to 3:1' : '1:1',
          message: strange
            ? 'The shape of pixels is not likely to be meant.'
            : 'Pixels are not square: a player that does not look shows a wrong shape.',
        }),
      ]
    }),
})

const scanLimits = z.object({
  scans: z
    .array(z.enum(['progressive', 'interlaced']))
    .default(['progressive'])
    .describe('Scans that are taken'),
})

const scan = defineCheck<z.infer<typeof scanLimits>>({
  id: 'bitstream.scan',
  layer: 'bitstream',
  title: 'Scan',
  finds:
    'A stream that is flagged interlaced where frames are asked for, or the other way round. What the pictures are, picture.interlaced sees.',
  source: 'Apple HLS authoring 1.17 (progressive); delivery specifications of broadcasters',
  limits: scanLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { scans: ['progressive', 'interlaced'] } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { scans }) =>
    judgeStated(evidence, (stream, subject) =>
      scans.includes(stream.scan)
        ? []
        : [
            overall(subject, {
              ...{ measured: stream.scan, limit: scans.join(', ') },
              message: `The stream is ${stream.scan}.`,
            }),
          ],
    ),
})

const samplingLimits = z.object({
  chroma: z.array(z.string()).default(['4:2:0', '4:2:2', '4:4:4']).describe('Samplings of color that are taken'),
  minBitDepth: z.int().min(8).default(8).describe('Bits per sample'),
  minHdrBitDepth: z.int().min(8).default(10).describe('Bits per sample of HDR'),
})

const sampling = defineCheck<z.infer<typeof samplingLimits>>({
  id: 'bitstream.sampling',
  layer: 'bitstream',
  title: 'Samples',
  finds: 'Sampling of color, or bits per sample, that are not taken; HDR in 8 bits, which bands.',
  source: 'ITU-R BT.2100 (10 or 12 bits); delivery specifications',
  limits: samplingLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { chroma, minBitDepth, minHdrBitDepth }) =>
    judgeStated(evidence, (stream, subject) => {
      const least = isHdr(stream) ? Math.max(minBitDepth, minHdrBitDepth) : minBitDepth
      const badChroma = !chroma.includes(stream.chroma)
      if (!badChroma && stream.bitDepth >= least) return []
      return [
        overall(subject, {
          measured: `${stream.chroma}, ${stream.bitDepth} bit (${stream.pixelFormat})`,
          limit: badChroma ? chroma.join(', ') : `at least ${least} bit${isHdr(stream) ? ' for HDR' : ''}`,
          message: badChroma ? 'The sampling of color is not taken.' : 'There are too few bits per sample.',
        }),
      ]
    }),
})

const isHdr = ({ hdr }: VideoStream): boolean => hdr.format !== 'sdr'

const soundLimits = z.object({
  codecs: z
    .array(z.string())
    .default(['aac', 'ac3', 'eac3', 'opus', 'flac', 'alac', 'mp3', 'truehd', 'dts', 'pcm'])
    .describe('By FFmpeg’s names; pcm stands for all kinds of PCM'),
})

const audioCodec = defineCheck<z.infer<typeof soundLimits>>({
  id: 'bitstream.audio-codec',
  layer: 'bitstream',
  title: 'Codec of sound',
  finds: 'Sound in a codec that is not among those that are taken.',
  source: 'EBU R 128 S and delivery specifications (PCM, Dolby E aside); what services take for ott (Headend)',
  limits: soundLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { codecs: ['pcm', 'aac', 'ac3', 'eac3', 'mp2', 's302m'] } },
    ott: { severity: 'warn' },
    ugc: 'off',
  },
  judge: (evidence, { codecs }) =>
    judgeSound(evidence, ({ subject, stream: { codec: own } }) =>
      codecs.includes(own) || (codecs.includes('pcm') && own.startsWith('pcm_'))
        ? []
        : [
            overall(subject, {
              ...{ measured: own, limit: codecs.join(', ') },
              message: 'The sound is in a codec that is not taken.',
            }),
          ],
    ),
})

export const codingChecks = [codec, profile, level, frameRate, frameSize, sar, scan, sampling, audioCodec]
