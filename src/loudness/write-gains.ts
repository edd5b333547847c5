// A gain as metadata: the file is written again with every packet as it was, and read back.
import { combinedLoudness } from '../audio/index.ts'
import { HeadendError, type RunOptions } from '../core/index.ts'
import type { Check, MediaFacts, NormalizedTrack } from '../model/index.ts'
import { type GainReading, gainTags } from './gain-tags.ts'
import type { MeasuredFile, MeasuredTrack } from './measure-file.ts'
import { reading } from './normalize-groups.ts'
import { type Item, type Parts, writeItem } from './normalize-item.ts'
import { chooseStreams } from './normalize-spec.ts'
import type { NormalizeOptions } from './options.ts'

/** @throws {HE_PLAN_IMPOSSIBLE} where the container has no place for a gain */
export async function writeGains(
  items: readonly Item[],
  { album, audioCodec }: NormalizeOptions,
  measure: (path: string) => Promise<MeasuredFile>,
  run: RunOptions,
): Promise<Parts> {
  if (audioCodec) throw new HeadendError('HE_USAGE', '--metadata codes nothing: --audio-codec does not belong to it')
  for (const { place } of items) {
    if (place.kind.gainTags.length > 0) continue
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${place.kind.label} has no place for a gain that players read`, {
      hint: 'Matroska, WebM, FLAC, MP3, Ogg and Opus have one; leave out --metadata to change the samples.',
    })
  }
  const whole = album ? albumReading(items.flatMap(({ before }) => before.tracks)) : null
  const files: Parts['files'][number][] = []
  for (const item of items) {
    const { facts, tracks } = item.before
    const { kind, partial } = item.place
    const tags = new Map(
      tracks.map(each => [each.stream.index, gainTags(kind, each.stream.codec, reading(each), whole)]),
    )
    const job = { facts, kind, tags, work: new Map() }
    await writeItem(job, partial, run)
    item.after = await measure(partial)
    const after = item.after
    files.push({
      tracks: tracks.map(each => describe(each, tags.get(each.stream.index)!, after, item)),
      warnings: [...chooseStreams(job).warnings],
    })
  }
  const loudness = whole?.integratedLufs ?? null
  return { files, album: album ? { before: loudness, after: loudness, checks: [] } : null }
}

function albumReading(tracks: readonly MeasuredTrack[]): GainReading {
  const peaks = tracks.flatMap(({ measurement }) => measurement.truePeakDbtp ?? [])
  return {
    integratedLufs: combinedLoudness(tracks.map(({ measurement }) => measurement.series.momentaryLufs)),
    truePeakDbtp: peaks.length > 0 ? Math.max(...peaks) : null,
  }
}

/** Two readings of the same packets. */
const SAME_LU = 0.005

function describe(
  before: MeasuredTrack,
  tags: Record<string, string>,
  { facts, tracks }: MeasuredFile,
  { place, before: file }: Item,
): NormalizedTrack {
  const again = reading(tracks.find(({ track }) => track === before.track)!)
  const old = reading(before)
  const subject = `${file.facts.path}, track ${before.track}`
  const found = tagsOf(facts, place.kind.tagsOf, before.track)
  const kept = Object.entries(tags).every(([name, value]) => found.get(name.toLowerCase()) === value)
  const same = Math.abs((again.integratedLufs ?? 0) - (old.integratedLufs ?? 0)) <= SAME_LU
  const checks: Check[] = [
    {
      id: 'loudness.tags',
      subject,
      status: Object.keys(tags).length === 0 ? 'skipped' : kept ? 'pass' : 'fail',
      promised: Object.entries(tags)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
      measured: kept ? 'read back' : 'not read back',
      message: 'The gain can be read from the finished file.',
    },
    {
      id: 'loudness.untouched',
      subject,
      status: same ? 'pass' : 'fail',
      promised: old.integratedLufs === null ? 'no loudness' : `${old.integratedLufs.toFixed(2)} LUFS`,
      measured: again.integratedLufs === null ? 'no loudness' : `${again.integratedLufs.toFixed(2)} LUFS`,
      message: 'The samples are what they were.',
    },
  ]
  return {
    ...{ track: before.track, stream: before.stream.index, before: old, after: again },
    ...{ gainDb: 0, limitedDb: 0, makeUpDb: 0, encoder: 'copy', tags, checks },
    because:
      old.integratedLufs === null
        ? 'there is no loudness: silence, or shorter than 400 ms'
        : `the gain is in ${Object.keys(tags).join(', ')}: a player applies it`,
    warnings: [...before.warnings],
  }
}

/** By lower-case name: containers spell them as they like. */
function tagsOf(facts: MediaFacts, where: 'file' | 'track', track: number): Map<string, string> {
  const tags = where === 'file' ? facts.container.tags : (facts.audio[track - 1]?.tags ?? {})
  return new Map(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]))
}
