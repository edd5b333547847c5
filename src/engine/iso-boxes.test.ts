import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ReadAt } from './inspect-bytes.ts'
import { type IsoOutline, readIsoOutline } from './iso-boxes.ts'

const u32 = (...values: number[]): Buffer => {
  const data = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) data.writeUInt32BE(value, i * 4)
  return data
}
const box = (type: string, ...body: Buffer[]): Buffer => {
  const content = Buffer.concat(body)
  return Buffer.concat([u32(content.length + 8), Buffer.from(type, 'latin1'), content])
}
const large = (type: string, body: Buffer): Buffer => {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(body.length + 16))
  return Buffer.concat([u32(1), Buffer.from(type), size, body])
}
const brand = (name: string): Buffer => box('ftyp', Buffer.from(name), u32(0))
const full = (type: string, ...body: Buffer[]): Buffer => box(type, u32(0), ...body)
/** One track of samples of 10 bytes, `perChunk` in each of the chunks at `offsets`. */
const track = (offsets: number[], perChunk: number, flags = 1): Buffer =>
  box(
    'trak',
    box(
      'mdia',
      box(
        'minf',
        box('dinf', full('dref', u32(1), box('url ', u32(flags)))),
        box(
          'stbl',
          full('stsz', u32(0, offsets.length * perChunk), ...Array(offsets.length * perChunk).fill(u32(10))),
          full('stsc', u32(1, 1, perChunk, 1)),
          full('stco', u32(offsets.length, ...offsets)),
        ),
      ),
    ),
  )
const mvhd = full('mvhd', u32(0, 0, 600, 900), Buffer.alloc(80))
const outline = (...parts: Buffer[]): Promise<IsoOutline | null> => {
  const file = Buffer.concat(parts)
  const readAt: ReadAt = async (offset, length) => file.subarray(offset, offset + length)
  return readIsoOutline(readAt, file.length)
}
const mdat = box('mdat', Buffer.alloc(100))

describe('readIsoOutline', () => {
  it('is null for what begins with no box of a media file', async () => {
    assert.equal(await outline(Buffer.from('This is a letter, not a film.')), null)
    assert.equal(await outline(Buffer.alloc(64)), null)
    assert.equal(await outline(Buffer.alloc(3)), null)
  })
  it('tells fast start, brand and duration', async () => {
    const front = await outline(brand('mp42'), box('moov', mvhd), mdat)
    assert.equal(front?.majorBrand, 'mp42')
    assert.equal(front?.fastStart, true)
    assert.deepEqual(front?.duration, { num: 3n, den: 2n })
    assert.equal((await outline(brand('qt  '), mdat, box('moov', mvhd)))?.fastStart, false)
  })
  it('tells fragments by moof and by mvex', async () => {
    const plain = box('moov', mvhd)
    assert.equal((await outline(brand('iso6'), plain, mdat))?.fragmented, false)
    assert.equal((await outline(brand('iso6'), plain, box('moof'), mdat))?.fragmented, true)
    assert.equal((await outline(brand('iso6'), box('moov', mvhd, box('mvex'))))?.fragmented, true)
  })
  it('walks over 64-bit sizes, and a last box of size 0 reaches to the end', async () => {
    const wide = await outline(brand('mp42'), large('mdat', Buffer.alloc(50)), box('moov', mvhd))
    assert.equal(wide?.hasMoov, true)
    assert.equal(wide?.missingBytes, 0)
    const open = await outline(brand('mp42'), box('moov', mvhd), u32(0), Buffer.from('mdat'), Buffer.alloc(40))
    assert.equal(open?.missingBytes, 0)
    assert.equal(open?.fastStart, true)
  })
  it('sees a lost moov, and one that is cut', async () => {
    assert.equal((await outline(brand('mp42'), mdat))?.hasMoov, false)
    const cut = await outline(brand('mp42'), mdat, box('moov', mvhd).subarray(0, 40))
    assert.equal(cut?.moovCut, true)
  })
  it('counts what the sample tables promise beyond the end', async () => {
    const head = brand('mp42')
    // The size of moov does not depend on the offsets in it.
    const size = head.length + box('moov', mvhd, track([0, 0], 5)).length
    const whole = box('moov', mvhd, track([size + 8, size + 58], 5))
    assert.equal((await outline(head, whole, mdat))?.missingBytes, 0)
    assert.equal((await outline(head, whole, mdat.subarray(0, 78)))?.missingBytes, 30)
  })
  it('does not call a file cut whose mdat only claims too much', async () => {
    const head = brand('mp42')
    const size = head.length + box('moov', mvhd, track([0], 5)).length
    const found = await outline(head, box('moov', mvhd, track([size + 8], 5)), mdat.subarray(0, 78))
    assert.equal(found?.missingBytes, 0)
    assert.equal(found?.longBox, 'mdat')
  })
  it('calls a fragmented file cut whose last box is', async () => {
    const found = await outline(brand('iso6'), box('moov', mvhd, box('mvex')), box('moof'), mdat.subarray(0, 60))
    assert.equal(found?.missingBytes, mdat.length - 60)
  })
  it('leaves out tracks whose media lie in another file', async () => {
    assert.equal((await outline(brand('qt  '), box('moov', mvhd, track([1e9], 5, 0)), mdat))?.missingBytes, 0)
  })
  it('ends at every cut of a file without throwing', async () => {
    const file = Buffer.concat([brand('mp42'), box('moov', mvhd, track([300, 350], 5)), mdat])
    for (let length = 0; length <= file.length; length++) await outline(file.subarray(0, length))
  })
})
