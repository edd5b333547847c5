import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { combinedLoudness, speechLoudness } from './combine.ts'

const near = (value: number | null, wanted: number): void =>
  assert.ok(value !== null && Math.abs(value - wanted) < 1e-9, `${value}, not ${wanted}`)

describe('combinedLoudness', () => {
  it('is the mean energy of all blocks that pass the gates together', () => {
    near(combinedLoudness([[null, -20, -20], [-20]]), -20)
    // Equal shares of −20 and −23.0103 (half of the energy): the mean is three quarters.
    near(combinedLoudness([[-20], [-20 + 10 * Math.log10(0.5)]]), -20 + 10 * Math.log10(0.75))
    // A quiet programme falls through the relative gate of the album, though it has a loudness of its own.
    near(combinedLoudness([[-20, -20], [-45]]), -20)
  })
  it('has no value of silence', () => assert.equal(combinedLoudness([[null], [-71]]), null))
})

describe('speechLoudness', () => {
  const programme = [-30, -20, -30, -10, null, -90]
  it('takes the programme where the dialogue passes its gates', () => {
    const { integratedLufs, share } = speechLoudness(programme, [-25, null, -25, -60, -25, -25])
    near(integratedLufs, -30)
    assert.equal(share, 0.5)
  })
  it('shifts a dialogue that begins later', () => near(speechLoudness(programme, [-25], 3).integratedLufs, -10))
  it('has no value without speech', () =>
    assert.deepEqual(speechLoudness(programme, [null, -80]), { integratedLufs: null, share: 0 }))
})
