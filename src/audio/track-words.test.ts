import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { audioFacts } from '../../test/media/sample-facts.ts'
import { applyRoles, matchTracks, offsetsOf, pickTracks, trackRole } from './index.ts'

const tracks = [
  audioFacts({ index: 1, language: 'eng' }),
  audioFacts({ index: 2, language: 'deu', dispositions: [] }),
  audioFacts({ index: 4, language: 'eng', dispositions: ['comment'] }),
  audioFacts({ index: 5, language: 'eng', dispositions: ['visual_impaired'] }),
  audioFacts({ index: 6, language: null, dispositions: [] }),
]
const found = (word: string): number[] => matchTracks(tracks, word).map(({ index }) => index)

describe('words for tracks', () => {
  it('mean an index, a place, a language, a role, or language and role', () => {
    assert.deepEqual(found('4'), [4])
    assert.deepEqual(found('a:1'), [2])
    assert.deepEqual(found('eng'), [1, 4, 5])
    assert.deepEqual(found('en'), [1, 4, 5], 'two letters mean the same language')
    assert.deepEqual(found('de:main'), [2])
    assert.deepEqual(found('commentary'), [4])
    assert.deepEqual(found('eng:description'), [5])
    assert.deepEqual(found('und'), [6])
    assert.deepEqual(found('eng:nonsense'), [])
  })

  it('give each track once, in their order, or say what there is', () => {
    assert.deepEqual(
      pickTracks(tracks, ['deu', 'eng:main', '1', '6']).map(({ index }) => index),
      [2, 1, 6],
    )
    assert.throws(() => pickTracks(tracks, ['fra']), { code: 'HE_PLAN_IMPOSSIBLE', hint: /1 \(eng:main, stereo\)/ })
  })

  it('set roles in place of those that the source states', () => {
    const changed = applyRoles(tracks, ['2=description', '4=main'])
    assert.deepEqual(changed.map(trackRole), ['main', 'description', 'main', 'description', 'main'])
    assert.deepEqual(changed[0]?.dispositions, ['default'])
    assert.throws(() => applyRoles(tracks, ['2=director']), { code: 'HE_PLAN_IMPOSSIBLE' })
  })

  it('set offsets in milliseconds or seconds', () => {
    assert.deepEqual(
      [...offsetsOf(tracks, ['deu=+40ms', '6=-0.5s'])],
      [
        [2, 0.04],
        [6, -0.5],
      ],
    )
    assert.throws(() => offsetsOf(tracks, ['deu=40']), { code: 'HE_PLAN_IMPOSSIBLE' })
  })
})
