// Wall time, CPU and peak memory of a command and all of its children; the two sides of a benchmark, interleaved.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

export type Run = { readonly wallS: number; readonly cpuS: number; readonly peakMiB: number }

/** CPU of a finished child and of its children, by the shell's own accounting; memory by /proc while it runs. */
export async function measure(command: string, args: readonly string[]): Promise<Run> {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@"', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  let peakKiB = 0
  const timer = setInterval(async () => {
    peakKiB = Math.max(peakKiB, await treeMemory(child))
  }, 50)
  const code = await new Promise(resolve => child.on('close', resolve))
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command} failed: ${text}`)
  const [wall, user, system] = text.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number, number]
  return { wallS: wall, cpuS: user + system, peakMiB: peakKiB / 1024 }
}

async function treeMemory(root: ChildProcess): Promise<number> {
  const children = async (pid: number): Promise<number[]> => {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    const direct = text.split(' ').filter(Boolean).map(Number)
    return [pid, ...(await Promise.all(direct.map(children))).flat()]
  }
  const sizes = await Promise.all(
    (await children(root.pid!)).map(async pid => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0)
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

export type Command = { readonly command: string; readonly args: readonly string[] }

/** Runs both commands in turn, prints each round and the ratios of the medians. Everything it says is in seconds and MiB. */
export async function interleave(ours: Command, theirs: Command, rounds: number): Promise<void> {
  const runs: { ours: Run[]; theirs: Run[] } = { ours: [], theirs: [] }
  for (let round = 0; round < rounds; round++) {
    const mine = await measure(ours.command, ours.args)
    const peer = await measure(theirs.command, theirs.args)
    runs.ours.push(mine)
    runs.theirs.push(peer)
    const row = (name: string, run: Run): string =>
      `${name} wall ${run.wallS.toFixed(2)} s, cpu ${run.cpuS.toFixed(2)} s, peak ${run.peakMiB.toFixed(0)} MiB`
    console.log(`  ${round + 1}: ${row('headend', mine)} | ${row('ffmpeg', peer)}`)
  }
  const ratio = (key: keyof Run): string =>
    (median(runs.ours.map(run => run[key])) / median(runs.theirs.map(run => run[key]))).toFixed(3)
  const pairs = runs.ours.map((run, i) => (run.cpuS / runs.theirs[i]!.cpuS).toFixed(2)).join(' ')
  console.log(
    `  median ratios headend/ffmpeg: cpu ${ratio('cpuS')} (per pair ${pairs}), wall ${ratio('wallS')}, peak memory ${ratio('peakMiB')}`,
  )
}
