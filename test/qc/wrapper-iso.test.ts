// Checks of MP4 and QuickTime files: each fault is put into a good clip and has to be found; good clips give no finding.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { checks } from '../../src/qc/index.ts'
import { hasTool } from '../e2e/tools.ts'
import { boxesOf, editBox, makeBox, replaceBody } from './byte-editor.ts'
import { look, makeWrapperClip, remux } from './wrapper-kit.ts'

const timecode = checks.find(({ id }) => id === 'wrapper.timecode')!
let dir: string
/** Index in front, index behind, fragments with an index of them. */
let fast: string
let slow: string
let fragmented: string
let slowBytes: Buffer
let fragmentBytes: Buffer

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-wrapper-iso-'))
  fast = await makeWrapperClip(dir, 'fast.mp4', { muxOptions: { movflags: '+faststart' } })
  slow = await makeWrapperClip(dir, 'slow.mp4')
  const movflags = '+frag_keyframe+empty_moov+default_base_moof+global_sidx'
  fragmented = await makeWrapperClip(dir, 'fragments.mp4', { muxOptions: { movflags } })
  slowBytes = await readFile(slow)
  fragmentBytes = await readFile(fragmented)
})
after(() => rm(dir, { recursive: true, force: true }))

const put = async (name: string, bytes: Buffer): Promise<string> => {
  const path = join(dir, name)
  await writeFile(path, bytes)
  return path
}

/** What is found beside the index behind the media, which `broadcast` takes. */
const told = async (name: string, bytes: Buffer): Promise<string[]> =>
  (await look(await put(name, bytes), 'broadcast')).findings.map(
    ({ check, subject, measured }) => `${check} ${subject}: ${measured}`,
  )

describe('good files', () => {
  it('MP4, fragments and QuickTime: no finding', async () => {
    const cmaf = await makeWrapperClip(dir, 'cmaf.mp4', {
      muxOptions: { movflags: '+cmaf+frag_keyframe+empty_moov+delay_moov' },
    })
    const mov = await remux(fast, join(dir, 'clean.mov'), 'mov', {
      tracks: [{ stream: 0, tags: { timecode: '10:00:00:00' } }, { stream: 1 }],
      options: { movflags: '+faststart' },
    })
    for (const path of [fast, fragmented, cmaf, mov])
      for (const profile of ['ott', 'broadcast'] as const) {
        const { findings, outcome } = await look(path, profile)
        assert.deepEqual(findings, [], `${path} ${profile}`)
        assert.equal(outcome('wrapper.timestamps').status, 'pass')
        assert.equal(outcome('wrapper.ts-pcr').status, 'skipped')
      }
    const { outcome } = await look(mov, 'broadcast', { 'wrapper.timecode': { start: '10:00:00:00' } })
    assert.equal(outcome('wrapper.timecode').status, 'pass')
  })
})

describe('wrapper.fast-start', () => {
  it('an index behind the media, as MediaInfo says too', async t => {
    const [found] = (await look(slow, 'ott')).of('wrapper.fast-start')
    const at = (type: string): number => [...boxesOf(slowBytes)].find(each => each.path === type)!.start
    assert.equal(found?.measured, `moov at byte ${at('moov')}, media at byte ${at('mdat')}`)
    if (!hasTool('mediainfo')) return t.skip('mediainfo is not here')
    const streamable = (path: string): string =>
      execFileSync('mediainfo', ['--Inform=General;%IsStreamable%', path], { encoding: 'utf8' }).trim()
    assert.deepEqual([streamable(slow), streamable(fast)], ['No', 'Yes'])
  })
})

describe('wrapper.fragments', () => {
  const edit = (path: string, nth: number, change: (body: Buffer) => void): Buffer =>
    editBox(fragmentBytes, path, nth, change)

  it('a fragment that begins late', async () => {
    // Of two tracks: the fifth traf is the picture of the third fragment, at 2 s.
    const bytes = edit('moof.traf.tfdt', 4, tfdt => {
      const long = tfdt[0] === 1
      if (long) tfdt.writeBigUInt64BE(tfdt.readBigUInt64BE(4) + 6400n, 4)
      else tfdt.writeUInt32BE(tfdt.readUInt32BE(4) + 6400, 4)
    })
    const found = (await look(await put('late.mp4', bytes))).of('wrapper.fragments')
    // Late itself, and the next one is early by as much.
    assert.equal(found.length, 2)
    assert.equal(found[0]?.measured, '500.0 ms off')
    assert.ok(Math.abs(found[0].startS! - 2) < 0.2 && Math.abs(found[0].endS! - 2.5) < 0.2, `${found[0].startS}`)
  })

  it('a fragment without tfdt, numbers that repeat, and an index that names other bytes', async () => {
    const untimed = Buffer.from(fragmentBytes)
    const { start } = [...boxesOf(untimed)].filter(each => each.path === 'moof.traf.tfdt')[2]!
    untimed.write('free', start + 4, 'latin1')
    assert.match((await told('untimed.mp4', untimed)).join(), /wrapper\.fragments file: 1 without tfdt, of 4 fragments/)
    const numbers = edit('moof.mfhd', 2, mfhd => mfhd.writeUInt32BE(1, 4))
    assert.match((await told('numbers.mp4', numbers)).join(), /wrapper\.fragments file: does not rise once/)
    const index = edit('sidx', 0, sidx => {
      const first = sidx[0] === 1 ? 32 : 24
      sidx.writeUInt32BE(sidx.readUInt32BE(first) + 8, first)
    })
    assert.match((await told('index.mp4', index)).join(), /wrapper\.fragments file: sidx names byte \d+, where no/)
  })
})

describe('wrapper.edit-list', () => {
  const track = 'moov.trak.edts.elst'
  const movieScale = (): number =>
    [...boxesOf(slowBytes)].find(({ path }) => path === 'moov.mvhd')!.body.readUInt32BE(12)

  it('another rate, much hidden media, and an edit beyond the media', async () => {
    const rate = editBox(slowBytes, track, 0, elst => elst.writeInt16BE(2, 16))
    assert.deepEqual(
      (await look(await put('rate.mp4', rate), 'broadcast')).of('wrapper.edit-list')[0]?.measured,
      'rate 2',
    )
    const hidden = editBox(slowBytes, track, 0, elst => {
      elst.writeUInt32BE(elst.readUInt32BE(8) - 2 * movieScale(), 8)
      elst.writeInt32BE(elst.readInt32BE(12) + 2 * 12_800, 12)
    })
    const [found] = (await look(await put('hidden.mp4', hidden), 'broadcast')).of('wrapper.edit-list')
    assert.equal(found?.subject, 'v0')
    assert.equal(found.measured, '2.080 s hidden')
    const beyond = editBox(slowBytes, track, 0, elst =>
      elst.writeUInt32BE(elst.readUInt32BE(8) + 1.5 * movieScale(), 8),
    )
    const [far] = (await look(await put('beyond.mp4', beyond), 'broadcast')).of('wrapper.edit-list')
    assert.equal(far?.measured, '1.500 s beyond the media')
  })

  it('several edits, a hole between them, and a long empty one at the front', async () => {
    const entry = (durationS: number, media: number): Buffer => {
      const bytes = Buffer.alloc(12)
      bytes.writeUInt32BE(durationS * movieScale(), 0)
      bytes.writeInt32BE(media, 4)
      bytes.writeUInt32BE(0x0001_0000, 8)
      return bytes
    }
    const list = (...entries: Buffer[]): Buffer => {
      const head = Buffer.alloc(8)
      head.writeUInt32BE(entries.length, 4)
      return replaceBody(slowBytes, track, 0, Buffer.concat([head, ...entries]))
    }
    const two = list(entry(1, 1024), entry(1, -1), entry(2, 26_624))
    const measured = (await look(await put('edits.mp4', two), 'broadcast'))
      .of('wrapper.edit-list')
      .map(found => found.measured)
    assert.deepEqual(measured, ['2 edits', 'an empty edit after media'])
    const empty = list(entry(3, -1), entry(4, 1024))
    const [found] = (await look(await put('empty.mp4', empty), 'broadcast')).of('wrapper.edit-list')
    assert.equal(found?.measured, 'begins 3.000 s late')
  })
})

describe('wrapper.brand', () => {
  it('a sample entry that devices refuse', async () => {
    const bytes = Buffer.from(slowBytes)
    bytes.write('avc3', bytes.lastIndexOf('avc1', bytes.length, 'latin1'), 'latin1')
    const [found] = (await look(await put('avc3.mp4', bytes), 'ott')).of('wrapper.brand')
    assert.deepEqual([found?.subject, found?.measured, found?.limit], ['v0', 'avc3', 'avc1'])
  })

  it('a major brand that is not compatible, fragments of an old edition, QuickTime by the name of MP4', async () => {
    const brands = (bytes: Buffer, major: string, ...compatible: string[]): Buffer =>
      replaceBody(bytes, 'ftyp', 0, Buffer.from(`${major}\0\0\0\0${compatible.join('')}`, 'latin1'))
    // Bytes behind ftyp would move: as many brands as there were.
    const count = [...boxesOf(slowBytes)][0]!.body.length / 4 - 2
    const fill = (name: string): string[] => Array.from({ length: count }, () => name)
    assert.match(
      (await told('major.mp4', brands(slowBytes, 'dash', ...fill('isom')))).join(),
      /wrapper\.brand file: dash of isom/,
    )
    assert.match((await told('qt.mp4', brands(slowBytes, 'qt  ', ...fill('qt  ')))).join(), /wrapper\.brand file: qt,/)
    const parts = [...boxesOf(fragmentBytes)][0]!.body.length / 4 - 2
    const old = brands(fragmentBytes, 'isom', ...Array.from({ length: parts }, () => 'isom'))
    assert.match((await told('old.mp4', old)).join(), /wrapper\.brand file: isom, isom/)
  })
})

describe('wrapper.interleave', () => {
  it('sound that lies behind all of the pictures', async () => {
    // The media once more at the end, and the sound is taken from there.
    const mdat = [...boxesOf(slowBytes)].find(({ path }) => path === 'mdat')!
    const by = slowBytes.length - mdat.start
    const moved = editBox(slowBytes, 'moov.trak.mdia.minf.stbl.stco', 1, stco => {
      for (let i = 0; i < stco.readUInt32BE(4); i++) stco.writeUInt32BE(stco.readUInt32BE(8 + i * 4) + by, 8 + i * 4)
    })
    const bytes = Buffer.concat([moved, makeBox('mdat', mdat.body)])
    const { findings } = await look(await put('apart.mp4', bytes), 'broadcast')
    assert.deepEqual(
      findings.map(({ check }) => check),
      ['wrapper.interleave'],
    )
    const apartS = Number.parseFloat(findings[0]!.measured)
    assert.ok(apartS > 3.8 && apartS < 4.2, findings[0]!.measured)
  })
})

describe('wrapper.trailing-garbage and wrapper.truncated', () => {
  it('bytes that are no box, and a box that nobody knows', async () => {
    assert.deepEqual(await told('zeros.mp4', Buffer.concat([slowBytes, Buffer.alloc(100)])), [
      'wrapper.trailing-garbage file: 100 bytes at the end',
    ])
    const { findings } = await look(
      await put('box.mp4', Buffer.concat([slowBytes, makeBox('zzzz', Buffer.alloc(8))])),
      'broadcast',
    )
    assert.deepEqual(
      findings.map(({ severity, measured }) => [severity, measured]),
      [['info', `“zzzz” at byte ${slowBytes.length}, 16 bytes`]],
    )
  })

  it('fragments that break off within the media', async () => {
    const last = [...boxesOf(fragmentBytes)].findLast(({ path }) => path === 'mdat')!
    const bytes = fragmentBytes.subarray(0, last.start + 1000)
    const [found] = (await look(await put('cut.mp4', bytes), 'broadcast')).of('wrapper.truncated')
    assert.equal(found?.measured, `${last.body.length + 8 - 1000} bytes of a box are missing`)
  })
})

describe('wrapper.duration', () => {
  it('a movie, a track and its media that say to be longer', async () => {
    const double = (path: string, at: number): Buffer =>
      editBox(slowBytes, path, 1 - Number(path === 'moov.mvhd'), body =>
        body.writeUInt32BE(body.readUInt32BE(at) * 2, at),
      )
    const movie = (await look(await put('mvhd.mp4', double('moov.mvhd', 16)), 'broadcast')).of('wrapper.duration')
    assert.match(movie[0]?.measured ?? '', /^mvhd says 8\.\d{3} s, there are 4\.\d{3} s$/)
    const track = (await look(await put('tkhd.mp4', double('moov.trak.tkhd', 20)), 'broadcast')).of('wrapper.duration')
    assert.equal(track[0]?.subject, 'a1')
    assert.match(track[0]?.measured ?? '', /^tkhd says 8\./)
    const media = (await look(await put('mdhd.mp4', double('moov.trak.mdia.mdhd', 16)), 'broadcast')).of(
      'wrapper.duration',
    )
    assert.match(media[0]?.measured ?? '', /^mdhd says 8\./)
  })
})

describe('wrapper.track-flags', () => {
  it('pictures that are off, and two tracks of sound that both play', async () => {
    const off = editBox(slowBytes, 'moov.trak.tkhd', 0, tkhd => {
      tkhd[3] = 0
    })
    assert.deepEqual(await told('off.mp4', off), ['wrapper.track-flags v0: none of 1'])
    const pair = await remux(slow, join(dir, 'pair.mp4'), 'mp4', {
      tracks: [{ stream: 0 }, { stream: 1, default: true }, { stream: 1, default: false }],
    })
    const bytes = await readFile(pair)
    assert.deepEqual(await told('group.mp4', bytes), [])
    const mixed = editBox(bytes, 'moov.trak.tkhd', 2, tkhd => {
      tkhd[3] = 3
      tkhd.writeUInt16BE(0, 34)
    })
    assert.deepEqual(await told('mixed.mp4', mixed), ['wrapper.track-flags a2: a1, a2'])
  })
})

describe('wrapper.timecode', () => {
  it('none in QuickTime, another start, and counting that the rate does not have', async () => {
    const none = await remux(fast, join(dir, 'none.mov'), 'mov', { tracks: [{ stream: 0 }, { stream: 1 }] })
    assert.equal((await look(none, 'broadcast')).of('wrapper.timecode')[0]?.measured, 'no timecode')
    assert.deepEqual((await look(none, 'ott')).of('wrapper.timecode'), [])
    const mov = await remux(fast, join(dir, 'nine.mov'), 'mov', {
      tracks: [{ stream: 0, tags: { timecode: '09:59:30:00' } }, { stream: 1 }],
    })
    const nine = await look(mov, 'broadcast', { 'wrapper.timecode': { start: '10:00:00:00' } })
    assert.deepEqual(
      nine.of('wrapper.timecode').map(({ measured, limit }) => [measured, limit]),
      [['09:59:30:00', '10:00:00:00']],
    )
    const judge = (text: string, frameRate: '25/1' | '30000/1001'): string[] => {
      const { facts } = nine.evidence
      const video = facts.video.map(each => ({ ...each, frameRate, timecode: null }))
      const found = timecode.judge({ ...nine.evidence, facts: { ...facts, video, timecode: text } }, { start: '' })
      return 'skipped' in found ? [found.skipped] : found.map(({ limit }) => limit)
    }
    assert.deepEqual(judge('23:59:59:24', '25/1'), [])
    assert.deepEqual(judge('24:00:00:00', '25/1'), ['below 24 hours'])
    assert.deepEqual(judge('10:00:00:25', '25/1'), ['frames below 25'])
    assert.deepEqual(judge('10:00:00;00', '25/1'), ['drop-frame at 29.97 and 59.94 only'])
    assert.deepEqual(judge('10:00:00;29', '30000/1001'), [])
    assert.deepEqual(judge('10:01:00;01', '30000/1001'), ['a number that drop-frame counting has'])
    assert.deepEqual(judge('ten', '25/1'), ['HH:MM:SS:FF'])
  })
})
