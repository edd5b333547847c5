import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Complexity, type MeasureResult } from '../model/index.ts'
import { findShotStarts } from '../picture/index.ts'
import { type ComplexityMeasures, readComplexity } from './complexity.ts'
import { changeKeys, detailKeys, grainKeys, lagOf, proxySize } from './complexity-spec.ts'
import { cropKeys } from './picture-analysis-crop.ts'

const LAG = 10
const PIXELS = 400
type Picture = readonly number[]

/** The same numbers for the same seed, 0 to 1. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A scene of its own look, whose pixels swing by so much: motion and grain. */
function scene(seed: number, frames: number, swing = 4): Picture[] {
  const base = Array.from({ length: PIXELS }, random(seed)).map(value => 20 + 210 * value)
  const next = random(seed + 1)
  return Array.from({ length: frames }, () => base.map(value => value + swing * (next() - 0.5)))
}

const mix = (a: Picture, b: Picture, share: number): Picture => a.map((value, i) => value * (1 - share) + b[i]! * share)
const flat = (code: number, frames: number): Picture[] =>
  Array.from({ length: frames }, () => new Array<number>(PIXELS).fill(code))

/** The last pictures of one scene become the first of the other. */
function dissolve(a: Picture[], b: Picture[], frames: number): Picture[] {
  const over = Array.from({ length: frames }, (_, i) => mix(a.at(i - frames)!, b[i]!, (i + 1) / (frames + 1)))
  return [...a.slice(0, -frames), ...over, ...b.slice(frames)]
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const difference = (a: Picture, b: Picture): number => average(a.map((value, i) => Math.abs(value - b[i]!))) / 2.55
const atTenth = (picture: Picture, tenth: number): number =>
  picture.toSorted((a, b) => a - b)[Math.floor((PIXELS * tenth) / 10)]!

function startsOf(pictures: readonly Picture[]): string {
  const starts = findShotStarts({
    near: pictures.map((picture, i) => (i === 0 ? 0 : difference(picture, pictures[i - 1]!))),
    far: pictures.map((picture, i) => (i < LAG ? Number.NaN : difference(picture, pictures[i - LAG]!))),
    lag: LAG,
    si: pictures.map(picture => Math.sqrt(average(picture.map(value => value ** 2)) - average(picture) ** 2)),
    mean: pictures.map(average),
    low: pictures.map(picture => atTenth(picture, 1)),
    high: pictures.map(picture => atTenth(picture, 9)),
  })
  return starts.map(({ frame, transition }) => `${frame} ${transition}`).join(', ')
}

describe('shots', () => {
  it('begin at cuts, also where they follow each other closely', () => {
    assert.equal(startsOf([...scene(1, 30), ...scene(2, 30)]), '0 start, 30 cut')
    assert.equal(startsOf([...scene(1, 20), ...scene(2, 8), ...scene(3, 20)]), '0 start, 20 cut, 28 cut')
    assert.equal(startsOf([...scene(1, 30, 25), ...scene(2, 30, 25)]), '0 start, 30 cut')
  })

  it('do not begin where nothing or all is in motion', () => {
    assert.equal(startsOf(scene(1, 50, 0)), '0 start')
    assert.equal(startsOf(scene(1, 50, 60)), '0 start')
    // A pan: each picture is the one before, moved by a pixel.
    const wide = scene(1, 1)[0]!
    const pan = Array.from({ length: 60 }, (_, i) => [...wide.slice(i), ...wide.slice(0, i)])
    assert.equal(startsOf(pan), '0 start')
  })

  it('do not begin at a flash or at a change of light', () => {
    for (const frames of [1, 2, 3])
      for (const code of [255, 230, 0])
        assert.equal(startsOf(scene(1, 50).toSpliced(20, frames, ...flat(code, frames))), '0 start')
    const darker = scene(1, 60).map((picture, i) =>
      picture.map(value => value * (1 - Math.min(30, Math.max(0, i - 15)) / 60)),
    )
    assert.equal(startsOf(darker), '0 start')
  })

  it('begin after a fade through black or white', () => {
    for (const [code, length] of [
      [0, 15],
      [255, 15],
      [0, 8],
      [0, 40],
    ] as const) {
      const out = dissolve(scene(1, 20 + length), flat(code, length), length)
      const into = dissolve(flat(code, length), scene(2, 20 + length), length)
      const [start, found, ...more] = startsOf([...out, ...flat(code, 1), ...into]).split(', ')
      // The first picture that comes out of white is still white to the eye.
      assert.ok(
        found === `${out.length + 1} fade` || found === `${out.length + 2} fade`,
        `${found}: ${code} in ${length}`,
      )
      assert.deepEqual([start, more], ['0 start', []])
    }
    const held = [...dissolve(scene(1, 40), flat(0, 15), 15), ...flat(0, 30)]
    assert.equal(startsOf([...held, ...scene(2, 30)]), `0 start, ${held.length} cut`)
    assert.equal(
      startsOf([...scene(1, 30), ...flat(0, 20), ...dissolve(flat(0, 15), scene(2, 40), 15)]),
      '0 start, 50 fade',
    )
  })

  it('are not more because the title fades in from black and ends in it', () => {
    const title = dissolve(dissolve(flat(0, 15), scene(1, 60), 15), flat(0, 15), 15)
    assert.equal(startsOf(title), '0 start')
    assert.equal(startsOf(flat(0, 40)), '0 start')
    assert.equal(startsOf(flat(0, 1)), '0 start')
    assert.equal(startsOf([]), '')
  })

  it('begin in the middle of a dissolve, short and long, still and in motion', () => {
    for (const frames of [6, 12, 25, 50])
      for (const swing of [0, 4, 8]) {
        const text = startsOf(dissolve(scene(1, 30 + frames, swing), scene(2, 30 + frames, swing), frames))
        const [start, found, ...more] = text.split(', ')
        const [frame, transition] = (found ?? '').split(' ')
        assert.deepEqual(
          [start, transition, more],
          ['0 start', 'dissolve', []],
          `${frames} frames, swing ${swing}: ${text}`,
        )
        assert.ok(Math.abs(Number(frame) - (30 + frames / 2)) <= 2, `${frame} for ${30 + frames / 2}`)
      }
  })

  it('tell a cut from a dissolve in one title', () => {
    const first = [...scene(1, 30), ...scene(2, 50)]
    assert.match(startsOf(dissolve(first, scene(3, 50), 20)), /^0 start, 30 cut, (69|7\d) dissolve$/)
  })
})

const result = (timeS: readonly number[], series: Record<string, readonly number[]>): MeasureResult => ({
  frames: timeS.length,
  framesIn: timeS.length,
  unpaired: 0,
  timeS,
  series,
  duration: '0/1',
})

const video = { width: 320, height: 180, frameRate: '25/1', gopFrames: 10 } as const
const LIMITED = (940 - 64) / 255

/** Two shots with a cut at half, of which every picture was measured; numbers as the filters give them. */
function measures(frames: number, { si = 50, ti = 10, low = 0, every = 1 } = {}): ComplexityMeasures {
  const times = Array.from({ length: frames }, (_, i) => i / 25)
  const all = (value: (i: number) => number): number[] => times.map((_, i) => value(i))
  const seen = times.map((_, i) => i).filter(i => i % every < 2)
  const cut = frames >> 1
  const seldom = [0, 13, 26].filter(i => i + 1 < frames)
  return {
    detail: result(
      seen.map(i => times[i]!),
      {
        [detailKeys.si]: seen.map(i => (i < cut ? si : si / 2) * LIMITED),
        [detailKeys.ti]: seen.map(i => (i === 0 ? 0 : i === cut ? 80 : ti) * LIMITED),
      },
    ),
    changes: result(times, {
      [changeKeys.mafd]: all(i => (i === cut && i > 0 ? 30 : 1)),
      [changeKeys.far]: all(i => (i < LAG ? Number.NaN : i >= cut && i < cut + LAG ? 0.3 : 0.02)),
      [changeKeys.si]: all(() => 60),
      [changeKeys.mean]: all(() => 120),
      [changeKeys.low]: all(() => 30),
      [changeKeys.high]: all(() => 210),
    }),
    grain: result(
      seldom.map(i => i / 25),
      { [grainKeys.low]: seldom.map(() => low), [grainKeys.mean]: seldom.map(() => low + 1) },
    ),
    stir: result(
      seldom.map(i => i / 25),
      { [grainKeys.low]: seldom.map(() => low * 0.35) },
    ),
    bars: result(
      seldom.map(i => i / 25),
      Object.fromEntries(cropKeys.map((key, i) => [key, seldom.map(() => [0, 319, 24, 155][i]!)])),
    ),
    proxyBytes: Array.from({ length: Math.ceil(frames / 10) }, (_, i) => 1000 + i),
  }
}

describe('readComplexity', () => {
  it('is of the shape that the model says, and the same each time', () => {
    const found = readComplexity(video, measures(45))
    assert.deepEqual(Complexity.parse(found), found)
    assert.deepEqual(readComplexity(video, measures(45)), found)
  })

  it('gives each shot its own figures, without the difference to the shot before', () => {
    const { shots, si, ti, motion, texture } = readComplexity(video, measures(40))
    assert.deepEqual(shots, [
      { frame: 0, frames: 20, transition: 'start', si: 50, ti: 10 },
      { frame: 20, frames: 20, transition: 'cut', si: 25, ti: 10 },
    ])
    assert.deepEqual(
      [si, ti],
      [
        { mean: 37.5, max: 50 },
        { mean: 11.795, max: 80 },
      ],
    )
    assert.deepEqual([motion, texture], ['medium', 'low'])
  })

  it('has the grid’s GOPs, the last one short', () => {
    const { gops } = readComplexity(video, measures(45))
    assert.deepEqual(
      gops.map(({ frame, frames, proxyBits }) => [frame, frames, proxyBits]),
      [0, 10, 20, 30, 40].map((frame, i) => [frame, i < 4 ? 10 : 5, 8 * (1000 + i)]),
    )
    assert.throws(() => readComplexity({ ...video, gopFrames: 12 }, measures(45)), { code: 'HE_INTERNAL' })
  })

  it('takes TI of neighbours only where pictures were left out', () => {
    const { ti, gops } = readComplexity(
      { ...video, gopFrames: 2 },
      { ...measures(40, { every: 4 }), proxyBytes: new Array(20).fill(1) },
    )
    assert.deepEqual([ti.mean, ti.max, gops.every(gop => gop.ti === 10)], [10, 10, true])
  })

  it('names classes by stated thresholds', () => {
    const of = (options: Parameters<typeof measures>[1]) => {
      const { texture, motion, grain } = readComplexity(video, measures(40, options))
      return `${texture} ${motion} ${grain.class}`
    }
    assert.equal(of({ si: 10, ti: 1 }), 'flat static none')
    assert.equal(of({ si: 80, ti: 5, low: 24 }), 'medium low light')
    assert.equal(of({ si: 120, ti: 30, low: 60 }), 'high high heavy')
  })

  it('sees bars', () => {
    assert.deepEqual(readComplexity(video, measures(40)).letterbox, { x: 0, y: 24, width: 320, height: 132 })
  })

  it('takes a film of three hours', () => {
    const found = readComplexity(video, measures(270_000))
    assert.deepEqual([found.frames, found.gops.length, found.shots.length], [270_000, 27_000, 2])
  })

  it('takes one picture, and less than a GOP', () => {
    const one = readComplexity(video, measures(1))
    assert.deepEqual(
      [one.frames, one.shots.length, one.gops.length, one.ti, one.grain.sigma],
      [1, 1, 1, { mean: 0, max: 0 }, 0],
    )
    assert.equal(readComplexity(video, measures(7)).gops[0]!.frames, 7)
  })
})

describe('what is looked at', () => {
  it('has a proxy of even sides and at most 360 lines', () => {
    assert.deepEqual(proxySize({ width: 1920, height: 1080 }), { width: 640, height: 360 })
    assert.deepEqual(proxySize({ width: 321, height: 181 }), { width: 322, height: 182 })
    assert.deepEqual(proxySize({ width: 1080, height: 1920 }), { width: 202, height: 360 })
  })

  it('has a lag of 0.4 s', () => assert.deepEqual([24, 25, 60, 5].map(lagOf), [10, 10, 24, 4]))
})
