import assert from 'node:assert/strict'
import { it } from 'node:test'
import { mergeColor, silentColor, toColorTags } from './inspect-color.ts'

const silent = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }

it('keeps absent apart from a value', () => {
  assert.deepEqual(toColorTags(silentColor), silent)
  // H.273: 0 is reserved as primaries and GBR as matrix.
  const zero = { colorPrimaries: 0, colorTrc: 0, colorSpace: 0, colorRange: 0, chromaLocation: 0 }
  assert.deepEqual(toColorTags(zero), { ...silent, matrix: 'gbr' })
})

it('names the code points of H.273', () => {
  const pq = { colorPrimaries: 9, colorTrc: 16, colorSpace: 9, colorRange: 1, chromaLocation: 3 }
  assert.deepEqual(toColorTags(pq), {
    primaries: 'bt2020',
    transfer: 'smpte2084',
    matrix: 'bt2020nc',
    range: 'tv',
    chromaLocation: 'topleft',
  })
})

it('prefers the bitstream, falls back to the container, and names what contradicts', () => {
  const container = { ...silent, primaries: 'bt709', transfer: 'bt709', range: 'pc' } as const
  const bitstream = { ...silent, primaries: 'bt2020', transfer: 'bt709', matrix: 'bt2020nc' } as const
  const color = mergeColor(container, bitstream)
  assert.deepEqual(color.effective, {
    primaries: 'bt2020',
    transfer: 'bt709',
    matrix: 'bt2020nc',
    range: 'pc',
    chromaLocation: null,
  })
  assert.deepEqual(color.contradictions, ['primaries'])
})
