// The search for a ladder: encodes and time it takes, what it loses against trying everything, and what bisecting per size takes.
// Run: npm run bench:ladder [-- --exhaustive] [--preset veryfast] [--out table.json] [<file> …]
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type RunOptions, silentLog } from '../src/core/index.ts'
import { bdRate, type HullPoint, upperHull } from '../src/ladder/index.ts'
import type { Ladder } from '../src/model/index.ts'
import { findLadder } from '../src/per-title/index.ts'
import { openSearch } from '../src/per-title/open-search.ts'
import { searchedSettings } from '../src/per-title/search-codec.ts'
import { LadderOptions } from '../src/plan/index.ts'
import { probe } from '../src/probe/index.ts'
import { ladderClips, makeLadderClip } from '../test/media/ladder-clips.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    exhaustive: { type: 'boolean', default: false },
    preset: { type: 'string', default: 'medium' },
    out: { type: 'string' },
    clips: { type: 'string' },
  },
})
const run: RunOptions = { signal: new AbortController().signal, log: silentLog }
const options = LadderOptions.parse({ preset: values.preset })

/** Settings of every size with the figures of the whole title, the size first. */
type Table = Record<string, { readonly crf: number; readonly bitrateBps: number; readonly vmaf: number }[]>

async function tryAll(path: string): Promise<{ table: Table; seconds: number }> {
  const facts = await probe(path, { ...run, scan: 'full' })
  await using opened = await openSearch(facts, { ...run, options, cache: false })
  const { search, candidatesOf, title } = opened
  const started = performance.now()
  const length = (title.grid.frames * Number(title.rate.den)) / Number(title.rate.num)
  const { from, to } = searchedSettings.h264
  const table: Table = {}
  for (const candidate of candidatesOf('h264')) {
    const trials = Array.from({ length: to - from + 1 }, (_, i) => ({
      codec: 'h264' as const,
      candidate,
      crf: from + i,
    }))
    const tried = await search.attempt(trials, run)
    table[candidate.id] = tried.map(({ bits, vmaf }, i) => ({ crf: from + i, bitrateBps: bits / length, vmaf }))
  }
  return { table, seconds: (performance.now() - started) / 1000 }
}

type Point = Pick<HullPoint, 'logRate' | 'vmaf'>
const pointsOf = (table: Table): Point[] =>
  Object.values(table)
    .flat()
    .filter(({ vmaf, bitrateBps }) => vmaf >= LEAST && bitrateBps >= options.minBitrate)
    .map(({ bitrateBps, vmaf }) => ({ logRate: Math.log2(bitrateBps), vmaf }))
/** What lies below is not searched, nor what is below the least rate. */
const LEAST = 30

/** The settings that the search took for the hull, with what they truly give. */
function truthOf(ladder: Ladder, table: Table): Point[] {
  const full = ladder.picture.frameRate
  return ladder.hull.flatMap(({ width, height, frameRate, crf }) => {
    const row = table[`${width}x${height}${frameRate === full ? '' : 'h'}`]?.find(each => each.crf === crf)
    return row ? [{ logRate: Math.log2(row.bitrateBps), vmaf: row.vmaf }] : []
  })
}

/** Encodes of bisecting for the VMAF of each rung at each size, none made twice: what most scripts do. */
function bisect(ladder: Ladder, table: Table): number {
  let encodes = 0
  for (const rows of Object.values(table)) {
    const made = new Set<number>()
    for (const { vmaf } of ladder.rungs) {
      let [low, high] = [0, rows.length - 1]
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        made.add(middle)
        if (rows[middle]!.vmaf >= vmaf) low = middle
        else high = middle - 1
      }
    }
    encodes += made.size
  }
  return encodes
}

const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`)

const dir = await mkdtemp(join(tmpdir(), 'headend-bench-ladder-'))
const tables: Record<string, Table> = {}
try {
  const wanted = values.clips?.split(',')
  const made = positionals.length > 0 ? [] : Object.keys(ladderClips).filter(name => wanted?.includes(name) ?? true)
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, preset ${values.preset}`,
  )
  for (const name of [...positionals, ...made]) {
    const path = positionals.includes(name) ? name : await makeLadderClip(name, join(dir, `${name}.mkv`))
    const facts = await probe(path, { ...run, scan: 'full' })
    const started = performance.now()
    const { ladder, tally } = await findLadder(facts, { ...run, options, cache: false })
    const all = (performance.now() - started) / 1000
    const { comparedToFixed, sample, hullEncodes, encodes, rungs } = ladder
    console.log(
      `\n${name}: ${rungs.map(({ height, bitrateKbps, vmaf }) => `${height}p ${bitrateKbps} kbit/s ${vmaf}`).join(', ')}`,
    )
    for (const [size, probes] of Map.groupBy(
      ladder.probes,
      each => `${each.width}x${each.height} at ${each.frameRate}`,
    ))
      console.log(
        `  ${size}: ${probes.map(({ crf, bitrateKbps, vmaf }) => `CRF ${crf} ${bitrateKbps} kbit/s ${vmaf}`).join(', ')}`,
      )
    console.log(
      `  ${encodes} encodes (${hullEncodes} for the hull) of ${sample.frames} frames in ${all.toFixed(1)} s: ` +
        `decode and encode ${tally.encodeS.toFixed(1)} s, decode and VMAF ${tally.scoreS.toFixed(1)} s, ` +
        `the rest (probe, complexity, sample) ${(all - tally.encodeS - tally.scoreS).toFixed(1)} s`,
    )
    console.log(
      `  against fixed rates: ${percent(comparedToFixed.savedAtSameVmaf)} fewer bits at the same VMAF, ` +
        `BD-rate ${percent(comparedToFixed.bdRate)}, ${percent(comparedToFixed.savedStorage)} fewer bits stored`,
    )
    if (!values.exhaustive) continue
    const { table, seconds } = await tryAll(path)
    tables[name] = table
    const count = Object.values(table).flat().length
    const loss = bdRate(upperHull(pointsOf(table)), truthOf(ladder, table))
    const others = bisect(ladder, table)
    console.log(
      `  against all ${count} settings (${seconds.toFixed(0)} s): 1/${(count / hullEncodes).toFixed(1)} of the encodes, hull loses ${loss === null ? '–' : (100 * loss).toFixed(3)} % of BD-rate; ` +
        `bisecting per size and rung takes ${others} encodes, ${(others / encodes).toFixed(1)} times as many`,
    )
    if (values.out) await writeFile(values.out, `${JSON.stringify(tables)}\n`)
  }
} finally {
  await rm(dir, { recursive: true, force: true })
}
