// The adaptive jitter buffer against a fixed one with the same mean delay, over the simulated networks of test/live.
// Run: node bench/jitter.ts [seconds] [runs]
import { JitterBuffer } from '../src/live/index.ts'
import { makeUnits, mediaUs, networks, play, seeded, type TestUnit, transmit } from '../test/live/simulate.ts'

const seconds = Number(process.argv[2] ?? 300)
const runs = Number(process.argv[3] ?? 5)

type Result = { readonly underruns: number; readonly overdue: number; readonly delayUs: number }

/** Counts waits as the buffer does: one for each time that a unit is not there when it is due. */
function fixed(arrivals: readonly TestUnit[], baseUs: number, depthUs: number): Result {
  let underruns = 0
  let overdue = 0
  let total = 0
  let waits = false
  let lastUs = 0
  const byDts = arrivals.toSorted((a, b) => Number(a.dts - b.dts))
  for (const unit of byDts) {
    const dueUs = mediaUs(unit) + baseUs + depthUs
    const late = unit.arrivalUs > dueUs
    if (late) overdue++
    if (late && !waits) underruns++
    waits = late
    lastUs = Math.max(lastUs, dueUs, unit.arrivalUs)
    total += lastUs - mediaUs(unit) - baseUs
  }
  return { underruns, overdue, delayUs: total / byDts.length }
}

/** The fixed depth whose mean delay is this. */
function fixedWithDelay(arrivals: readonly TestUnit[], baseUs: number, delayUs: number): Result & { depthUs: number } {
  let low = 0
  let high = delayUs
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (fixed(arrivals, baseUs, middle).delayUs > delayUs) high = middle
    else low = middle
  }
  return { ...fixed(arrivals, baseUs, low), depthUs: low }
}

function adaptive(arrivals: readonly TestUnit[], baseUs: number): Result & { lost: number } {
  const buffer = new JitterBuffer<TestUnit>()
  const { out, refused } = play(buffer, arrivals)
  const total = out.reduce((sum, { unit, outUs }) => sum + outUs - mediaUs(unit) - baseUs, 0)
  const { underruns, overdue } = buffer.counts
  return { underruns, overdue, delayUs: total / out.length, lost: refused.length }
}

const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(13) : String(cell).padStart(11))).join('')
console.log(
  `${runs} runs of ${seconds} s each, 25 pictures per second; delay is that of the buffer and the network beyond the shortest way`,
)
console.log(row(['network', 'delay ms', 'waits', 'overdue', 'dropped', 'fixed ms', 'waits', 'overdue']))
for (const [name, model] of Object.entries(networks)) {
  const sum = { delay: 0, waits: 0, overdue: 0, lost: 0, depth: 0, fixedWaits: 0, fixedOverdue: 0 }
  for (let run = 1; run <= runs; run++) {
    const arrivals = transmit(makeUnits({ seconds }), model, seeded(run))
    const baseUs = Math.min(...arrivals.map(unit => unit.arrivalUs - mediaUs(unit)))
    const ours = adaptive(arrivals, baseUs)
    const other = fixedWithDelay(arrivals, baseUs, ours.delayUs)
    sum.delay += ours.delayUs / 1000 / runs
    sum.waits += ours.underruns
    sum.overdue += ours.overdue
    sum.lost += ours.lost
    sum.depth += other.depthUs / 1000 / runs
    sum.fixedWaits += other.underruns
    sum.fixedOverdue += other.overdue
  }
  const { delay, waits, overdue, lost, depth, fixedWaits, fixedOverdue } = sum
  console.log(row([name, delay.toFixed(1), waits, overdue, lost, depth.toFixed(1), fixedWaits, fixedOverdue]))
}
