// A ladder as a search of a title gives it: made by formulas, the same each time, so that pages and texts can be tested.
import { bdRate } from '../../src/ladder/bd-rate.ts'
import { costLadder, LadderPrices } from '../../src/ladder/cost.ts'
import { hullAt, upperHull } from '../../src/ladder/hull.ts'
import { Ladder, type LadderCodec, type LadderRung, type RatedSetting, type Shot } from '../../src/model/index.ts'

export type SampleLadderOptions = {
  readonly codecs?: readonly LadderCodec[]
  readonly perShot?: boolean
  readonly path?: string
  /** VMAF that is wished for; from 98 on it cannot be reached. */
  readonly top?: number
  /** Seconds of the title; the sample has no more than 64. */
  readonly seconds?: number
}

const FPS = 24
const GOP = 48
const RUNGS = 6
/** VMAF that a size cannot exceed, and the rate of H.264 for half of that. */
const sizes = [
  { width: 1920, height: 800, ceiling: 98.5, half: 620 },
  { width: 1280, height: 534, ceiling: 96, half: 360 },
  { width: 960, height: 400, ceiling: 91.5, half: 235 },
  { width: 768, height: 320, ceiling: 86, half: 170 },
  { width: 640, height: 266, ceiling: 79.5, half: 130 },
  { width: 416, height: 174, ceiling: 60, half: 75 },
]
const share = { h264: 1, hevc: 0.66, av1: 0.52 } as const
const scale = { h264: [18, 24, 30, 36, 41], hevc: [18, 25, 31, 37, 42], av1: [22, 32, 42, 50, 58] } as const

function rated(codec: LadderCodec, size: (typeof sizes)[number], crf: number): RatedSetting {
  const [least, , , , most] = scale[codec]
  const place = (crf - least) / (most - least)
  const bitrateKbps = Number((share[codec] * size.half * 11 * 2 ** (-4.6 * place)).toFixed(1))
  const vmaf = size.ceiling / (1 + (0.36 * size.half * share[codec]) / bitrateKbps)
  const { width, height } = size
  return { codec, width, height, frameRate: '24/1', crf, bitrateKbps, vmaf: Number(vmaf.toFixed(2)) }
}

const logRate = ({ bitrateKbps }: RatedSetting): number => Math.log2(bitrateKbps * 1000)

function hullOf(codec: LadderCodec): RatedSetting[] {
  const [least, , , , most] = scale[codec]
  const all = sizes.flatMap(size => Array.from({ length: most - least + 1 }, (_, i) => rated(codec, size, least + i)))
  return upperHull(all.map(each => ({ ...each, logRate: logRate(each) }))).map(({ logRate: _, ...each }) => each)
}

function rungsOf(
  codec: LadderCodec,
  hull: readonly RatedSetting[],
  shots: readonly Shot[],
  options: Required<SampleLadderOptions>,
): LadderRung[] {
  const chosen = [hull.find(({ vmaf }) => vmaf >= options.top) ?? hull.at(-1)!]
  while (chosen.length < RUNGS) {
    const last = chosen.at(-1)!
    const lower = hull.filter(each => each.bitrateKbps <= last.bitrateKbps / 1.4 && each.bitrateKbps >= 120)
    if (lower.length === 0) break
    const off = ({ vmaf }: RatedSetting): number => Math.abs(last.vmaf - 6 - vmaf)
    chosen.push(lower.reduce((best, each) => (off(each) < off(best) ? each : best)))
  }
  return chosen.map((each, i) => {
    const maxBitrateKbps = Math.round(each.bitrateKbps * 1.7)
    const twin = chosen[i - 1]?.height === each.height ? 'b' : ''
    return {
      ...each,
      id: `${options.codecs.length > 1 ? `${codec}_` : 'v'}${each.height}${twin}`,
      maxBitrateKbps,
      bufferKbits: 2 * maxBitrateKbps,
      ...(options.perShot && {
        shots: shots.map(({ frame }, k) => ({ frame, crf: each.crf + ((k * 5) % 7) - 3 })),
      }),
      because:
        i > 0
          ? '6 points of VMAF below the rung above, about one step that is seen'
          : each.vmaf >= options.top
            ? `the fewest bits that reach VMAF ${options.top}`
            : 'the best that this source and these settings give',
    }
  })
}

function shotsOf(frames: number): Shot[] {
  const shots: Shot[] = []
  for (let frame = 0, i = 0; frame < frames; i++) {
    const length = Math.min(frames - frame, 30 + ((i * 53) % 170))
    const transition = i === 0 ? 'start' : i % 7 === 3 ? 'dissolve' : i % 9 === 5 ? 'fade' : 'cut'
    shots.push({ frame, frames: length, transition, si: 34 + ((i * 13) % 40), ti: 2 + ((i * i * 7) % 26) })
    frame += length
  }
  return shots
}

export function sampleLadder(given: SampleLadderOptions = {}): Ladder {
  const options = {
    codecs: ['h264'],
    perShot: false,
    path: '/media/meadow.mov',
    top: 93,
    seconds: 154,
    ...given,
  } as const
  const frames = options.seconds * FPS
  const shots = shotsOf(frames)
  const gops = Array.from({ length: Math.ceil(frames / GOP) }, (_, i) => {
    const shot = shots.findLast(({ frame }) => frame <= i * GOP)!
    const length = Math.min(GOP, frames - i * GOP)
    const si = shot.si + 3 * Math.sin(i)
    const ti = Math.max(0.4, shot.ti + 2 * Math.sin(i * 1.7))
    return { frame: i * GOP, frames: length, si, ti, proxyBits: Math.round(length * (900 + 60 * si + 260 * ti)) }
  })
  const wanted = 32
  const whole = gops.length <= wanted
  const pieces = gops.filter((_, i) => whole || (i * wanted) % gops.length < wanted)
  const sampled = pieces.reduce((sum, piece) => sum + piece.frames, 0)
  const hulls = options.codecs.map(codec => hullOf(codec))
  const rungs = options.codecs.flatMap((codec, i) => rungsOf(codec, hulls[i]!, shots, options))
  const probes = options.codecs.flatMap(codec =>
    sizes.flatMap((size, i) => scale[codec].slice(i > 3 ? 0 : 1, i % 2 ? 5 : 4).map(crf => rated(codec, size, crf))),
  )
  const fixed = [
    [sizes[0]!, 21],
    [sizes[1]!, 21],
    [sizes[2]!, 22],
    [sizes[4]!, 24],
    [sizes[5]!, 24],
  ] as const
  const first = hulls[0]!.map(each => ({ logRate: logRate(each), vmaf: each.vmaf }))
  const flipped = first.map(point => ({ logRate: point.vmaf, vmaf: point.logRate }))
  const fixedRungs = fixed.map(([size, crf]) => {
    const each = rated(options.codecs[0]!, size, crf)
    const same = hullAt(flipped, each.vmaf)
    return { ...each, sameQualityKbps: same === null ? null : 2 ** same / 1000 }
  })
  const compared = fixedRungs.filter(({ sameQualityKbps }) => sameQualityKbps !== null)
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
  // As the search does: the fixed ladder has one codec, and is compared with the rungs of that.
  const compareWith = rungs.filter(({ codec }) => codec === options.codecs[0])
  const best = Math.max(...rungs.map(({ vmaf }) => vmaf))
  return Ladder.parse({
    version: 1,
    input: { path: options.path, sizeBytes: 1_284_113_920 },
    picture: { width: 1920, height: 800, frameRate: '24/1', frames, duration: `${options.seconds}/1` },
    model: 'vmaf_v0.6.1',
    wish: { tier: options.top === 93 ? 'premium' : null, vmaf: options.top },
    bestReachable: best >= options.top ? null : best,
    preset: 'medium',
    rungs,
    encodes: probes.length,
    cachedEncodes: 4,
    hullEncodes: probes.length - 2,
    probes,
    hull: hulls.flat(),
    gopSeconds: 2,
    segmentSeconds: 6,
    complexity: {
      version: 1,
      frames,
      si: { mean: 52.4, max: 96.1 },
      ti: { mean: 11.8, max: 61.3 },
      texture: 'medium',
      motion: 'medium',
      grain: { sigma: 1.3, class: 'light' },
      letterbox: { x: 0, y: 140, width: 1920, height: 800 },
      shots,
      gops,
    },
    sample: {
      whole,
      frames: sampled,
      pieces: pieces.map(({ frame, frames: length }) => ({ frame, frames: length, weight: length / sampled })),
      vmafError: whole ? 0 : 0.42,
      rateError: whole ? 0 : 0.031,
    },
    comparedToFixed: {
      rungs: fixedRungs,
      bdRate: bdRate(
        fixedRungs.map(each => ({ logRate: logRate(each), vmaf: each.vmaf })),
        first,
      ),
      savedAtSameVmaf:
        1 - sum(compared.map(each => each.sameQualityKbps! / each.bitrateKbps)) / Math.max(1, compared.length),
      savedStorage:
        1 -
        sum(compareWith.map(({ bitrateKbps }) => bitrateKbps)) / sum(fixedRungs.map(({ bitrateKbps }) => bitrateKbps)),
    },
    cost: costLadder(
      {
        own: rungs,
        fixed: fixedRungs,
        seconds: options.seconds,
        search: { encodes: probes, seconds: sampled / FPS },
      },
      LadderPrices.parse({}),
    ),
    perShot: options.perShot
      ? {
          shots: shots.length,
          rungs: rungs.map(({ id }, i) => ({
            id,
            saved: i === 0 ? 0 : 0.031 + 0.011 * i,
            because: i === 0 ? 'one setting is as good here' : 'tried on the sample',
          })),
        }
      : null,
    choices: [
      {
        what: 'sizes',
        pick: sizes.map(({ width, height }) => `${width}x${height}`).join(', '),
        because: 'the source’s own size and those of the fixed ladder below it',
      },
      {
        what: 'sample',
        pick: whole ? 'the whole title' : `${pieces.length} GOPs`,
        because: 'pieces that stand for all GOPs by bits, texture and motion',
        over: ['the whole title'],
      },
      { what: 'rungs', pick: String(rungs.length), because: 'one step that is seen from rung to rung' },
    ],
    warnings: [
      {
        code: 'letterbox',
        message: 'Black bars of 140 lines above and below were cut off before anything was measured.',
      },
    ],
  })
}
