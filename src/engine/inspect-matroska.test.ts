import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type MatroskaOutline, readMatroskaOutline } from './inspect-matroska.ts'

const UNKNOWN = Buffer.from('01ffffffffffffff', 'hex')
/** An element with an 8-byte size, as FFmpeg writes them; `size` replaces the true one. */
const element = (id: string, body: Buffer, size?: Buffer): Buffer => {
  const stated = Buffer.alloc(8)
  stated.writeBigUInt64BE(BigInt(body.length) | (1n << 56n))
  return Buffer.concat([Buffer.from(id, 'hex'), size ?? stated, body])
}
const header = (docType: string): Buffer => element('1a45dfa3', element('4282', Buffer.from(docType)))
const block = element('a3', Buffer.alloc(50))
const outline = (...parts: Buffer[]): Promise<MatroskaOutline | null> => {
  const file = Buffer.concat(parts)
  return readMatroskaOutline(async (offset, length) => file.subarray(offset, offset + length), file.length)
}
const segment = element('18538067', Buffer.concat([element('1549a966', Buffer.alloc(20)), element('1f43b675', block)]))

describe('readMatroskaOutline', () => {
  it('is null for other files', async () => assert.equal(await outline(Buffer.from('RIFF....WAVE')), null))
  it('reads the document type', async () => {
    assert.deepEqual(await outline(header('webm'), segment), { docType: 'webm', missingBytes: 0 })
    assert.equal((await outline(header('matroska\0\0'), segment))?.docType, 'matroska')
  })
  it('counts what a Segment of known size lacks', async () => {
    assert.equal((await outline(header('webm'), segment.subarray(0, -7)))?.missingBytes, 7)
  })
  it('walks Segments and Clusters of unknown size to the last block', async () => {
    const live = (cut: number): Buffer[] => {
      const cluster = element('1f43b675', Buffer.concat([block, block]), UNKNOWN)
      return [
        header('webm'),
        element('18538067', Buffer.concat([cluster, cluster]).subarray(0, -cut || undefined), UNKNOWN),
      ]
    }
    assert.equal((await outline(...live(0)))?.missingBytes, 0)
    assert.equal((await outline(...live(9)))?.missingBytes, 9)
  })
  it('ends at every cut of a file without throwing', async () => {
    const file = Buffer.concat([header('webm'), segment])
    for (let length = 0; length <= file.length; length++) await outline(file.subarray(0, length))
  })
})
