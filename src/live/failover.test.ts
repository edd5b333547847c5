import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Failover, type InputHealth } from './failover.ts'
import { failoverDefaults } from './source-states.data.ts'

const ms = 1000
const bad: InputHealth = { state: 'slate', lastKeyUs: 0 }
const good = (lastKeyUs: number): InputHealth => ({ state: 'live', lastKeyUs })

/** Steps every 100 ms; keys come once a second. Returns when and to what it changed. */
function run(
  failover: Failover,
  { fromMs = 0, toMs }: { fromMs?: number; toMs: number },
  health: (atMs: number) => { primary: boolean; backup: boolean },
): string[] {
  const changes: string[] = []
  for (let at = fromMs; at < toMs; at += 100) {
    const { primary, backup } = health(at)
    const keyUs = Math.floor(at / 1000) * 1000 * ms
    const reading = failover.step(at * ms, {
      primary: primary ? good(keyUs) : bad,
      backup: backup ? good(keyUs) : bad,
    })
    if (reading.changed) changes.push(`${at} ${reading.active}`)
  }
  return changes
}

test('the backup is taken at its key frame, and the primary again once it was good for long', () => {
  const failover = new Failover()
  const changes = run(failover, { toMs: 60_000 }, at => ({ primary: at < 10_000 || at >= 15_050, backup: true }))
  // Bad from 10.0 s, armed at 10.3 s, key at 11 s; good from 15.1 s, armed 20 s later, key at 36 s.
  assert.deepEqual(changes, ['11000 backup', '36000 primary'])
})

test('a backup that is bad is never taken, and one that goes bad before its key frame is let go', () => {
  assert.deepEqual(
    run(new Failover(), { toMs: 30_000 }, () => ({ primary: false, backup: false })),
    [],
  )
  const failover = new Failover()
  assert.deepEqual(
    run(failover, { toMs: 10_700 }, at => ({ primary: at < 10_000, backup: true })),
    [],
  )
  assert.deepEqual(
    run(failover, { fromMs: 10_700, toMs: 20_000 }, () => ({ primary: false, backup: false })),
    [],
  )
})

test('a primary that is good again before the cut stays', () => {
  const failover = new Failover()
  assert.deepEqual(
    run(failover, { toMs: 30_000 }, at => ({ primary: at < 10_000 || at >= 10_700, backup: true })),
    [],
  )
})

test('without revert it stays; by hand it goes anywhere, and back to itself', () => {
  const failover = new Failover({ revertUs: null })
  assert.deepEqual(
    run(failover, { toMs: 100_000 }, at => ({ primary: at < 5_000 || at > 9_000, backup: true })),
    ['6000 backup'],
  )
  failover.force('primary')
  assert.deepEqual(
    run(failover, { fromMs: 100_000, toMs: 103_000 }, () => ({ primary: true, backup: true })),
    ['100000 primary'],
  )
  failover.force(null)
  assert.deepEqual(
    run(failover, { fromMs: 103_000, toMs: 130_000 }, at => ({ primary: at < 110_000, backup: true })),
    ['111000 backup'],
  )
})

test('however the inputs flap: only to a good input, and never twice within the dwell', () => {
  const arb = fc.array(
    fc.record({ primary: fc.boolean(), backup: fc.boolean(), lastMs: fc.integer({ min: 1, max: 300 }) }),
    {
      maxLength: 80,
    },
  )
  fc.assert(
    fc.property(arb, phases => {
      const failover = new Failover({ revertUs: 5_000 * ms })
      let at = 0
      let lastChange = Number.NEGATIVE_INFINITY
      for (const { lastMs, ...health } of phases)
        for (const end = at + lastMs * 100; at < end; at += 100) {
          for (const change of run(failover, { fromMs: at, toMs: at + 100 }, () => health)) {
            assert.ok(change.endsWith('primary') ? health.primary : health.backup)
            assert.ok((at - lastChange) * ms >= failoverDefaults.dwellUs)
            lastChange = at
          }
        }
    }),
  )
})
