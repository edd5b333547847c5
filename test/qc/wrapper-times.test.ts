// Checks of timestamps in Matroska and transport streams, and of transport streams themselves: each fault is put in and found.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { hasTool } from '../e2e/tools.ts'
import {
  joinPackets,
  moveClusters,
  movePcr,
  packetsOf,
  pesAt,
  readPesTime,
  type TsPacket,
  writePesTime,
} from './byte-editor.ts'
import { CLIP_S, type Looked, look, makeWrapperClip, remux } from './wrapper-kit.ts'

const [VIDEO, AUDIO, PMT] = [0x100, 0x101, 0x1000]

let dir: string
let mkv: string
let ts: string
let mkvBytes: Buffer
let tsBytes: Buffer

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-wrapper-times-'))
  mkv = await makeWrapperClip(dir, 'clean.mkv', { muxOptions: { cluster_time_limit: 1000 } })
  // At a constant rate FFmpeg sends clock references every 20 ms.
  ts = await makeWrapperClip(dir, 'clean.ts', { muxOptions: { muxrate: 1_000_000 } })
  mkvBytes = await readFile(mkv)
  tsBytes = await readFile(ts)
})
after(() => rm(dir, { recursive: true, force: true }))

async function lookAt(name: string, bytes: Buffer, profile: 'ott' | 'broadcast' = 'broadcast'): Promise<Looked> {
  const path = join(dir, name)
  await writeFile(path, bytes)
  return look(path, profile)
}

/** The transport stream after its packets were changed. */
const changed = (change: (packets: TsPacket[]) => readonly TsPacket[] | undefined): Buffer => {
  const packets = packetsOf(tsBytes)
  return joinPackets(change(packets) ?? packets)
}

/** Programme times of the packets of a stream, by FFmpeg's own tool. */
const ffprobeTimes = (path: string, stream: 'v:0' | 'a:0', start = 0): number[] =>
  execFileSync(
    'ffprobe',
    ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path],
    {
      encoding: 'utf8',
    },
  )
    .split('\n')
    .filter(line => /\d/.test(line))
    .map(line => Number.parseFloat(line) - start)
    .sort((a, b) => a - b)

const near = (actual: number | null | undefined, expected: number, within: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= within, `${actual} is not ${expected} ± ${within}`)

describe('good files', () => {
  it('Matroska and a transport stream: no finding', async () => {
    for (const path of [mkv, ts])
      for (const profile of ['ott', 'broadcast'] as const) {
        const { findings, outcome } = await look(path, profile)
        assert.deepEqual(findings, [], `${path} ${profile}`)
        assert.equal(outcome('wrapper.timestamps').status, 'pass')
        assert.equal(outcome('wrapper.gaps').status, 'pass')
        const isTs = path === ts
        assert.equal(outcome('wrapper.ts-continuity').status, isTs ? 'pass' : 'skipped')
        assert.equal(outcome('wrapper.interleave').status, isTs ? 'pass' : 'skipped')
        assert.equal(outcome('wrapper.duration').status, isTs ? 'skipped' : 'pass')
      }
  })
})

describe('wrapper.gaps', () => {
  it('half a second without anything, as ffprobe shows it', async t => {
    const { of } = await lookAt(
      'hole.mkv',
      moveClusters(mkvBytes, ms => (ms > 1500 ? ms + 500 : ms)),
    )
    const found = of('wrapper.gaps')
    assert.deepEqual(found.map(({ subject }) => subject).sort(), ['a1', 'v0'])
    const picture = found.find(({ subject }) => subject === 'v0')!
    assert.match(picture.measured, /^(499|500|501)\.\d ms without a picture$/)
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not here')
    const times = ffprobeTimes(join(dir, 'hole.mkv'), 'v:0')
    const after = times.findIndex((time, i) => i > 0 && time - times[i - 1]! > 0.5)
    near(picture.endS, times[after]! - times[0]!, 0.025)
    near(picture.startS, times[after - 1]! - times[0]! + 0.04, 0.025)
  })

  it('one picture that is missing', async () => {
    const path = await makeWrapperClip(dir, 'one.mkv', {
      video: `testsrc2=s=320x180:r=25:d=${CLIP_S},select='not(eq(n,60))',format=yuv420p`,
    })
    const found = (await look(path, 'broadcast')).of('wrapper.gaps')
    assert.equal(found.length, 1)
    assert.match(found[0]!.measured, /^(39|40|41)\.\d ms without a picture$/)
    near(found[0]!.startS, 2.4, 0.03)
  })

  it('clusters that overlap', async () => {
    const { of } = await lookAt(
      'overlap.mkv',
      moveClusters(mkvBytes, ms => (ms > 1500 ? ms - 300 : ms)),
    )
    assert.ok(
      of('wrapper.gaps').some(
        ({ subject, measured }) => subject === 'a1' && /^(27\d|30\d)\.\d ms too early$/.test(measured),
      ),
    )
  })
})

describe('wrapper.timestamps', () => {
  const begins = (packets: readonly TsPacket[], pid: number): TsPacket[] =>
    packets.filter(each => each.pid === pid && each.begins)

  it('decoding times that go back', async () => {
    const bytes = changed(packets => {
      const victim = begins(packets, VIDEO).find(
        each =>
          (each.bytes[each.bytes[3]! & 0x20 ? 12 + each.bytes[4]! : 11]! & 0xc0) === 0xc0 &&
          readPesTime(each, 1) > 90_000 * 3,
      )!
      writePesTime(victim, 1, readPesTime(victim, 1) - 9000)
      return undefined
    })
    const [found] = (await lookAt('back.ts', bytes)).of('wrapper.timestamps')
    assert.equal(found?.subject, 'v0')
    assert.equal(found.message, 'Decoding times do not rise.')
  })

  it('a picture that is shown before it is decoded', async () => {
    const bytes = changed(packets => {
      const victim = begins(packets, VIDEO)[50]!
      writePesTime(victim, 0, readPesTime(victim, 0) - 18_000)
      return undefined
    })
    const { of } = await lookAt('early.ts', bytes)
    assert.ok(
      of('wrapper.timestamps').some(
        ({ subject, message }) => subject === 'v0' && /before they are decoded/.test(message),
      ),
    )
  })

  it('two pictures for one moment', async () => {
    const bytes = changed(packets => {
      const [a, b] = begins(packets, VIDEO).slice(50, 52)
      writePesTime(b!, 0, readPesTime(a!, 0))
      return undefined
    })
    const found = (await lookAt('twice.ts', bytes)).of('wrapper.timestamps')
    assert.ok(
      found.some(({ subject, message }) => subject === 'v0' && /same moment/.test(message)),
      JSON.stringify(found),
    )
  })

  it('pictures without a time, as ffprobe sees them', async t => {
    const bytes = changed(packets => {
      for (const each of begins(packets, VIDEO).slice(50, 53)) each.bytes[pesAt(each) + 7]! &= 0x3f
      return undefined
    })
    const found = (await lookAt('untimed.ts', bytes)).of('wrapper.timestamps')
    const count = Number(
      /^(\d+) of 100 packets$/.exec(found.find(({ message }) => /do not say/.test(message))?.measured ?? '')?.[1],
    )
    assert.ok(count >= 1, JSON.stringify(found))
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not here')
    assert.equal(ffprobeTimes(join(dir, 'untimed.ts'), 'v:0').length, 100 - count)
  })
})

describe('wrapper.start-time and wrapper.duration of Matroska', () => {
  it('a programme that begins at 5 s, as ffprobe says too', async t => {
    const tracks = [{ stream: 0 }, { stream: 1 }]
    const options = { output_ts_offset: 5 }
    const { of } = await look(await remux(mkv, join(dir, 'late.mkv'), 'matroska', { tracks, options }))
    assert.match(of('wrapper.start-time')[0]?.measured ?? '', /^begins at (4\.9\d\d|5\.0\d\d) s$/)
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not here')
    const start = execFileSync(
      'ffprobe',
      ['-v', 'error', '-show_entries', 'format=start_time', '-of', 'csv=p=0', join(dir, 'late.mkv')],
      { encoding: 'utf8' },
    )
    // FFmpeg 5 counts the encoder delay of AAC (21 ms) as part of the programme.
    near(
      Number.parseFloat(of('wrapper.start-time')[0]!.measured.slice('begins at '.length)),
      Number.parseFloat(start),
      0.03,
    )
  })

  it('a header that says twice the length', async () => {
    const bytes = Buffer.from(mkvBytes)
    // Duration (RFC 9559 5.1.2): 0x4489, a float of eight bytes, in milliseconds.
    const at = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])) + 3
    bytes.writeDoubleBE(bytes.readDoubleBE(at) * 2, at)
    const [found] = (await lookAt('long.mkv', bytes)).of('wrapper.duration')
    assert.match(found?.measured ?? '', /^the container says 8\.\d{3} s, there are 4\.\d{3} s$/)
  })
})

describe('wrapper.track-flags of Matroska', () => {
  it('two tracks of sound that are both the default, and two of which none is', async () => {
    const both = await remux(mkv, join(dir, 'both.mkv'), 'matroska', {
      tracks: [
        { stream: 0, default: true },
        { stream: 1, default: true },
        { stream: 1, default: true },
      ],
    })
    assert.equal((await look(both)).of('wrapper.track-flags')[0]?.measured, 'a1, a2')
    const none = await remux(mkv, join(dir, 'none.mkv'), 'matroska', {
      tracks: [
        { stream: 0, default: true },
        { stream: 1, default: false },
        { stream: 1, default: false },
      ],
      options: { default_mode: 'passthrough' },
    })
    assert.equal((await look(none)).of('wrapper.track-flags')[0]?.measured, 'none of 2')
  })
})

describe('checks of transport streams', () => {
  it('ts-continuity: a packet that is lost, one that is sent three times, bytes between packets, and damaged ones', async () => {
    const half = tsBytes.length / 188 / 2
    const lost = changed(packets => {
      const victim = packets.findIndex((each, i) => i > half && each.pid === VIDEO && !each.begins)
      return packets.toSpliced(victim, 1)
    })
    const [gap] = (await lookAt('lost.ts', lost)).of('wrapper.ts-continuity')
    assert.equal(gap?.measured, '1 break on PID 0x0100')
    near(gap.startS, CLIP_S / 2, 0.5)
    const thrice = changed(packets => {
      const at = packets.findIndex((each, i) => i > half && each.pid === AUDIO)
      return packets.toSpliced(at, 0, packets[at]!, packets[at]!)
    })
    assert.equal((await lookAt('thrice.ts', thrice)).of('wrapper.ts-continuity')[0]?.measured, '1 break on PID 0x0101')
    const cut = 188 * Math.floor(half)
    const junk = Buffer.concat([tsBytes.subarray(0, cut), Buffer.alloc(50), tsBytes.subarray(cut)])
    assert.equal(
      (await lookAt('junk.ts', junk)).of('wrapper.ts-continuity')[0]?.measured,
      '50 bytes that are no packet',
    )
    const damaged = changed(packets => {
      for (const each of packets.filter(({ pid }) => pid === 0x1fff).slice(0, 3)) each.bytes[1]! |= 0x80
      return undefined
    })
    assert.match(
      (await lookAt('damaged.ts', damaged)).of('wrapper.ts-continuity')[0]?.measured ?? '',
      /^3 of \d+ packets/,
    )
  })

  it('ts-pcr: none, too few, and a jump', async () => {
    const strip = (each: TsPacket): void => {
      each.bytes[5]! &= ~0x10
    }
    const none = changed(packets => {
      for (const each of packets) if (each.hasPcr) strip(each)
      return undefined
    })
    assert.equal((await lookAt('none.ts', none)).of('wrapper.ts-pcr')[0]?.measured, 'no clock reference')
    const few = changed(packets => {
      const references = packets.filter(({ hasPcr }) => hasPcr)
      for (const each of references.slice(100, 107)) strip(each)
      return undefined
    })
    const [late] = (await lookAt('few.ts', few, 'ott')).of('wrapper.ts-pcr')
    assert.match(late?.measured ?? '', /^1[56]\d\.\d ms at most, 1 of them$/)
    const jump = changed(packets => {
      for (const each of packets.filter(({ hasPcr }) => hasPcr).slice(100)) movePcr(each, 30)
      return undefined
    })
    const [found] = (await lookAt('jump.ts', jump)).of('wrapper.ts-pcr')
    assert.match(found?.measured ?? '', /^a jump of 30\.0\d\d s$/)
  })

  it('ts-tables: tables that stay away for more than a second', async () => {
    for (const [pid, name] of [
      [0, 'PAT'],
      [PMT, 'PMT'],
    ] as const) {
      const bytes = changed(packets => {
        const tables = packets.filter(each => each.pid === pid)
        const gone = new Set(tables.slice(15, 25))
        return packets.filter(each => !gone.has(each))
      })
      const found = (await lookAt(`${name}.ts`, bytes)).of('wrapper.ts-tables')
      assert.equal(found.length, 1, JSON.stringify(found))
      assert.match(found[0]!.measured, new RegExp(`^1\\d\\d\\d\\.\\d ms without ${name}$`))
    }
  })

  it('interleave: sound that comes after all of the pictures; trailing-garbage: part of a packet', async () => {
    const apart = changed(packets => [
      ...packets.filter(({ pid }) => pid !== AUDIO),
      ...packets.filter(({ pid }) => pid === AUDIO),
    ])
    const [found] = (await lookAt('apart.ts', apart)).of('wrapper.interleave')
    near(Number.parseFloat(found?.measured ?? ''), CLIP_S, 0.2)
    const cut = Buffer.concat([tsBytes, tsBytes.subarray(0, 100)])
    assert.equal((await lookAt('cut.ts', cut)).of('wrapper.trailing-garbage')[0]?.measured, '100 bytes at the end')
  })
})
