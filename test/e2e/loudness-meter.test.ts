// Our loudness meter against Debian's ebur128, on the same samples; and the engine's node that feeds it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { GraphSpec, LoudnessResult } from '../../src/model/index.ts'
import { noise, tones } from '../media/tones.ts'
import { runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-meter-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/** WAVE_FORMAT_EXTENSIBLE of 32-bit floats; a mask of 0 names no loudspeakers. */
async function writeWav(name: string, planes: readonly Float32Array[], rate: number, mask: number): Promise<string> {
  const channels = planes.length
  const samples = planes[0]!.length
  const bytes = Buffer.alloc(68 + samples * channels * 4)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(40, 16)
  bytes.writeUInt16LE(0xfffe, 20)
  bytes.writeUInt16LE(channels, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * channels * 4, 28)
  bytes.writeUInt16LE(channels * 4, 32)
  bytes.writeUInt16LE(32, 34)
  bytes.writeUInt16LE(22, 36)
  bytes.writeUInt16LE(32, 38)
  bytes.writeUInt32LE(mask, 40)
  // KSDATAFORMAT_SUBTYPE_IEEE_FLOAT.
  Buffer.from('0300000000001000800000aa00389b71', 'hex').copy(bytes, 44)
  bytes.write('data', 60)
  bytes.writeUInt32LE(samples * channels * 4, 64)
  for (let i = 0, at = 68; i < samples; i++) for (const plane of planes) at = bytes.writeFloatLE(plane[i]!, at)
  const path = join(dir, `${name}.wav`)
  await writeFile(path, bytes)
  return path
}

/**
 * What a meter takes for a programme: dull noise that climbs and falls by 20 dB, with pauses. Its level is spread evenly, so
 * that it does not matter to which neighbour a percentile is rounded: the two meters differ in that.
 */
function programme(seconds: number, rate: number, seed: number): Float32Array {
  const white = noise(seconds * rate, seed)
  let low = 0
  let lower = 0
  return white.map((x, i) => {
    low += 0.3 * (x - low)
    lower += 0.3 * (low - lower)
    const turn = (i / rate / (17 + seed)) % 1
    const swing = 10 ** ((-24 + 20 * Math.abs(2 * turn - 1)) / 20)
    return i % (7 * rate) < 0.3 * rate ? 0 : lower * swing
  })
}

/** Reads a file by the node, in an engine worker. */
async function measure(path: string, params: { dualMono?: boolean } = {}): Promise<LoudnessResult> {
  const bounds = { maxItems: 64, maxBytes: 1 << 26 }
  const spec: GraphSpec = {
    nodes: [
      { id: 'source', kind: 'source', params: { path, streams: [0] } },
      { id: 'decode', kind: 'decode', params: { type: 'audio' } },
      { id: 'loudness', kind: 'loudness', params },
    ],
    edges: [
      { from: 'source.s0', to: 'decode.in', ...bounds },
      { from: 'decode.out', to: 'loudness.in', ...bounds },
    ],
  }
  return (await runAndCount(spec)).get('loudness.result') as LoudnessResult
}

/** The summary of Debian's ebur128. */
function independent(path: string, options = ''): { I: number; LRA: number; TP: number } {
  const command = `ffmpeg -hide_banner -nostats -i "$0" -af ebur128=peak=true${options} -f null - 2>&1`
  const text = execFileSync('bash', ['-c', command, path], { encoding: 'utf8', maxBuffer: 1 << 26 })
  const summary = text.slice(text.lastIndexOf('Summary'))
  const read = (pattern: RegExp): number => Number(pattern.exec(summary)?.[1])
  return { I: read(/I:\s+(-?[\d.]+) LUFS/), LRA: read(/LRA:\s+(-?[\d.]+) LU/), TP: read(/Peak:\s+(-?[\d.]+) dBFS/) }
}

const skip = hasTool('ffmpeg') ? false : 'ffmpeg is not installed'
/** It prints one decimal: half a unit of it is its own. */
const ROUNDING = 0.05

describe('our loudness meter and FFmpeg’s ebur128', { skip }, () => {
  const clips: readonly [layout: string, mask: number, channels: number, rate: number][] = [
    ['mono', 0x4, 1, 48_000],
    ['stereo', 0x3, 2, 48_000],
    ['stereo', 0x3, 2, 44_100],
    ['stereo', 0x3, 2, 96_000],
    ['5.0', 0x37, 5, 48_000],
    ['5.1', 0x3f, 6, 48_000],
    ['5.1(side)', 0x60f, 6, 48_000],
  ]
  for (const [layout, mask, channels, rate] of clips)
    it(`agree on ${layout} at ${rate} Hz`, async t => {
      const planes = Array.from({ length: channels }, (_, i) => programme(40, rate, i + 1))
      const path = await writeWav(`${layout}-${rate}`, planes, rate, mask)
      const ours = await measure(path)
      const theirs = independent(path)
      assert.equal(ours.layout, layout)
      assert.equal(ours.layoutAssumed, false)
      const { integratedLufs, loudnessRangeLu, truePeakDbtp } = ours.measurement!
      t.diagnostic(
        `I ${integratedLufs} (${theirs.I}), LRA ${loudnessRangeLu} (${theirs.LRA}), TP ${truePeakDbtp} (${theirs.TP})`,
      )
      for (const [mine, other] of [
        [integratedLufs, theirs.I],
        [loudnessRangeLu, theirs.LRA],
        [truePeakDbtp, theirs.TP],
      ] as const)
        assert.ok(Math.abs(mine! - other) <= 0.1 + ROUNDING, `${mine}, ebur128 says ${other}`)
    })

  it('agree on dual mono', async () => {
    const path = await writeWav('dual', [programme(12, 48_000, 3)], 48_000, 0x4)
    const { measurement } = await measure(path, { dualMono: true })
    assert.ok(Math.abs(measurement!.integratedLufs! - independent(path, ':dualmono=true').I) <= 0.1 + ROUNDING)
  })
})

/**
 * libebur128 by loudgain: a third meter, which shares no code with FFmpeg's. It reads FLAC. Its range is told and not held to
 * ours: it looks at one window per second, Tech 3342 asks for ten.
 */
function libebur128(path: string): { I: number; LRA: number; TP: number } {
  const flac = path.replace(/\.wav$/, '.flac')
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', path, '-sample_fmt', 's32', flac])
  const text = execFileSync('loudgain', ['-q', '-O', flac], { encoding: 'utf8' })
  const row = text.trim().split('\n')[1]!.split('\t').map(Number.parseFloat)
  return { I: row[1]!, LRA: row[2]!, TP: row[4]! }
}

const noLoudgain = skip || (hasTool('loudgain') ? false : 'loudgain is not installed')

describe('our loudness meter and libebur128', { skip: noLoudgain }, () => {
  for (const [layout, mask, channels, rate] of [
    ['mono', 0x4, 1, 48_000],
    ['stereo', 0x3, 2, 44_100],
    ['5.1(side)', 0x60f, 6, 48_000],
  ] as const)
    it(`agree on ${layout} at ${rate} Hz`, async t => {
      const planes = Array.from({ length: channels }, (_, i) => programme(40, rate, i + 1))
      const path = await writeWav(`third-${layout}`, planes, rate, mask)
      const { integratedLufs, loudnessRangeLu, truePeakDbtp } = (await measure(path)).measurement!
      const { I, LRA, TP } = libebur128(path)
      t.diagnostic(`I ${integratedLufs} (${I}), LRA ${loudnessRangeLu} (${LRA}), TP ${truePeakDbtp} (${TP})`)
      for (const [mine, other] of [
        [integratedLufs, I],
        [truePeakDbtp, TP],
      ] as const)
        assert.ok(Math.abs(mine! - other) <= 0.1, `${mine}, libebur128 says ${other}`)
    })
})

describe('the loudness node', () => {
  const tone = tones([[-23, 3.2]])
  const stereo = (count: number): Float32Array[] =>
    Array.from({ length: count }, (_, i) => (i < 2 ? tone : tone.map(() => 0)))

  it('reads every sample, with the peaks of each channel', async () => {
    const result = await measure(await writeWav('tone', stereo(2), 48_000, 0x3))
    const { measurement } = result
    assert.deepEqual(
      measurement!.channels.map(({ name, weight }) => [name, weight]),
      [
        ['FL', 1],
        ['FR', 1],
      ],
    )
    assert.equal(measurement!.samples, tone.length)
    assert.ok(Math.abs(measurement!.integratedLufs! + 23) < 0.1)
    assert.ok(Math.abs(measurement!.channels[1]!.samplePeakDbfs! + 23) < 0.01)
    assert.equal(measurement!.series.momentaryLufs.length, 32)
  })

  it('takes sound without a layout for the usual one of its channels, and says so', async () => {
    const six = await measure(await writeWav('six', stereo(6), 48_000, 0))
    assert.deepEqual([six.layout, six.layoutAssumed], ['6 channels', true])
    assert.deepEqual(
      six.measurement!.channels.map(({ weight }) => weight),
      [1, 1, 1, 0, 1.41, 1.41],
    )
    const ten = await measure(await writeWav('ten', stereo(10), 48_000, 0))
    assert.deepEqual([ten.layout, ten.layoutAssumed], ['10 channels', true])
    assert.ok(Math.abs(ten.measurement!.integratedLufs! + 23) < 0.1)
  })

  it('knows heights: 7.1.4', async () => {
    const { layout, measurement } = await measure(await writeWav('heights', stereo(12), 48_000, 0x2d63f))
    assert.equal(layout, '7.1.4')
    assert.deepEqual(
      measurement!.channels.map(({ weight }) => weight),
      [1, 1, 1, 0, 1, 1, 1.41, 1.41, 1, 1, 1, 1],
    )
  })
})
