import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { videoFacts } from '../../test/media/sample-facts.ts'
import type { MeasureResult } from '../model/index.ts'
import { analysisSpec, readCadence, readCrop } from './picture-analysis.ts'

const result = (series: Record<string, readonly number[]>): MeasureResult => {
  const frames = Object.values(series)[0]?.length ?? 0
  return { frames, framesIn: frames, unpaired: 0, timeS: [], series, duration: '0/1' }
}

type Box = readonly [left: number, right: number, top: number, bottom: number]
const BLACK: Box = [1919, 0, 1079, 0]
const video = videoFacts()
const crop = (...boxes: readonly (readonly [Box, number])[]) => {
  const all = boxes.flatMap(([box, times]) => Array.from({ length: times }, () => box))
  const keys = ['x1', 'x2', 'y1', 'y2']
  const series = Object.fromEntries(keys.map((key, i) => [`lavfi.cropdetect.${key}`, all.map(box => box[i]!)]))
  const read = readCrop(result(series), video)
  return [read.crop, read.warnings[0]?.code ?? null]
}
const WHOLE: Box = [0, 1919, 0, 1079]
const SCOPE: Box = [0, 1919, 138, 941]
const FLAT: Box = [0, 1919, 22, 1057]

describe('readCrop', () => {
  const scope = { x: 0, y: 138, width: 1920, height: 804 }
  it('takes the union of what is lit and forgets black', () => {
    assert.deepEqual(crop([BLACK, 50], [SCOPE, 50]), [scope, null])
    assert.deepEqual(crop([BLACK, 50]), [null, null])
    assert.deepEqual(crop([WHOLE, 5]), [null, null])
  })
  it('is not misled by dark scenes, even when most of the title is dark', () => {
    const window: Box = [700, 1300, 300, 800]
    assert.deepEqual(crop([window, 90], [SCOPE, 10]), [scope, null])
    assert.deepEqual(crop([window, 90], [WHOLE, 1]), [null, null])
  })
  it('leaves a title alone whose shape changes', () => {
    assert.deepEqual(crop([SCOPE, 50], [WHOLE, 50]), [null, 'aspect-changes'])
    assert.deepEqual(crop([SCOPE, 50], [FLAT, 50]), [null, 'aspect-changes'])
    assert.deepEqual(crop([SCOPE, 98], [WHOLE, 2]), [null, 'aspect-changes'], 'two frames of picture are picture')
  })
  it('refuses what cannot be the picture, and ignores what is too thin', () => {
    assert.deepEqual(crop([[900, 1020, 500, 580], 50]), [null, 'crop-refused'])
    assert.deepEqual(crop([[0, 1919, 0, 700], 50]), [null, 'crop-refused'])
    assert.deepEqual(crop([[7, 1912, 0, 1079], 50]), [null, null])
    assert.deepEqual(crop([[4, 1915, 138, 941], 50]), [scope, null], 'the sides stay')
  })
  it('rounds outward to even lines', () => assert.deepEqual(crop([[0, 1919, 139, 940], 50]), [scope, null]))
})

/** Events by frame, as idet's running counts. */
const cadence = (
  frames: number,
  of: (frame: number) => Partial<Record<'tff' | 'bff' | 'progressive' | 'top' | 'bottom' | 'still', boolean>>,
) => {
  const names = {
    tff: 'multiple.tff',
    bff: 'multiple.bff',
    progressive: 'multiple.progressive',
    top: 'repeated.top',
    bottom: 'repeated.bottom',
    still: 'single.undetermined',
  } as const
  const series = Object.fromEntries(
    Object.entries(names).map(([name, key]) => {
      let count = 0
      const values = Array.from({ length: frames }, (_, i) => (count += of(i)[name as 'tff'] ? 1 : 0))
      return [`lavfi.idet.${key}`, values]
    }),
  )
  return readCadence(result({ ...series, 'lavfi.idet.multiple.undetermined': Array(frames).fill(0) }))
}
const pulldown = (i: number) => ({ tff: true, top: i % 5 === 2, bottom: i % 5 === 4 })
/** Deterministic and without a rhythm of five. */
const scattered = (i: number): boolean => (i * i * 7 + i * 3) % 11 < 4

describe('readCadence', () => {
  it('tells moments, pairs of moments and film apart', () => {
    assert.equal(cadence(100, () => ({ progressive: true })).kind, 'progressive')
    assert.equal(cadence(100, () => ({ tff: true })).kind, 'interlaced')
    const film = cadence(100, pulldown)
    assert.deepEqual(film, { kind: 'telecine', progressive: 0, tff: 100, bff: 0, undetermined: 0, repeated: 40 })
  })
  it('finds film in noise: half of its repeats hidden, others by chance', () => {
    const half = (i: number) => ({ tff: true, top: i % 5 === 2 && i % 2 === 0, bottom: i % 5 === 4 })
    assert.equal(cadence(200, half).kind, 'telecine')
    assert.equal(cadence(200, i => ({ tff: true, top: scattered(i) })).kind, 'interlaced', 'as many, without rhythm')
    const wrong = (i: number) => ({ tff: true, top: i % 5 === 2, bottom: i % 5 === 3 })
    assert.equal(cadence(200, i => (i % 2 ? {} : wrong(i))).kind, 'interlaced', 'neighbours are no pull-down')
  })
  it('survives edits that shift the rhythm, and stretches in which nothing moves', () => {
    assert.equal(cadence(300, i => pulldown(i < 150 ? i : i + 2)).kind, 'telecine')
    assert.equal(cadence(300, i => (i < 150 ? pulldown(i) : { progressive: true, still: true })).kind, 'telecine')
  })
  it('tells film and video in one title', () =>
    assert.equal(cadence(300, i => (i < 150 ? pulldown(i) : { tff: true })).kind, 'mixed'))
  it('does not believe fields of both orders', () =>
    assert.equal(cadence(100, i => (i % 2 ? { tff: true } : { bff: true })).kind, 'progressive'))
  it('says nothing of nothing', () => assert.equal(cadence(0, () => ({})).kind, 'progressive'))
})

describe('analysisSpec', () => {
  it('decodes once for both and looks only for what is wanted', () => {
    const ids = (wants: { crop: boolean; cadence: boolean }) =>
      analysisSpec('a.mov', video, wants).nodes.map(({ id }) => id)
    assert.deepEqual(ids({ crop: true, cadence: true }), ['source', 'decode', 'crop', 'cadence'])
    assert.deepEqual(ids({ crop: false, cadence: true }), ['source', 'decode', 'cadence'])
  })
})
