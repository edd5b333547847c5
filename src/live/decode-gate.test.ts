import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DecodeGate } from './decode-gate.ts'
import type { Importance } from './media-unit.ts'
import type { DecodeLevel } from './pressure.data.ts'

type Unit = { readonly importance: Importance; readonly pts: bigint }
const letters: Readonly<Record<string, Importance>> = { K: 'idr', R: 'reference', l: 'non-reference', a: 'audio' }
const unitsOf = (text: string): Unit[] =>
  [...text].map((letter, at) => ({ importance: letters[letter]!, pts: BigInt(at) }))
/** What passes, in letters; a dot for what does not. */
const passed = (gate: DecodeGate, text: string, level: DecodeLevel): string =>
  unitsOf(text)
    .map((unit, at) => (gate.check(unit, level) === undefined ? text[at] : '.'))
    .join('')

test('it begins at a key frame, and lets sound pass from the first on', () => {
  const gate = new DecodeGate()
  assert.equal(passed(gate, 'aRlaKRl', 'all'), 'a..aKRl')
  assert.deepEqual(gate.counts, { leaf: 0, tail: 0, orphan: 2, leading: 0 })
})

test('each level takes leaves or tails, and keeps every key frame', () => {
  const text = 'K.R.R.R.K.R.....K.RaR...'
  assert.equal(passed(new DecodeGate(), text, 'no-leaves'), 'K.R.R.R.K.R.....K.RaR...')
  // The first GOP's length is not known yet, so it passes whole.
  assert.equal(passed(new DecodeGate(), text, 'heads'), 'K.R.R.R.K.R.....K.RaR...')
  assert.equal(passed(new DecodeGate(), text, 'keys'), 'K.......K.......K..a....')
})

test('a lost reference closes it up to the next key frame, and when pressure ends inside a GOP it stays closed', () => {
  const gate = new DecodeGate()
  passed(gate, 'KRR', 'all')
  gate.lost()
  assert.equal(gate.broken, true)
  assert.equal(passed(gate, 'RlRKR', 'all'), '...KR')
  assert.equal(passed(gate, 'R', 'keys'), '.')
  assert.equal(passed(gate, 'RlK', 'all'), '..K')
})

test('pictures of an open GOP that lead their key frame go with the GOP before, if that was damaged', () => {
  const order = (gate: DecodeGate, lost: boolean): (string | undefined)[] => {
    gate.check({ importance: 'idr', pts: 0n }, 'all')
    if (lost) gate.lost()
    const open: Unit[] = [
      { importance: 'idr', pts: 10n },
      { importance: 'non-reference', pts: 8n },
      { importance: 'reference', pts: 9n },
      { importance: 'reference', pts: 12n },
    ]
    return open.map(unit => gate.check(unit, 'all'))
  }
  assert.deepEqual(order(new DecodeGate(), true), [undefined, 'leading', 'leading', undefined])
  assert.deepEqual(order(new DecodeGate(), false), [undefined, undefined, undefined, undefined])
})

test('what passes can always be decoded: no unit whose chain of references has a hole', () => {
  const arb = fc.array(
    fc.record({
      importance: fc.constantFrom<Importance>('idr', 'reference', 'reference', 'non-reference', 'audio'),
      level: fc.constantFrom<DecodeLevel>('all', 'no-leaves', 'heads', 'keys'),
      lost: fc.boolean(),
    }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(arb, units => {
      const gate = new DecodeGate()
      // A decoder of IPPP: every reference needs the one before it.
      let whole = false
      for (const [at, { importance, level, lost }] of units.entries()) {
        if (lost && importance === 'reference' && at % 7 === 0) {
          gate.lost()
          whole = false
          continue
        }
        const passes = gate.check({ importance, pts: BigInt(at) }, level) === undefined
        if (importance === 'idr' || importance === 'audio') assert.ok(passes)
        if (importance === 'idr') whole = true
        if (passes && importance !== 'audio') assert.ok(whole, `unit ${at}`)
        if (!passes && importance === 'reference') whole = false
      }
    }),
  )
})
