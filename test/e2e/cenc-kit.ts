// Clips packaged by Shaka Packager, in the clear or encrypted, for comparison with our own writer.
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret, silentLog } from '../../src/core/index.ts'
import { type CryptoPeriod, commonPssh, formatKeyId } from '../../src/drm/index.ts'
import { runPackager } from '../../src/packaging/run-packager.ts'
import { makeClip } from '../media/make-media.ts'

const { signal } = new AbortController()
export const run = { signal, log: silentLog }

export const keyId = formatKeyId(Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i))
export const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
export const ivs = {
  cenc: Buffer.from('1112131415161718', 'hex'),
  cbcs: Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex'),
}
export const period: CryptoPeriod = { keyId, key, pssh: [commonPssh([keyId])] }

const picture = 'testsrc2=s=320x180:r=25:d=4,noise=alls=15:allf=t'
const sine = (format: string): string => `sine=f=440:r=48000:d=4,aformat=sample_fmts=${format}:channel_layouts=stereo`
const video = (name: string, options: Record<string, string | number>, format = 'yuv420p') => ({
  video: `${picture},format=${format}`,
  videoEncoder: { name, options },
})

/** One track each. */
export const recipes = {
  avc: video('libx264', { preset: 'medium', g: 50, 'x264-params': 'slices=2:weightp=2' }),
  'avc interlaced': video('libx264', { preset: 'veryfast', g: 50, 'x264-params': 'tff=1:cabac=0:log-level=none' }),
  hevc: video('libx265', { preset: 'veryfast', 'x265-params': 'keyint=50:slices=2:log-level=none' }, 'yuv420p10le'),
  av1: video('libsvtav1', { preset: 10, g: 50, 'svtav1-params': 'tile-columns=1:film-grain=8' }),
  aac: { video: null, audio: [{ graph: sine('fltp') }] },
  opus: { video: null, audio: [{ graph: sine('flt'), encoder: 'libopus' }] },
  'ac-3': { video: null, audio: [{ graph: sine('fltp'), encoder: 'ac3' }] },
  'e-ac-3': { video: null, audio: [{ graph: sine('fltp'), encoder: 'eac3' }] },
} as const

export const makeSource = (dir: string, name: keyof typeof recipes): Promise<string> =>
  makeClip(join(dir, `${name}.mp4`), recipes[name])

export type Package = { readonly init: Uint8Array; readonly segments: readonly Uint8Array[] }

/** Segments of two seconds. Without the fake clock Shaka writes the time of day into its files. */
export async function packageClip(
  source: string,
  out: string,
  { sound, scheme, more = [] }: { sound: boolean; scheme: 'cenc' | 'cbcs' | null; more?: readonly string[] },
): Promise<Package> {
  await mkdir(out, { recursive: true })
  const stream = `in=${source},stream=${sound ? 'audio' : 'video'},init_segment=init.mp4,segment_template=$Number$.m4s,drm_label=ALL`
  const protect = scheme
    ? [
        '--protection_scheme',
        scheme,
        '--clear_lead',
        '0',
        '--protection_systems',
        'CommonSystem',
        '--iv',
        ivs[scheme].toString('hex'),
      ]
    : []
  const fixed = [
    '--segment_duration',
    '2',
    '--fragment_duration',
    '2',
    '--use_fake_clock_for_muxer',
    '--mpd_output',
    'm.mpd',
  ]
  const keys = scheme ? [{ label: 'ALL', kid: keyId.replaceAll('-', ''), key: new Secret(key) }] : undefined
  await runPackager([stream, ...fixed, ...protect, ...more], {
    ...run,
    cwd: out,
    expectedBytes: 0,
    ...(keys && { keys }),
  })
  const read = (name: string): Promise<Uint8Array> => readFile(join(out, name))
  const names = (await readdir(out)).filter(name => name.endsWith('.m4s'))
  const ordered = names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
  return { init: await read('init.mp4'), segments: await Promise.all(ordered.map(read)) }
}
