// The conformance matrix: every source for every target, read back by Debian's ffprobe and mediainfo and by parsers of our
// tests, and equal to its plan. HEADEND_CELL=source/delivery runs the cells whose name contains it.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { EncodePlan, type MediaFacts } from '../../src/model/index.ts'
import { TranscodeOptions } from '../../src/plan/index.ts'
import { runPlan } from '../../src/transcode/index.ts'
import { type PlannedFile, planFile } from '../../src/vod/index.ts'
import { type ConformanceSource, conformanceSources, makeSource } from '../media/conformance-sources.ts'
import type { Reading } from './conformance-facts.ts'
import { codedInUhd, type Delivery, deliveries, refusals, truths } from './conformance-matrix.data.ts'
import { promisesOf } from './conformance-promises.ts'
import { compare, formatReadings, readBack } from './read-back.ts'
import { hasTool } from './tools.ts'

const missing = ['ffmpeg', 'ffprobe', 'mediainfo'].filter(tool => !hasTool(tool))
const only = process.env.HEADEND_CELL ?? ''

const extensions: Readonly<Record<string, string>> = {
  mp4: 'mp4',
  mov: 'mov',
  cmaf: 'mp4',
  matroska: 'mkv',
  webm: 'webm',
  mpegts: 'ts',
  flv: 'flv',
  mxf: 'mxf',
}

/** What every cell is asked for: fast, by software, and with several groups in the shortest clip. */
const usual = { preset: 'ultrafast', hw: 'none', gopSeconds: 0.2 } as const

describe('conformance matrix', {
  skip: missing.length > 0 && `${missing.join(', ')} missing`,
  concurrency: 2,
  // Hundreds of cells: the limit of a single test does not fit all of them together.
  timeout: 1_800_000,
}, () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-conformance-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  for (const source of conformanceSources) {
    const cells = deliveries.filter(
      ({ id, from }) => (!from || from.includes(source.id)) && `${source.id}/${id}`.includes(only),
    )
    if (cells.length === 0) continue
    describe(source.id, { concurrency: 1 }, () => {
      let planned: PlannedFile
      before(async () => {
        const { signal } = new AbortController()
        const path = await makeSource(dir, source, signal)
        planned = await planFile(path, TranscodeOptions.parse(usual), { signal, log: silentLog })
      })
      for (const delivery of cells) {
        it(delivery.id, async t => {
          await checkCell(planned, source, delivery, { dir, signal: t.signal })
        })
      }
    })
  }
})

async function checkCell(
  { facts, replan }: PlannedFile,
  source: ConformanceSource,
  delivery: Delivery,
  { dir, signal }: { readonly dir: string; readonly signal: AbortSignal },
): Promise<void> {
  const refusal = refusals.find(each => each.source === source.id && each.delivery === delivery.id)
  const make = (): EncodePlan => EncodePlan.parse(replan(TranscodeOptions.parse({ ...usual, ...delivery.options })))
  if (refusal) {
    const isRefusal = (error: unknown): boolean =>
      error instanceof HeadendError && error.code === refusal.code && Boolean(error.hint)
    assert.throws(make, isRefusal, `${refusal.because}: ${refusal.code} with a hint`)
    return
  }
  const plan = make()
  losesNothingSilently(plan, facts, delivery)
  if (source.id === 'uhd-hdr10' && !codedInUhd.includes(delivery.id)) return
  if (plan.output.kind !== 'file') return assert.fail('one file is asked for')
  const path = join(dir, `${source.id}-${delivery.id.replace(/\W+/g, '-')}.${extensions[plan.output.container]}`)
  await runPlan(plan, { kind: 'one', path }, { signal, log: silentLog })
  const grid = plan.video?.frameRate
  const readings = await readBack(path, grid ? { grid } : {})
  const wrong = compare(promisesOf(plan), readings)
  assert.deepEqual(
    wrong,
    [],
    formatReadings(
      readings,
      wrong.map(({ fact }) => fact),
    ),
  )
  looksLikeItsSource(source, delivery, readings, plan)
  await rm(path)
}

/** HDR becomes SDR, and metadata disappear, only where the plan says so in a choice and in a warning. */
function losesNothingSilently(
  { video, choices, warnings }: EncodePlan,
  facts: MediaFacts,
  { options }: Delivery,
): void {
  const [source] = facts.video
  if (!video || !source || source.hdr.format === 'sdr' || (options.dynamicRange ?? 'keep') !== 'keep') return
  if (video.hdr.format === source.hdr.format) {
    assert.deepEqual(video.hdr.masteringDisplay, source.hdr.masteringDisplay)
    assert.deepEqual(video.hdr.contentLight, source.hdr.contentLight)
    return
  }
  assert.equal(video.hdr.format, 'sdr')
  assert.equal(video.color.primaries, 'bt709')
  assert.ok(choices.some(({ what, over }) => what === 'video.dynamicRange' && over?.includes(source.hdr.format)))
  assert.ok(warnings.some(({ message }) => message.includes(source.hdr.format)))
}

/** Against the source itself, without the plan: the shape on the screen, the length, and the rate where none was asked for. */
function looksLikeItsSource(
  source: ConformanceSource,
  { options }: Delivery,
  readings: readonly Reading[],
  plan: EncodePlan,
): void {
  const truth = truths[source.id]
  assert.ok(truth, `${source.id} has a line among the truths`)
  const said = (fact: string): string | number | undefined =>
    readings.map(({ facts }) => facts[fact]).find(value => value !== undefined)
  const turned = Number(said('rotation') ?? 0) % 180 === 90
  const shown = Number(said('displayAspect'))
  const aspect = turned ? 1 / shown : shown
  // Bars around the picture belong to the frame: then the frame has the target's shape.
  const barred = plan.video?.renditions[0]?.filters.some(({ name }) => name === 'pad')
  const shape = barred ? 16 / 9 : truth.aspect
  assert.ok(Math.abs(aspect / shape - 1) < 0.015, `is ${aspect} wide for each line, the source ${truth.aspect}`)
  const frame = 1 / Number(said('frameRateDecimal'))
  assert.ok(Math.abs(Number(said('duration')) - truth.seconds) < frame, `${said('duration')} s of ${truth.seconds}`)
  if (options.frameRate === undefined && options.deinterlace !== 'field' && said('scan') === 'progressive') {
    const [num, den] = truth.progressive.split('/').map(Number) as [number, number]
    const rates = [num / den, num / den / 2]
    assert.ok(
      rates.some(rate => Math.abs(rate - 1 / frame) < 0.002),
      `${1 / frame} frames per second of ${truth.progressive}`,
    )
  }
}
