// Clear segments of a package become protected ones, in place: each track under the key of its label, from period to period.
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  add,
  compare,
  div,
  floor,
  HeadendError,
  parseRational,
  type Rational,
  type RationalText,
  rational,
} from '../core/index.ts'
import {
  type CencScheme,
  type CryptoPeriod,
  commonPssh,
  createCencEncryptor,
  fairPlayUri,
  type KeyId,
  type KeyLabel,
  keyFormats,
  parsePssh,
  playReadyPssh,
  systemIds,
  videoLabel,
  widevinePssh,
} from '../drm/index.ts'
import { type HlsKey, segmentDuration, type Track, type TrackProtection, ticksToSeconds } from '../manifest/index.ts'
import type { ContentKey, KeyProvider, KeySet } from '../protection/index.ts'

export const drmSystems = ['widevine', 'playready', 'fairplay', 'clearkey'] as const
export type DrmSystem = (typeof drmSystems)[number]

export type PackageProtection = {
  readonly scheme: CencScheme
  readonly systems: readonly DrmSystem[]
  readonly provider: KeyProvider
  /** By which the provider knows the keys of this title. */
  readonly contentId: string
  /** Length of a crypto period in seconds; periods end at segments. null: one key for all of the title. */
  readonly rotate: RationalText | null
  /** Seconds at the beginning that stay in the clear, to whole segments; null: none. */
  readonly clearLead: RationalText | null
}

/** Keys of one crypto period. */
type Period = { readonly set: KeySet; readonly number: number | null }

/** @throws {HE_PLAN_IMPOSSIBLE} for systems and schemes that do not go together */
export function refuseProtection({ scheme, systems }: Pick<PackageProtection, 'scheme' | 'systems'>): void {
  if (systems.includes('fairplay') && scheme !== 'cbcs')
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'FairPlay decrypts cbcs alone', {
      hint: 'Leave --scheme out, or FairPlay.',
    })
  if (systems.length === 0) throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'no DRM system was named')
}

const labelOf = ({ init }: Track): KeyLabel => (init.video ? videoLabel(init.video) : 'AUDIO')

/**
 * Encrypts every segment of `tracks` in `outDir` and writes their init segments anew; where keys rotate, one for each period. The keys
 * stay in this process. Returns the protection of each track, in their order.
 * @throws {HE_KEY_…} {HE_INPUT_UNSUPPORTED} for codecs that have no common encryption
 */
export async function protectTracks(
  outDir: string,
  tracks: readonly Track[],
  protection: PackageProtection,
  { signal }: { signal: AbortSignal },
): Promise<TrackProtection[][]> {
  const { provider, contentId, scheme, rotate } = protection
  const labels = [...new Set(tracks.map(labelOf))]
  const asked = tracks.map(track => protectedPeriods(track, protection))
  const open = tracks.find((_, i) => asked[i]!.length === 0)
  if (open)
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `${open.id} is not longer than the clear lead: nothing of it would be encrypted`,
    )
  const numbers = [...new Set(asked.flat())]
  await using undo = new AsyncDisposableStack()
  const periods = new Map<number, Period>()
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const period = rotate === null ? null : number
    const set = undo.use(await provider.keysFor({ contentId, labels, scheme, period }, { signal }))
    periods.set(number, { set, number: period })
  }
  const all: TrackProtection[][] = []
  for (const track of tracks) all.push(await protectTrack(outDir, track, periods, protection, signal))
  return all
}

/** Segments of sound begin a block before or after those of the picture: the middle of a segment decides. */
function middleOf(track: Track, index: number): Rational {
  const segment = track.segments[index]!
  return add(ticksToSeconds(segment.start, track.init.timescale), div(segmentDuration(track, segment), rational(2)))
}

/** null: the segment stays in the clear. */
function periodAt(
  track: Track,
  index: number,
  { rotate, clearLead }: Pick<PackageProtection, 'rotate' | 'clearLead'>,
): number | null {
  const middle = middleOf(track, index)
  if (clearLead !== null && compare(middle, parseRational(clearLead)) < 0) return null
  return rotate === null ? 0 : Number(floor(div(middle, parseRational(rotate))))
}

const protectedPeriods = (track: Track, protection: PackageProtection): number[] =>
  track.segments.flatMap((_, i) => periodAt(track, i, protection) ?? [])

async function protectTrack(
  outDir: string,
  track: Track,
  periods: ReadonlyMap<number, Period>,
  protection: PackageProtection,
  signal: AbortSignal,
): Promise<TrackProtection[]> {
  const { scheme, rotate, clearLead } = protection
  const rotates = rotate !== null
  const path = join(outDir, track.initPath)
  const encryptor = createCencEncryptor(await readFile(path, { signal }), {
    ...{ scheme, rotates, clearLead: clearLead !== null },
    iv: randomBytes(scheme === 'cbcs' ? 16 : 8),
  })
  const told: TrackProtection[] = []
  let last: number | null = null
  let inits = 0
  for (const [i, { path: name }] of track.segments.entries()) {
    const number = periodAt(track, i, protection)
    const bytes = await readFile(join(outDir, name), { signal })
    if (number === null) {
      // The init segment of the first period has an entry for it too.
      if (i === 0) told.push({ ...inTheClear, ...(rotates ? { initPath: track.initPath } : {}) })
      await writeFile(join(outDir, name), encryptor.clear(bytes), { signal })
      continue
    }
    const period = periods.get(number)!
    const key = keyOf(period, labelOf(track))
    const pssh = headersOf(period, key.kid, protection)
    const changed = key.key.use(secret => {
      const crypto: CryptoPeriod = { keyId: key.kid, key: secret, pssh }
      return {
        init: number === last ? null : encryptor.init(crypto),
        segment: encryptor.segment(bytes, crypto),
      }
    })
    if (changed.init) {
      const initPath = ++inits === 1 ? track.initPath : `${dirname(track.initPath)}/init-${inits}.mp4`
      await writeFile(join(outDir, initPath), changed.init, { signal })
      told.push(describe(i, rotates ? initPath : null, key.kid, period.set, pssh, protection))
    }
    await writeFile(join(outDir, name), changed.segment, { signal })
    last = number
  }
  return told
}

const inTheClear = { fromSegment: 0, scheme: null, kid: null, systems: [], hlsKeys: [] } as const

function keyOf({ set }: Period, label: KeyLabel): ContentKey {
  const key = set.keys.find(each => each.label === label)
  if (key) return key
  throw new HeadendError('HE_KEY_MISSING', `the provider gave no key for ${label}`)
}

/** What the provider brings for this key, and for each other system our own: all keys of the period, so that one licence opens all tracks. */
function headersOf({ set, number }: Period, kid: KeyId, { scheme, systems }: PackageProtection): Uint8Array[] {
  const keyIds = [...new Set(set.keys.map(({ kid }) => kid))]
  const given = (systemId: string): Uint8Array | null => {
    const own = set.systems.find(each => each.systemId === systemId && each.kid === kid && each.pssh !== null)
    return own?.pssh ? Buffer.from(own.pssh) : null
  }
  const make: Readonly<Record<DrmSystem, () => Uint8Array[]>> = {
    widevine: () => [
      given(systemIds.widevine) ??
        widevinePssh({ keyIds, scheme, ...(number === null ? {} : { cryptoPeriodIndex: number }) }),
    ],
    playready: () => [
      given(systemIds.playready) ??
        playReadyPssh({ scheme, keys: set.keys.map(({ kid, key }) => ({ keyId: kid, key })) }),
    ],
    fairplay: () => [],
    clearkey: () => [commonPssh(keyIds)],
  }
  return systems.flatMap(system => make[system]())
}

function describe(
  fromSegment: number,
  initPath: string | null,
  kid: KeyId,
  set: KeySet,
  pssh: readonly Uint8Array[],
  { scheme, systems }: PackageProtection,
): TrackProtection {
  const boxOf = (systemId: string): string | null => {
    const id = Buffer.from(systemId.replaceAll('-', ''), 'hex')
    const box = pssh.find(each => Buffer.from(each).subarray(12, 28).equals(id))
    return box ? Buffer.from(box).toString('base64') : null
  }
  const ids: Readonly<Record<DrmSystem, readonly [systemId: string, name: string]>> = {
    widevine: [systemIds.widevine, 'Widevine'],
    playready: [systemIds.playready, 'PlayReady'],
    fairplay: [systemIds.fairplay, 'FairPlay'],
    clearkey: [systemIds.common, 'ClearKey'],
  }
  return {
    fromSegment,
    ...(initPath === null ? {} : { initPath }),
    ...{ scheme, kid },
    // FairPlay has no place in DASH.
    systems: systems
      .filter(system => system !== 'fairplay')
      .map(system => ({ systemId: ids[system][0], name: ids[system][1], pssh: boxOf(ids[system][0]) })),
    hlsKeys: systems.map(system => hlsKey(system, kid, set, scheme, boxOf)),
  }
}

/** RFC 8216 4.3.2.4; formats as each system's own documents have them. */
function hlsKey(
  system: DrmSystem,
  kid: KeyId,
  set: KeySet,
  scheme: CencScheme,
  boxOf: (systemId: string) => string | null,
): HlsKey {
  const hex = kid.replaceAll('-', '')
  const base = {
    method: scheme === 'cbcs' ? 'SAMPLE-AES' : 'SAMPLE-AES-CTR',
    ...{ iv: null, keyFormatVersions: '1', keyId: `0x${hex}` },
  }
  switch (system) {
    case 'widevine':
      return { ...base, uri: `data:text/plain;base64,${boxOf(systemIds.widevine)}`, keyFormat: keyFormats.widevine }
    case 'playready': {
      // The header of the pssh box, whoever made it.
      const { data } = parsePssh(Buffer.from(boxOf(systemIds.playready)!, 'base64'))
      const uri = `data:text/plain;charset=UTF-16;base64,${Buffer.from(data).toString('base64')}`
      return { ...base, uri, keyFormat: keyFormats.playready }
    }
    case 'fairplay':
      return {
        ...base,
        keyId: null,
        uri: givenUri(set, systemIds.fairplay, kid) ?? fairPlayUri(kid),
        keyFormat: keyFormats.fairplay,
      }
    case 'clearkey':
      return {
        ...base,
        uri: `data:text/plain;base64,${Buffer.from(hex, 'hex').toString('base64')}`,
        keyFormat: 'org.w3.clearkey',
      }
  }
}

/** What a key server wants a playlist to say: the URI of its EXT-X-KEY. */
function givenUri({ systems }: KeySet, systemId: string, kid: KeyId): string | null {
  const lines = systems
    .filter(each => each.systemId === systemId && each.kid === kid)
    .flatMap(({ hls }) => hls.filter(({ playlist }) => playlist === 'media'))
  return /URI="([^"\r\n]+)"/.exec(lines[0]?.lines ?? '')?.[1] ?? null
}
