// The golden pairs: what libvmaf 3.2.0 says about them, frame by frame, and their luma planes. The small synthetic ones lie in
// test/golden (made by test/golden/make-fixtures.ts); all of them are read from the shared folder where there is one.
import { execFile } from 'node:child_process'
import { access, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Crop, cropPair, crops } from './golden/crops.ts'
import type { Pair } from './golden/kernels.ts'
import { unpackPlanes } from './golden/planes.ts'
import { type GoldenResult, resultOf, type StoredResult, storeReport } from './golden/results.ts'

/** A pair with what is known about it. */
export type GoldenPair = Pair & GoldenResult & { readonly id: string }

const folder = join(import.meta.dirname, 'golden')
const repository = resolve(import.meta.dirname, '../../..')

/** Folder of the full set: `$HEADEND_SHARED/data/vmaf/golden`, without the variable `../shared` beside the repository. */
export const sharedGolden = join(process.env.HEADEND_SHARED ?? join(repository, '../shared'), 'data/vmaf/golden')

/** The pairs of the repository, sorted by name; a function each, since a pair takes some megabytes. */
export async function fixturePairs(): Promise<readonly { readonly id: string; open(): Promise<GoldenPair> }[]> {
  const names = (await readdir(folder)).filter(name => /^g\d+\.json$/.test(name)).toSorted()
  return names.map(name => ({
    id: name.replace('.json', ''),
    open: async () => {
      const stored = JSON.parse(await readFile(join(folder, name), 'utf8')) as StoredResult
      const { id, width, height, bits } = stored
      const planes = async (part: string): Promise<Uint8Array> =>
        unpackPlanes(await readFile(join(folder, `${id}.${part}.br`)), stored)
      return { id, width, height, bits, ref: await planes('ref'), dis: await planes('dis'), ...resultOf(stored) }
    },
  }))
}

/** The crops of the fixtures, in the order of `crops`. */
export async function cropPairs(): Promise<readonly { readonly id: string; open(): Promise<GoldenPair> }[]> {
  const stored = JSON.parse(await readFile(join(folder, 'crops.json'), 'utf8')) as StoredResult[]
  return crops.map((crop, i) => ({
    id: cropName(crop),
    open: async () => {
      const result = stored[i]
      if (result?.id !== cropName(crop)) throw new Error(`crops.json does not know ${cropName(crop)}`)
      return { id: result.id, ...(await openCrop(crop)), ...resultOf(result) }
    },
  }))
}

/** A crop without its result. */
export async function openCrop(crop: Crop): Promise<Pair> {
  const fixture = (await fixturePairs()).find(({ id }) => id === crop.of)
  if (!fixture) throw new Error(`no fixture ${crop.of}`)
  return cropPair(await fixture.open(), crop)
}

/** What a crop is called in tests and in crops.json. */
export function cropName({ of, width, height, bits }: Crop): string {
  return `${of} at ${width}x${height}, ${bits} bit`
}

/** The pairs of the shared folder, or why they cannot be read. */
export async function sharedPairs(): Promise<
  { readonly pairs: readonly { readonly id: string; open(): Promise<GoldenPair> }[] } | { readonly missing: string }
> {
  const found = await access(sharedGolden).then(
    () => true,
    () => false,
  )
  if (!found) return { missing: `needs the golden pairs in ${sharedGolden}` }
  if (!(await run('ffmpeg', ['-version']).catch(() => null))) return { missing: 'needs ffmpeg to decode FFV1' }
  const pairs = await Promise.all(
    ['synth', 'netflix'].map(async set => {
      const names = await readdir(join(sharedGolden, set)).catch(() => [])
      return names
        .filter(name => /^\w+\.json$/.test(name))
        .map(name => ({ id: name.replace('.json', ''), open: () => openShared(set, name.replace('.json', '')) }))
    }),
  )
  return { pairs: pairs.flat() }
}

/** One pair of the shared folder, decoded by ffmpeg. */
export async function openShared(set: string, id: string): Promise<GoldenPair> {
  const stored = await readLibvmaf(set, id)
  const planes = (part: string): Promise<Uint8Array> => decodeLuma(join(sharedGolden, set, `${id}.${part}.mkv`))
  const { width, height, bits } = stored
  return { id, width, height, bits, ref: await planes('ref'), dis: await planes('dis'), ...resultOf(stored) }
}

/** libvmaf's report on a pair in the form of the repository. */
export async function readLibvmaf(set: string, id: string): Promise<StoredResult> {
  const report = await readFile(join(sharedGolden, set, `${id}.json`), 'utf8')
  const probe = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height,pix_fmt', '-of', 'json']
  const text = await run('ffprobe', [...probe, join(sharedGolden, set, `${id}.ref.mkv`)])
  const { streams } = JSON.parse(text.toString()) as { streams: { width: number; height: number; pix_fmt: string }[] }
  const { width, height, pix_fmt } = streams[0]!
  const bits = Number(/p(\d+)le$/.exec(pix_fmt)?.[1] ?? 8)
  return storeReport(report, { id, width, height, bits })
}

function decodeLuma(file: string): Promise<Uint8Array> {
  return run('ffmpeg', ['-v', 'error', '-i', file, '-vf', 'extractplanes=y', '-f', 'rawvideo', '-'])
}

function run(command: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((done, fail) => {
    execFile(command, args, { encoding: 'buffer', maxBuffer: 1 << 28 }, (error, stdout) => {
      if (error) fail(error)
      else done(stdout)
    })
  })
}
