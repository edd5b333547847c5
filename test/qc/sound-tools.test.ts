// What our sound inspection measures against Debian's sox and ffmpeg, on the same samples.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { SoundResult } from '../../src/model/index.ts'
import { hasTool } from '../e2e/tools.ts'
import { each, hear, makeSoundClip, stereo } from './sound-kit.ts'

const noSox = hasTool('sox') ? false : 'sox is not installed'
const noFfmpeg = hasTool('ffmpeg') ? false : 'ffmpeg is not installed'

let dir: string
let path: string
let ours: SoundResult
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-sound-tools-'))
  // Silence between two odd moments, a sine of 500 Hz cut off at full scale, an inverted stretch, an offset.
  const left = 'if(between(t,2.237,4.913),0,if(between(t,6,8),clip(3*sin(2*PI*500*t),-1,1),val(0)))'
  const right = 'if(between(t,2.237,4.913),0.0001*val(1),if(between(t,9,11),-val(0),val(1)))+0.0123'
  path = await makeSoundClip(dir, 'odd', {
    graph: stereo(each(left, right.replace('+0.0123', '+0.0123*gt(t,5)'))),
    extension: 'wav',
    more: { video: null, format: 'wav' },
  })
  ours = (await hear(path)).evidence.sound[0]!.result!
})
after(() => rm(dir, { recursive: true, force: true }))

const run = (command: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  return stdout + stderr
}

/** A line of `sox … stats`: overall, left, right. */
function soxStats(...effects: string[]): (name: string) => readonly number[] {
  const text = run('sox', path, '-n', ...effects, 'stats')
  return name => {
    const line = text.split('\n').find(each => each.startsWith(name))
    assert.ok(line, `sox says nothing of ${name}: ${text}`)
    return line.slice(name.length).trim().split(/\s+/).map(readCount)
  }
}

/** It writes 2,000 as 2.00k. */
const readCount = (text: string): number => (text.endsWith('k') ? 1000 * Number(text.slice(0, -1)) : Number(text))

describe('sound inspection and sox', { skip: noSox }, () => {
  it('agree on offset, level and peak of each channel', t => {
    const of = soxStats()
    const [dc, rms, peak] = [of('DC offset'), of('RMS lev dB'), of('Pk lev dB')]
    for (const [i, channel] of ours.inspection!.channels.entries()) {
      t.diagnostic(`${channel.name}: ${channel.dcOffset} (${dc[i + 1]}), ${channel.rmsDbfs} (${rms[i + 1]})`)
      assert.ok(Math.abs(channel.dcOffset - dc[i + 1]!) < 1e-6, 'offset')
      assert.ok(Math.abs(channel.rmsDbfs! - rms[i + 1]!) <= 0.0051, 'level')
      assert.ok(Math.abs(channel.peakDbfs! - peak[i + 1]!) <= 0.0051, 'peak')
    }
  })

  it('count the same clipped tops', () => {
    const [, left, right] = soxStats()('Pk count')
    const { found } = ours.inspection!.stretches.fullScale
    assert.deepEqual(
      found.map(({ channel }) => channel),
      ['FL'],
    )
    // Two seconds of 500 Hz have 2,000 tops, each as long as the others; sox counts samples.
    assert.equal(found[0]!.count, 2000)
    assert.equal(found[0]!.count * found[0]!.worst, left)
    assert.ok(right! < 10)
    const [, flat, free] = soxStats()('Flat factor')
    assert.ok(flat! > 10 && free === 0, `flat factor ${flat}, ${free}`)
  })

  it('agree on the correlation of the pair', t => {
    const level = (db: number): number => 10 ** (db / 10)
    for (const [from, to] of [
      ['0', '12'],
      ['9', '11'],
    ] as const) {
      const [, left, right] = soxStats('trim', from, `=${to}`)('RMS lev dB').map(level)
      const [sum] = soxStats('trim', from, `=${to}`, 'remix', '1,2')('RMS lev dB').map(level)
      // remix 1,2 adds half of each.
      const correlation = (4 * sum! - left! - right!) / (2 * Math.sqrt(left! * right!))
      const { pairs, stretches } = ours.inspection!
      const own = from === '0' ? pairs[0]!.correlation! : stretches.phase.found[0]!.worst
      t.diagnostic(`${from}–${to} s: ${own} (${correlation})`)
      assert.ok(Math.abs(own - correlation) < (from === '0' ? 0.01 : 0.1))
    }
    const [inverted] = ours.inspection!.stretches.phase.found
    assert.ok(Math.abs(inverted!.startS - 9) < 0.11 && Math.abs(inverted!.endS - 11) < 0.11)
  })
})

describe('sound inspection and ffmpeg', { skip: noFfmpeg }, () => {
  it('find the same silence', () => {
    const text = run('ffmpeg', '-hide_banner', '-i', path, '-af', 'silencedetect=n=-60dB:d=1', '-f', 'null', '-')
    const times = (name: string): number[] =>
      [...text.matchAll(new RegExp(`${name}: ([\\d.]+)`, 'g'))].map(([, value]) => Number(value))
    const { found } = ours.inspection!.stretches.silence
    assert.equal(found.length, 1)
    assert.deepEqual([times('silence_start').length, times('silence_end').length], [1, 1])
    // Ours moves by hops of 10 ms, and lies within.
    const [start, end] = [found[0]!.startS - times('silence_start')[0]!, times('silence_end')[0]! - found[0]!.endS]
    assert.ok(start >= -1e-3 && start < 0.011, `starts ${start} later`)
    assert.ok(end >= -1e-3 && end < 0.011, `ends ${end} earlier`)
  })

  it('agree on loudness to 0.1 LU, and on the true peak as far as oversampled square waves let them', t => {
    const text = run('ffmpeg', '-hide_banner', '-nostats', '-i', path, '-af', 'ebur128=peak=true', '-f', 'null', '-')
    const summary = text.slice(text.lastIndexOf('Summary'))
    const read = (pattern: RegExp): number => Number(pattern.exec(summary)?.[1])
    const [integrated, peak] = [read(/I:\s+(-?[\d.]+) LUFS/), read(/Peak:\s+(-?[\d.]+) dBFS/)]
    t.diagnostic(`${ours.loudness?.integratedLufs} (${integrated}), ${ours.loudness?.truePeakDbtp} (${peak})`)
    assert.ok(Math.abs(ours.loudness!.integratedLufs! - integrated) <= 0.1)
    assert.ok(Math.abs(ours.loudness!.truePeakDbtp! - peak) <= 0.35)
  })
})
