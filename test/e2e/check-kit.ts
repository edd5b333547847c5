// A package in memory, whose files a test may spoil, and what `headend check` then says.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { checkWith, type ResourceReader } from '../../src/conformance/index.ts'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { parseInit, parseSegment } from '../../src/manifest/index.ts'
import type { ConformanceReport } from '../../src/model/index.ts'
import { packageStreams } from '../../src/packaging/index.ts'
import { makeClip } from '../media/make-media.ts'

const { signal } = new AbortController()

export type Files = Map<string, Uint8Array>

/** 12 s, two sizes, two languages of sound, one of text; segments of 6 s. `keep` gets the folder before it goes. */
export async function makePackage(keep?: (dir: string) => Promise<void>): Promise<Files> {
  const dir = await mkdtemp(join(tmpdir(), 'headend-check-'))
  try {
    const clip = async (name: string, size: string, kbps: number): Promise<string> =>
      await makeClip(join(dir, name), {
        video: `testsrc2=s=${size}:r=25:d=12,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709`,
        videoEncoder: {
          name: 'libx264',
          options: {
            preset: 'veryfast',
            g: 50,
            keyint_min: 50,
            sc_threshold: 0,
            b: kbps * 1000,
            maxrate: kbps * 1000,
            bufsize: kbps * 1000,
          },
        },
        muxOptions: { movflags: '+write_colr' },
      })
    const sound = (name: string, f: number): Promise<string> =>
      makeClip(join(dir, name), {
        audio: [
          { graph: `sine=f=${f}:r=48000:d=12,aformat=channel_layouts=stereo:sample_fmts=fltp`, options: { b: 64_000 } },
        ],
      })
    await writeFile(join(dir, 't.vtt'), 'WEBVTT\n\n00:00:05.000 --> 00:00:07.000\nover the cut\n')
    const out = join(dir, 'out')
    await packageStreams(
      {
        inputs: [
          { id: 'v180', path: await clip('v1.mp4', '320x180', 300), type: 'video' },
          { id: 'v90', path: await clip('v2.mp4', '160x90', 100), type: 'video' },
          { id: 'a_en', path: await sound('a1.mp4', 440), type: 'audio', language: 'en', label: 'English' },
          { id: 'a_de', path: await sound('a2.mp4', 550), type: 'audio', language: 'de', label: 'Deutsch' },
        ],
        texts: [{ id: 't_0_en', path: join(dir, 't.vtt'), language: 'en' }],
        ...{ outDir: out, segmentDuration: '6/1', hls: true, dash: true },
      },
      { signal, log: silentLog },
    )
    await keep?.(dir)
    return await readFolder(out)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export async function readFolder(dir: string): Promise<Files> {
  const files: Files = new Map()
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(relative(dir, path).split(sep).join('/'), await readFile(path))
  }
  return files
}

/** Reads what is in `files`, with the errors that the other readers have. */
export const memoryReader = (files: Files): ResourceReader => ({
  url: null,
  async read(reference, { range }) {
    const bytes = files.get(reference)
    if (!bytes) throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no ${reference.slice(0, 100)}`)
    const { offset, bytes: size } = range ?? { offset: 0, bytes: bytes.length }
    if (offset + size > bytes.length) throw new HeadendError('HE_FETCH_FAILED', `${reference.slice(0, 100)} is shorter`)
    return { bytes: bytes.subarray(offset, offset + size), transfer: null }
  },
})

export const checkFiles = (files: Files, name: string): Promise<ConformanceReport> =>
  checkWith(memoryReader(files), name, name, { signal, first: null })

/** Changes the text of one file. @throws when nothing changed: the test would prove nothing. */
export function edit(files: Files, path: string, from: string | RegExp, to: string): void {
  const before = Buffer.from(files.get(path) ?? []).toString('utf8')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`nothing to change in ${path}: ${from}`)
  files.set(path, Buffer.from(after))
}

/** Moves the decode time of a segment. */
export function shiftTime(files: Files, path: string, ticks: bigint): void {
  const bytes = Buffer.from(files.get(path)!)
  const at = bytes.indexOf('tfdt', 0, 'latin1')
  const wide = bytes[at + 4] === 1
  if (wide) bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + ticks, at + 8)
  else bytes.writeUInt32BE(bytes.readUInt32BE(at + 8) + Number(ticks), at + 8)
  files.set(path, bytes)
}

/** Makes an ordinary picture of the key frame that a segment begins with. */
export function spoilKeyFrame(files: Files, folder: string, name: string): void {
  const bytes = Buffer.from(files.get(`${folder}/${name}`)!)
  const init = parseInit(files.get(`${folder}/init.mp4`)!)
  const { start, end } = parseSegment(bytes, init.defaults).fragments[0]!.firstSample
  for (let at = start; at < end; at += 4 + bytes.readUInt32BE(at))
    if ((bytes[at + 4]! & 31) === 5) bytes[at + 4] = (bytes[at + 4]! & 0xe0) | 1
  files.set(`${folder}/${name}`, bytes)
}
