import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { AV_LOG_QUIET } from 'node-av/constants'
import { Log as NativeLog } from 'node-av/lib'
import { frameHashes } from '../../test/e2e/engine-kit.ts'
import { hasTool } from '../../test/e2e/tools.ts'
import { type Fault, faultyEncoders, watchEncoder } from '../../test/media/faulty-encoder.ts'
import { HeadendError, silentLog, toNumber } from '../core/index.ts'
import { type NodeFactory, runGraph } from '../graph/index.ts'
import type { GraphSpec, SwitchEvent } from '../model/index.ts'
import { type OpenEncoder, openEncoder } from './encoder.ts'
import { liveItems, type PacketItem } from './items.ts'
import { createEncodeWith } from './node-encode.ts'
import { mediaNodes } from './registry.ts'

const FRAMES = 100
const GRID = 24
const picture = `testsrc2=s=160x96:r=30000/1001,trim=end_frame=${FRAMES},format=yuv420p`
/** Both lossless, so that what is decoded can be compared: one sends on at once, one reorders and looks ahead. */
const direct = { name: 'libx264', options: { preset: 'ultrafast', tune: 'zerolatency', qp: 0, 'forced-idr': 1 } }
const reordering = {
  name: 'libx264',
  options: { preset: 'veryfast', qp: 0, bf: 3, 'x264-params': 'b-adapt=0:b-pyramid=2:scenecut=0', 'forced-idr': 1 },
}

type Run = { readonly events: SwitchEvent[]; readonly packets: { pts: number; dts: number; key: boolean }[] }

/** Encodes the picture and collects what comes out, into a file as well where one is named. */
async function encode(
  open: OpenEncoder,
  {
    first = direct,
    next = [reordering],
    file,
    signal,
    format,
  }: {
    first?: object
    next?: readonly object[]
    file?: string
    format?: string
    signal?: AbortSignal
  } = {},
): Promise<Run> {
  const result: Run = { events: [], packets: [] }
  const collect: NodeFactory = () => ({
    run: async io => {
      for await (const item of io.input('in')) {
        using packet = item as PacketItem
        const { timebase } = packet.origin
        const at = (ticks: bigint): number => (toNumber(timebase) * Number(ticks) * 30000) / 1001
        result.packets.push({ pts: at(packet.packet.pts), dts: at(packet.packet.dts), key: packet.packet.isKeyframe })
      }
    },
  })
  const params = { type: 'video', ...first, fallbacks: next, frameRate: '30000/1001', keyFrameEvery: GRID }
  const bounds = { maxItems: 4, maxBytes: 1 << 28 }
  const spec: GraphSpec = {
    nodes: [
      { id: 'generate', kind: 'generate', params: { type: 'video', graph: picture } },
      { id: 'encode', kind: 'encode', params: params as never },
      { id: 'collect', kind: 'collect', params: {} },
      ...(file
        ? [{ id: 'mux', kind: 'mux', params: { path: file, format: format ?? 'mp4', tracks: [{ port: 's0' }] } }]
        : []),
    ],
    edges: [
      { from: 'generate.out', to: 'encode.in', ...bounds },
      { from: 'encode.out', to: 'collect.in', ...bounds },
      ...(file ? [{ from: 'encode.out', to: 'mux.s0', ...bounds }] : []),
    ],
  }
  const run = runGraph(
    spec,
    { ...mediaNodes, collect, encode: createEncodeWith(open) },
    {
      signal: signal ?? new AbortController().signal,
      log: silentLog,
      onEvent: event => {
        if (event.type === 'node' && event.event === 'encoder') result.events.push(event.data as SwitchEvent)
      },
    },
  )
  await run.done
  return result
}

/** Every frame once, key frames on the grid, decoding times rising and never after the time of showing. */
function assertWhole({ packets }: Run): void {
  const shown = packets.map(({ pts }) => Math.round(pts)).sort((a, b) => a - b)
  assert.deepEqual(shown, [...Array(FRAMES).keys()])
  const keys = packets.filter(({ key }) => key).map(({ pts }) => Math.round(pts))
  assert.deepEqual(keys, [0, 24, 48, 72, 96])
  for (const [i, { pts, dts }] of packets.entries()) {
    assert.ok(dts <= pts + 1e-6, `packet ${i}: dts ${dts} pts ${pts}`)
    if (i > 0) assert.ok(dts > packets[i - 1]!.dts, `packet ${i}: dts ${dts} after ${packets[i - 1]!.dts}`)
  }
}

const withCode = (code: string) => (error: unknown) => error instanceof HeadendError && error.code === code

describe('an encoder that fails', () => {
  let dir: string
  before(async () => {
    NativeLog.setLevel(AV_LOG_QUIET)
    dir = await mkdtemp(join(tmpdir(), 'headend-encode-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const cases: [string, Fault, object, object, number][] = [
    ['to open', { at: 'open' }, direct, reordering, 0],
    ['at its first frame', { at: 'send' }, direct, reordering, 0],
    ['just before a key frame', { at: 'send', count: 48 }, direct, reordering, 24],
    ['at a key frame', { at: 'send', count: 49 }, direct, reordering, 24],
    ['after a key frame', { at: 'send', count: 50 }, direct, reordering, 48],
    // Frame 49 is in, packet 48 is not out: what it looks ahead and reorders.
    ['while it looks ahead', { at: 'send', count: 50 }, reordering, direct, 24],
    ['when packets are taken', { at: 'receive', count: 150 }, direct, reordering, 72],
    ['when it is flushed', { at: 'flush' }, direct, reordering, 96],
    ['after it was flushed', { at: 'receive', count: 101 + FRAMES }, direct, reordering, 96],
  ]
  for (const [name, fault, first, next, frame] of cases) {
    it(`${name}: the next one goes on from the last key frame that was not sent on`, async () => {
      const run = await encode(faultyEncoders([fault]), { first, next: [next] })
      assertWhole(run)
      assert.equal(run.events.length, 1)
      const { from, to, frame: at, reason } = run.events[0]!
      assert.deepEqual({ from, to, at }, { from: 'libx264', to: 'libx264', at: frame })
      assert.match(reason, /libx264/)
      assert.equal(liveItems(), 0)
    })
  }

  it('hands on to a third when the second fails too, also while it catches up', async () => {
    const run = await encode(
      faultyEncoders([{ at: 'send', count: 60 }, { at: 'send', count: 5 }, { at: 'open' }, { at: 'flush' }]),
      { next: [reordering, direct, reordering, direct] },
    )
    assertWhole(run)
    assert.deepEqual(
      run.events.map(({ frame }) => frame),
      [48, 48, 48, 72],
    )
    assert.equal(liveItems(), 0)
  })

  it('fails the run with its own words when nobody is left', async () => {
    const faults: Fault[] = [
      { at: 'send', count: 30 },
      { at: 'receive', count: 20 },
    ]
    await assert.rejects(encode(faultyEncoders(faults)), withCode('HE_ENCODER_FAILED'))
    await assert.rejects(encode(faultyEncoders(faults), { next: [] }), withCode('HE_ENCODER_FAILED'))
    assert.equal(liveItems(), 0)
  })

  it('is not replaced for an option that is ours to spell', async () => {
    const first = { name: 'libx264', options: { bogus_opt: 1 } }
    await assert.rejects(encode(openEncoder, { first }), withCode('HE_OPTION_UNKNOWN'))
    assert.equal(liveItems(), 0)
  })

  it('is replaced when this build or this machine does not have it', async () => {
    const nvenc = { name: 'h264_nvenc', options: {} }
    const upload = { ...direct, filters: [{ name: 'hwupload', args: {} }], device: 'cuda' }
    const run = await encode(openEncoder, { first: { name: 'no_such', options: {} }, next: [nvenc, upload, direct] })
    assertWhole(run)
    assert.deepEqual(
      run.events.map(({ from }) => from),
      ['no_such', 'h264_nvenc', 'libx264'],
    )
    assert.match(run.events[2]!.reason, /no cuda device/)
    assert.equal(liveItems(), 0)
  })

  it('leaves a file in every container that decodes to the very frames that went in', async t => {
    if (!hasTool('ffmpeg')) return t.skip('no ffmpeg on this machine')
    const lossless = { name: 'ffv1', options: {} }
    const reference = join(dir, 'reference.mkv')
    await encode(openEncoder, { first: lossless, next: [], file: reference, format: 'matroska' })
    const expected = await frameHashes(reference)
    assert.equal(expected.length, FRAMES)
    const hevc = (params: string) => ({
      name: 'libx265',
      options: {
        preset: 'ultrafast',
        'forced-idr': 1,
        'x265-params': `log-level=none:lossless=1:open-gop=0:${params}`,
      },
    })
    const pairs: [string, object, object][] = [
      ['h264', direct, reordering],
      ['hevc', hevc('bframes=0:ctu=16:rc-lookahead=0'), hevc('bframes=4:ctu=64:rc-lookahead=10')],
    ]
    for (const [codec, first, next] of pairs) {
      for (const format of ['mp4', 'mov', 'matroska', 'mpegts']) {
        const file = join(dir, `${codec}.${format}`)
        const run = await encode(faultyEncoders([{ at: 'send', count: 70 }]), { first, next: [next], file, format })
        assertWhole(run)
        assert.ok(run.events[0]!.frame > 0, 'packets of the first encoder were sent on')
        assert.deepEqual(await frameHashes(file), expected, `${codec} in ${format}`)
      }
    }
    assert.equal(liveItems(), 0)
  })

  it('keeps one group of pictures and what the encoder looks ahead, no more', async () => {
    let most = 0
    const watched: OpenEncoder = async (request, first) =>
      watchEncoder(await openEncoder(request, first), () => {
        most = Math.max(most, liveItems())
        return null
      })
    await encode(watched, { first: { ...direct }, next: [reordering] })
    // Frames and packets of one group, four of each in the queues around, the frame in hand and the key frame's packet.
    assert.ok(most >= GRID && most <= 2 * GRID + 3 * 4 + 4, `${most} references`)
    await encode(watched, { next: [] })
    assert.equal(liveItems(), 0)
  })
})

describe('a cancel', () => {
  it('at any call into the encoder frees everything and ends with its reason', async () => {
    for (const call of ['send', 'receive', 'flush'] as const) {
      for (const count of call === 'flush' ? [1] : [1, 2, 30, 75]) {
        const controller = new AbortController()
        const reason = new Error(`${call} ${count}`)
        const open: OpenEncoder = async (request, first) =>
          watchEncoder(await openEncoder(request, first), (at, n) => {
            if (at === call && n === count) controller.abort(reason)
            return null
          })
        await assert.rejects(encode(open, { signal: controller.signal }), error => error === reason)
        assert.equal(liveItems(), 0, `${call} ${count}`)
      }
    }
  })

  it('while an encoder opens, or while one fails, wins over going on', async () => {
    const controller = new AbortController()
    const reason = new Error('open')
    let opened = 0
    const open: OpenEncoder = async () => {
      opened++
      controller.abort(reason)
      throw new HeadendError('HE_ENCODER_FAILED', 'injected')
    }
    await assert.rejects(encode(open, { signal: controller.signal }), error => error === reason)
    assert.deepEqual([opened, liveItems()], [1, 0])
  })
})
