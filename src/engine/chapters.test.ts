// Chapters in synthetic files: where boxes and elements go, what happens to offsets, and what is refused.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError } from '../core/index.ts'
import { writeChapters } from './chapters.ts'
import { formatChpl } from './chapters-iso.ts'
import { formatChapters, formatElement } from './chapters-matroska.ts'
import { joinBox, moveOffsets, replaceInUdta, splitBoxes } from './iso-moov.ts'

const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4)
  return bytes
}
const trak = (table: Buffer): Buffer => joinBox('trak', joinBox('mdia', joinBox('minf', joinBox('stbl', table))))
const stco = (...offsets: number[]): Buffer => joinBox('stco', u32(0, offsets.length, ...offsets))
const find = (bytes: Buffer, ...path: string[]): Buffer =>
  path.reduce((body, type) => splitBoxes(body).boxes.find(box => box.type === type)!.body, bytes)
const stbl = ['trak', 'mdia', 'minf', 'stbl']
const chapter = (startNs: bigint, title: string) => ({ startNs, endNs: startNs + 1n, title })

describe('moveOffsets', () => {
  it('moves what lies behind moov and leaves what lies before', () => {
    const moov = trak(stco(50, 1000, 2000))
    const { body, by } = moveOffsets(moov, 1000, () => 16)
    assert.equal(by, 16)
    assert.deepEqual(find(body, ...stbl, 'stco'), u32(0, 3, 50, 1016, 2016))
    assert.deepEqual(find(moov, ...stbl, 'stco'), u32(0, 3, 50, 1000, 2000), 'the input is left as it is')
  })

  it('widens every table when one offset passes 4 GiB, and counts the growth of the tables', () => {
    const moov = Buffer.concat([trak(stco(1000, 0xffff_fff0)), trak(stco(2000))])
    const { body, by } = moveOffsets(moov, 1000, grown => 20 + grown.length - moov.length)
    assert.equal(by, 20 + 3 * 4)
    assert.equal(body.length, moov.length + 3 * 4)
    const wide = find(body, ...stbl, 'co64')
    assert.equal(wide.readBigUInt64BE(8), 1032n)
    assert.equal(wide.readBigUInt64BE(16), 0xffff_fff0n + 32n)
    const second = find(splitBoxes(body).boxes[1]!.whole, ...stbl, 'co64')
    assert.equal(second.readBigUInt64BE(8), 2032n)
  })

  it('stays narrow at the very last offset that fits', () => {
    const { body } = moveOffsets(trak(stco(0xffff_ffff - 16)), 0, () => 16)
    assert.equal(find(body, ...stbl, 'stco').readUInt32BE(8), 0xffff_ffff)
    assert.equal(
      splitBoxes(find(moveOffsets(trak(stco(0xffff_ffff - 15)), 0, () => 16).body, ...stbl)).boxes[0]?.type,
      'co64',
    )
  })

  it('moves offsets of 64 bits', () => {
    const table = Buffer.concat([u32(0, 1), Buffer.from('0000001000000000', 'hex')])
    const { body } = moveOffsets(trak(joinBox('co64', table)), 100, () => 9)
    assert.equal(find(body, ...stbl, 'co64').readBigUInt64BE(8), 0x1000000009n)
  })
})

describe('replaceInUdta', () => {
  it('makes a udta, keeps what is in one, replaces its own, and leaves QuickTime its last zero', () => {
    const box = joinBox('chpl', Buffer.from('new'))
    assert.deepEqual(
      replaceInUdta(joinBox('mvhd'), 'chpl', box),
      Buffer.concat([joinBox('mvhd'), joinBox('udta', box)]),
    )
    const old = joinBox('udta', joinBox('chpl', Buffer.from('old')), joinBox('meta'), u32(0))
    assert.deepEqual(replaceInUdta(old, 'chpl', box), joinBox('udta', box, joinBox('meta'), u32(0)))
  })
})

describe('formatChpl', () => {
  it('counts at most 255 chapters and cuts titles between characters', () => {
    const body = formatChpl(Array.from({ length: 300 }, (_, i) => chapter(BigInt(i) * 1_000_000_000n, 'x'))).subarray(8)
    assert.equal(body[8], 255)
    assert.equal(body.readBigUInt64BE(9 + 10), 10_000_000n)
    const long = formatChpl([chapter(0n, `${'a'.repeat(254)}é`)]).subarray(8)
    assert.equal(long[9 + 8], 254)
  })
})

describe('writeChapters', () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-chapters-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))
  const { signal } = new AbortController()
  const one = [{ start: '0/1', end: '1/1', title: 'A' } as const]
  const put = async (name: string, ...parts: Buffer[]): Promise<string> => {
    const path = join(dir, name)
    await writeFile(path, Buffer.concat(parts))
    return path
  }
  const media = Buffer.from('media data that must not change')

  it('moves the media behind a moov, and the index of fragments with it', async () => {
    const ftyp = joinBox('ftyp', Buffer.from('isom'), u32(0))
    const moovSize = joinBox('moov', trak(stco(0))).length
    const mediaAt = ftyp.length + moovSize + 8
    // One entry: time, offset, three numbers of one byte (8.8.10), narrow.
    const tfra = joinBox('tfra', u32(0, 1, 0, 1, 7, mediaAt), Buffer.from([1, 1, 1]))
    const path = await put(
      'front.mp4',
      ftyp,
      joinBox('moov', trak(stco(mediaAt))),
      joinBox('mdat', media),
      joinBox('mfra', tfra),
    )
    await writeChapters(path, 'mp4', one, { signal })
    const bytes = await readFile(path)
    const boxes = splitBoxes(bytes)
    assert.deepEqual(
      boxes.boxes.map(({ type }) => type),
      ['ftyp', 'moov', 'mdat', 'mfra'],
    )
    assert.equal(boxes.remainder.length, 0)
    const at = find(bytes, 'moov', ...stbl, 'stco').readUInt32BE(8)
    assert.deepEqual(bytes.subarray(at, at + media.length), media)
    assert.equal(find(bytes, 'mfra', 'tfra').readUInt32BE(20), at)
    assert.equal(find(bytes, 'moov', 'udta', 'chpl')[8], 1)
  })

  it('uses a free box where one is large enough, and again when fewer chapters take the place of many', async () => {
    const moov = joinBox('moov', trak(stco(0)))
    const path = await put('free.mp4', moov, joinBox('free', Buffer.alloc(200)), joinBox('mdat', media))
    const size = (await readFile(path)).length
    const many = [...one, { start: '1/1', end: '2/1', title: 'B' } as const]
    for (const chapters of [many, one, many]) {
      await writeChapters(path, 'mov', chapters, { signal })
      const bytes = await readFile(path)
      assert.equal(bytes.length, size)
      assert.deepEqual(
        splitBoxes(bytes).boxes.map(({ type }) => type),
        ['moov', 'free', 'mdat'],
      )
      assert.equal(find(bytes, 'moov', 'udta', 'chpl')[8], chapters.length)
    }
  })

  it('grows a moov at the end of the file', async () => {
    const path = await put('end.mp4', joinBox('mdat', media), joinBox('moov', trak(stco(8))))
    await writeChapters(path, 'mp4', one, { signal })
    const bytes = await readFile(path)
    assert.equal(find(bytes, 'moov', ...stbl, 'stco').readUInt32BE(8), 8)
    assert.equal(splitBoxes(bytes).remainder.length, 0)
  })

  it('fills a Matroska SeekHead to the last byte and refuses one without room', async () => {
    const segmentOf = (room: number): Buffer => {
      const seekHead = formatElement(0x114d9b74, Buffer.alloc(0), 1)
      const space = formatElement(0xec, Buffer.alloc(room - 2), 1)
      return Buffer.concat([
        formatElement(0x1a45dfa3, Buffer.alloc(0)),
        formatElement(0x18538067, Buffer.concat([seekHead, space, formatElement(0x1f43b675, media)]), 8),
      ])
    }
    // The entry takes 14 bytes: two headers of 3 bytes, an id of 4, a position of 1, and its own header of 3.
    const entry = 14
    for (let room = entry; room < entry + 14; room++) {
      const file = segmentOf(room)
      const path = await put(`room${room}.mkv`, file)
      await writeChapters(path, 'matroska', one, { signal })
      const bytes = await readFile(path)
      const chapters = formatChapters([{ startNs: 0n, endNs: 1_000_000_000n, title: 'A' }])
      assert.equal(bytes.length, file.length + chapters.length)
      assert.deepEqual(bytes.subarray(file.length), chapters)
      assert.equal(bytes.indexOf(media), file.indexOf(media), 'the media stay where they are')
      assert.equal(bytes.readBigUInt64BE(9) & 0xff_ffff_ffff_ffffn, BigInt(bytes.length - 17))
    }
    const narrow = await put('narrow.mkv', segmentOf(entry - 1))
    await assert.rejects(
      writeChapters(narrow, 'matroska', one, { signal }),
      (error: unknown) => error instanceof HeadendError && error.code === 'HE_MUX_FAILED',
    )
  })

  it('refuses formats without chapters and damaged files, and does nothing when there are none', async () => {
    const path = await put('x.ts', media)
    await writeChapters(path, 'mpegts', [], { signal })
    for (const format of ['mpegts', 'mp4', 'webm'])
      await assert.rejects(writeChapters(path, format, one, { signal }), { code: 'HE_MUX_FAILED' })
    assert.deepEqual(await readFile(path), media)
  })
})
