// Checks of captions: each finds its fault in a track of SubRip in Matroska, and nothing in a good one of each format.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { GraphSpec, SubtitleFormat } from '../../src/model/index.ts'
import { runAndCount } from '../e2e/engine-kit.ts'
import { CLIP_S, hear, makeSoundClip } from './sound-kit.ts'

let dir: string
let clip: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-captions-'))
  clip = await makeSoundClip(dir, 'clip')
})
after(() => rm(dir, { recursive: true, force: true }))

const bounds = { maxItems: 65_536, maxBytes: 64 << 20 }

/** `[from, to, text]` in seconds. */
type Line = readonly [from: number, to: number, text: string]

const clock = (seconds: number): string => {
  const ms = Math.round(seconds * 1000)
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0')
  return `${part(Math.floor(ms / 3_600_000))}:${part(Math.floor(ms / 60_000) % 60)}:${part(Math.floor(ms / 1000) % 60)},${part(ms % 1000, 3)}`
}

const srt = (lines: readonly Line[]): string =>
  lines.map(([from, to, text], i) => `${i + 1}\n${clock(from)} --> ${clock(to)}\n${text}\n\n`).join('')

/** Pictures, sound and one caption track. */
async function withCaptions(
  name: string,
  lines: readonly Line[],
  to: SubtitleFormat = 'srt',
  language = 'deu',
): Promise<string> {
  const text = join(dir, `${name}.srt`)
  await writeFile(text, srt(lines))
  const path = join(dir, `${name}.${to === 'mov_text' ? 'mp4' : 'mkv'}`)
  const format = to === 'mov_text' ? 'mov' : 'matroska'
  const spec: GraphSpec = {
    nodes: [
      { id: 'clip', kind: 'source', params: { path: clip, streams: [0, 1] } },
      { id: 'text', kind: 'source', params: { path: text, streams: [0] } },
      { id: 'convert', kind: 'subtitle', params: { from: 'srt', to, width: 320, height: 180 } },
      {
        id: 'mux',
        kind: 'mux',
        params: { path, format, tracks: [{ port: 's0' }, { port: 's1', language: 'eng' }, { port: 's2', language }] },
      },
    ],
    edges: [
      { from: 'clip.s0', to: 'mux.s0', ...bounds },
      { from: 'clip.s1', to: 'mux.s1', ...bounds },
      { from: 'text.s0', to: 'convert.in', ...bounds },
      { from: 'convert.out', to: 'mux.s2', ...bounds },
    ],
  }
  await runAndCount(spec)
  return path
}

const good: readonly Line[] = [
  [1, 3, 'Guten Abend.'],
  [3, 5, 'Guten Abend\nund willkommen.'],
  [6, 8.5, 'Das war es schon.'],
]

const idOf = ({ check, measured }: { check: string; measured: string }): string => `${check}: ${measured}`

describe('checks of captions', () => {
  for (const format of ['srt', 'ass', 'webvtt', 'mov_text'] as const)
    it(`find nothing in good captions as ${format}`, async () => {
      const heard = await hear(await withCaptions(`good-${format}`, good, format))
      assert.deepEqual(heard.findings.map(idOf), [])
      const { result } = heard.evidence.captions[0]!
      assert.equal(result?.cues, 3)
      assert.equal(result?.startS, 1)
      assert.equal(result?.endS, 8.5)
    })

  it('find overlaps, empty and fast and short cues, and one that outlives the programme, at their times', async () => {
    const lines: readonly Line[] = [
      [1, 3, 'Guten Abend.'],
      [2.5, 4, 'Zu früh.'],
      [5, 6, 'Dieser Text ist in einer Sekunde gar nicht zu lesen, von niemandem.'],
      [7, 7.1, 'Weg!'],
      [8, 9, '{\\an8}Oben'],
      [8.4, 9, 'Unten, zugleich'],
      [10, 10, 'Nichts'],
      [11, CLIP_S + 3, 'Wer ist noch da?'],
    ]
    const heard = await hear(await withCaptions('bad', lines))
    const [overlap] = heard.of('captions.overlap')
    assert.equal(heard.of('captions.overlap').length, 1, 'another place may have its own cue')
    assert.equal(overlap?.startS, 2.5)
    assert.equal(overlap?.endS, 3)
    assert.equal(overlap?.pictureS, 2.5)
    const timing = heard.of('captions.timing')
    const at = (startS: number): string | undefined => timing.find(found => found.startS === startS)?.measured
    assert.equal(at(5), '67 characters per second')
    assert.equal(at(7), '0.100 s')
    assert.equal(at(CLIP_S), 'ends 3.00 s after the programme')
    assert.equal(timing.find(({ startS }) => startS === 5)?.severity, 'info')
    assert.equal(at(10), 'a length of 0.000 s')
    assert.equal(heard.findings.length, 5, heard.findings.map(idOf).join(', '))
  })

  it('find cues without text', async () => {
    const heard = await hear(await withCaptions('empty', [good[0]!, [4, 5, '<i></i>'], good[2]!]))
    assert.deepEqual(heard.findings.map(idOf), ['captions.empty: no text'])
    assert.equal(heard.findings[0]!.startS, 4)
  })

  it('find a sample of mov_text that is longer than it is', async () => {
    const path = await withCaptions('damaged', good, 'mov_text')
    const bytes = await readFile(path)
    // A sample begins with the length of its text.
    bytes.writeUInt16BE(0x7fff, bytes.indexOf('Das war es schon.') - 2)
    await writeFile(path, bytes)
    const heard = await hear(path)
    assert.deepEqual(heard.findings.map(idOf), ['captions.parsable: damaged packet'])
    assert.equal(heard.findings[0]!.startS, 6)
  })

  it('find a track without cues, and missing captions where a profile asks for them', async () => {
    const limits = { 'captions.present': { languages: ['fra'] } }
    const heard = await hear(clip, 'broadcast', limits)
    assert.deepEqual(heard.findings.map(idOf), ['captions.present: no caption track'])
    assert.equal(heard.outcome('captions.overlap').because, 'the file has no captions')
    const german = await hear(await withCaptions('german', good), 'broadcast', limits)
    assert.deepEqual(german.findings.map(idOf), ['captions.present: none in fra'])
    const both = await hear(await withCaptions('french', good, 'srt', 'fra'), 'broadcast', limits)
    assert.deepEqual(both.findings.map(idOf), [])
  })
})
