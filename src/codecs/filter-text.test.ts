import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatFilters } from './index.ts'

describe('formatFilters', () => {
  it('escapes both levels of FFmpeg’s syntax', () => {
    assert.equal(
      formatFilters([{ name: 'drawtext', args: { text: "a:b,c;[d]'e'" } }]),
      "drawtext=text=a\\\\:b\\,c\\;\\[d\\]\\\\\\'e\\\\\\'",
    )
    assert.equal(
      formatFilters([
        { name: 'scale', args: { w: 2, h: 4 } },
        { name: 'hflip', args: {} },
      ]),
      'scale=w=2:h=4,hflip',
    )
    assert.equal(formatFilters([]), 'null')
  })
})
