// ≥ 500 mutated MP4, TS and MKV files through probe and decode: the parent lives, nothing hangs, every end is a known one.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isErrorCode } from '../../src/core/index.ts'
import { makeClip } from '../media/make-media.ts'

const MUTANTS = 170
const CHILD = fileURLToPath(new URL('./fuzz-child.ts', import.meta.url))
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-fuzz-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Told = { n: number; outcome: string; live: number }

/** Runs mutants [from, to); a child that dies is replaced by one that goes on behind the mutant that killed it. */
async function runBatch(seed: string, from: number, to: number, told: Told[]): Promise<void> {
  let next = from
  while (next < to) {
    const child = fork(
      CHILD,
      [seed, join(dir, `mutant-${from}${seed.slice(seed.lastIndexOf('.'))}`), String(next), String(to)],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
    )
    child.on('message', (message: Told) => {
      told.push(message)
      next = message.n + 1
    })
    const killer = setTimeout(() => child.kill('SIGKILL'), 120_000)
    const [code, signal] = await new Promise<[number | null, string | null]>(resolve =>
      child.on('exit', (...end) => resolve(end)),
    )
    clearTimeout(killer)
    if (next < to && (code !== 0 || signal)) told.push({ n: next++, outcome: `died: ${signal ?? code}`, live: 0 })
  }
}

describe('mutated files', () => {
  for (const extension of ['mp4', 'ts', 'mkv']) {
    it(`${MUTANTS} of ${extension}`, async t => {
      const seed = await makeClip(join(dir, `seed.${extension}`), {
        video: 'testsrc2=s=160x90:r=25:d=1,format=yuv420p',
        videoEncoder: { name: 'libx264', options: { preset: 'ultrafast', g: 12 } },
        audio: [{ graph: 'sine=f=440:r=48000:d=1,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
      })
      const told: Told[] = []
      const half = Math.floor(MUTANTS / 2)
      await Promise.all([runBatch(seed, 0, half, told), runBatch(seed, half, MUTANTS, told)])
      assert.equal(told.length, MUTANTS, 'every mutant had an end')
      const known = ({ outcome }: Told): boolean => outcome === 'ok' || isErrorCode(outcome)
      assert.deepEqual(
        told.filter(each => !known(each)),
        [],
        'no hang, no death, no error without a code',
      )
      assert.deepEqual(
        told.filter(each => each.live !== 0),
        [],
        'no frame or packet is left over',
      )
      const counts = Object.groupBy(told, each => each.outcome)
      t.diagnostic(
        Object.entries(counts)
          .map(([outcome, list]) => `${outcome} ${list!.length}`)
          .join(', '),
      )
      assert.ok((counts.ok?.length ?? 0) < MUTANTS, 'mutations do damage')
    })
  }
})
