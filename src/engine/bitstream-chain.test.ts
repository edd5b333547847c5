import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HeadendError } from '../core/index.ts'
import { parseBitstreamFilters } from './bitstream-chain.ts'

describe('the text of bitstream filters', () => {
  it('is names with options, in a row', () => {
    assert.deepEqual(parseBitstreamFilters('hevc_metadata=aud=remove:level=5.1, dovi_rpu=strip=1,null'), [
      {
        name: 'hevc_metadata',
        options: [
          ['aud', 'remove'],
          ['level', '5.1'],
        ],
      },
      { name: 'dovi_rpu', options: [['strip', '1']] },
      { name: 'null', options: [] },
    ])
  })
  it('keeps what stands after a backslash, and equal signs in values', () => {
    assert.deepEqual(parseBitstreamFilters('setts=pts=if(eq(N\\,0)\\,PTS\\,PTS+1):a=b=c'), [
      {
        name: 'setts',
        options: [
          ['pts', 'if(eq(N,0),PTS,PTS+1)'],
          ['a', 'b=c'],
        ],
      },
    ])
  })
  it('refuses an option without a value', () => {
    assert.throws(
      () => parseBitstreamFilters('dovi_rpu=strip'),
      error => error instanceof HeadendError && error.code === 'HE_OPTION_UNKNOWN',
    )
  })
})
