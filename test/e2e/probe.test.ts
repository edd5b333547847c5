// Facts that need a file made for them, on clips of our own engine: orientation, contradictions, HDR, damage. No other tool.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type ErrorCode, HeadendError, silentLog } from '../../src/core/index.ts'
import { MediaFacts } from '../../src/model/index.ts'
import { probe } from '../../src/probe/index.ts'
import { makeClip } from '../media/make-media.ts'

const signal = new AbortController().signal
const FAST = { name: 'libx264', options: { preset: 'ultrafast', g: 10 } }
const tone = 'sine=f=440:r=48000:d=2,aformat=sample_fmts=fltp:channel_layouts=stereo'
const bt709 = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
const picture = `testsrc2=s=320x180:r=25:d=2,format=yuv420p,${bt709}`

let dir: string
let plain: string
let front: string
let fragments: string
let matroska: string
let transport: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-facts-'))
  const make = (name: string, movflags?: string): Promise<string> =>
    makeClip(join(dir, name), {
      video: picture,
      videoEncoder: FAST,
      audio: [{ graph: tone, language: 'eng' }],
      ...(movflags ? { muxOptions: { movflags } } : {}),
    })
  plain = await make('plain.mp4')
  front = await make('front.mp4', '+faststart')
  fragments = await make('fragments.mp4', '+frag_keyframe+delay_moov+default_base_moof')
  matroska = await make('plain.mkv')
  transport = await make('plain.ts')
})
after(() => rm(dir, { recursive: true, force: true }))

const look = async (path: string, scan: 'full' | 'head' = 'full'): Promise<MediaFacts> =>
  MediaFacts.parse(await probe(path, { signal, log: silentLog, scan }))

/** A copy of `path`, changed. */
async function altered(path: string, name: string, change: (bytes: Buffer) => Uint8Array): Promise<string> {
  const copy = join(dir, name)
  await writeFile(copy, change(await readFile(path)))
  return copy
}

const codes = ({ warnings }: MediaFacts): string[] => warnings.map(({ code }) => code)
const refused = (path: string, code: ErrorCode): Promise<void> =>
  assert.rejects(look(path), (error: unknown) => error instanceof HeadendError && error.code === code)

describe('the container', () => {
  it('tells where the index lies and whether there are fragments', async () => {
    const at = async (path: string): Promise<unknown[]> => {
      const { container } = await look(path)
      return [container.format, container.fastStart, container.fragmented]
    }
    assert.deepEqual(await at(plain), ['mp4', false, false])
    assert.deepEqual(await at(front), ['mp4', true, false])
    assert.deepEqual(await at(fragments), ['mp4', true, true])
    assert.deepEqual(await at(matroska), ['matroska', null, null])
    assert.deepEqual(await at(transport), ['mpegts', null, null])
  })
  it('is the same picture in every one of them', async () => {
    for (const path of [plain, front, fragments, matroska, transport]) {
      const { video, audio, truncated } = await look(path)
      const [{ frameCount, frameRate, frameRateMode, bitDepth, chroma } = {} as never] = video
      assert.deepEqual(
        [frameCount, frameRate, frameRateMode, bitDepth, chroma],
        [50, '25/1', 'constant', 8, '4:2:0'],
        path,
      )
      assert.deepEqual([audio[0]?.layout, audio[0]?.language, truncated], ['stereo', 'eng', false], path)
    }
  })
  it('is known from its beginning, apart from what only a full scan knows', async () => {
    const { video, scan, truncated } = await look(matroska, 'head')
    assert.deepEqual([scan, truncated, video[0]?.packets], ['head', false, null])
    assert.deepEqual([video[0]?.frameRate, video[0]?.frameRateMode], ['25/1', 'unknown'])
  })
})

describe('the picture', () => {
  const turns: [number, [number, number, number, number], number][] = [
    [90, [0, 1, -1, 0], 0],
    [180, [-1, 0, 0, -1], 0],
    [270, [0, -1, 1, 0], 0],
    [0, [-1, 0, 0, 1], 1],
  ]
  for (const [rotation, [a, b, c, d], mirrored] of turns) {
    it(`is turned by ${rotation}${mirrored ? ' and mirrored' : ''} when the track header says so`, async () => {
      const path = await altered(plain, `turn-${rotation}-${mirrored}.mp4`, bytes => {
        // tkhd version 0: the matrix begins 40 bytes behind the type (ISO/IEC 14496-12 8.3.2).
        const at = bytes.indexOf('tkhd') + 4 + 40
        for (const [i, value] of [a, b, 0, c, d, 0].entries()) bytes.writeInt32BE(value * 65536, at + i * 4)
        return bytes
      })
      const facts = await look(path)
      const [video] = facts.video
      assert.equal(video?.rotation, rotation)
      const size = rotation % 180 === 0 ? [320, 180] : [180, 320]
      assert.deepEqual([video?.displayWidth, video?.displayHeight], size)
      assert.equal(codes(facts).includes('mirrored'), mirrored === 1)
    })
  }
  it('has the color of its bitstream, and a container that says otherwise is told', async () => {
    const silent = await look(plain)
    assert.deepEqual(silent.video[0]?.color.contradictions, [])
    assert.equal(silent.video[0]?.color.container.primaries, 'bt709')
    const path = await altered(plain, 'lie.mp4', bytes => {
      bytes.writeUInt16BE(9, bytes.indexOf('colrnclx') + 8)
      return bytes
    })
    const facts = await look(path)
    const color = facts.video[0]?.color
    assert.deepEqual([color?.container.primaries, color?.bitstream.primaries], ['bt2020', 'bt709'])
    assert.equal(color?.effective.primaries, 'bt709')
    assert.deepEqual(color?.contradictions, ['primaries'])
    assert.ok(codes(facts).includes('color-contradiction'))
  })
  it('has no color when nobody states one', async () => {
    const path = await makeClip(join(dir, 'mute.mkv'), {
      video: 'testsrc2=s=64x64:r=25:d=1,format=yuv420p',
      videoEncoder: FAST,
    })
    const color = (await look(path)).video[0]?.color
    const none = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }
    assert.deepEqual(color?.container, none)
    // H.264 E.2.1 infers the chroma location where it is not sent; nothing is inferred for the rest.
    assert.deepEqual(color?.bitstream, { ...none, chromaLocation: 'left' })
  })
  it('is HDR10 by its SEI alone', async () => {
    const params = [
      'log-level=none:repeat-headers=1:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc',
      'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400',
    ]
    const path = await makeClip(join(dir, 'hdr10.mp4'), {
      video:
        'testsrc2=s=320x180:r=25:d=1,format=yuv420p10le,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc',
      videoEncoder: { name: 'libx265', options: { preset: 'ultrafast', 'x265-params': params.join(':') } },
    })
    const hdr = (await look(path)).video[0]?.hdr
    assert.equal(hdr?.format, 'hdr10')
    assert.deepEqual(hdr?.contentLight, { maxCll: 1000, maxFall: 400 })
    assert.deepEqual(hdr?.masteringDisplay?.green, [0.265, 0.69])
    assert.deepEqual([hdr?.masteringDisplay?.minLuminance, hdr?.masteringDisplay?.maxLuminance], [0.0001, 1000])
  })
})

describe('damage', () => {
  const cut = (share: number) => (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * share))
  it('is seen where the file ends before its index', async () => {
    for (const path of [front, fragments, matroska]) {
      const facts = await look(await altered(path, `cut-${path.split('/').pop()}`, cut(0.6)))
      assert.equal(facts.truncated, true, path)
      assert.ok(codes(facts).includes('truncated'), path)
      assert.ok((facts.video[0]?.frameCount ?? 50) < 50, path)
    }
  })
  it('is no truncation in a transport stream, which promises nothing', async () => {
    const facts = await look(await altered(transport, 'cut.ts', bytes => bytes.subarray(0, 188 * 200 + 90)))
    assert.equal(facts.truncated, false)
    assert.ok(codes(facts).includes('partial-packet'))
  })
  it('that takes the index is refused', async () => {
    await refused(await altered(plain, 'no-moov.mp4', cut(0.5)), 'HE_INPUT_TRUNCATED')
    await refused(await altered(front, 'half-moov.mp4', bytes => bytes.subarray(0, 1500)), 'HE_INPUT_TRUNCATED')
  })
  it('is not an initialization segment, nor a segment without one', async () => {
    const moof = (bytes: Buffer): number => bytes.indexOf('moof') - 4
    const init = await altered(fragments, 'init.mp4', bytes => bytes.subarray(0, moof(bytes)))
    await refused(init, 'HE_INPUT_EMPTY')
    const segment = await altered(fragments, 'segment.m4s', bytes => bytes.subarray(moof(bytes)))
    await refused(segment, 'HE_INPUT_UNSUPPORTED')
  })
})
