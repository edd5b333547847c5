// Faults of a DASH manifest against the segments it describes. Pure.
import { compare, formatRational, rational } from '../core/index.ts'
import {
  frameRate,
  type Mpd,
  type Representation,
  segmentPath,
  type TemplateAddressing,
  type Track,
  trackDuration,
} from '../manifest/index.ts'
import { avcString } from './check-hls.ts'
import { differs } from './check-track.ts'

export function checkDash(mpd: Mpd, tracks: readonly Track[]): string[] {
  const findings: string[] = []
  const seen = new Set<string>()
  const all = mpd.periods.flatMap(({ adaptationSets }) => adaptationSets.flatMap(set => set.representations))
  for (const representation of all) {
    const { segments } = representation
    // Key frames, subtitles and small pictures lie outside of the tracks that are read here.
    if (segments.kind !== 'template' || segments.initialization === null) continue
    const track = tracks.find(({ initPath }) => initPath === segments.initialization)
    if (!track) findings.push(`representation ${representation.id}: ${segments.initialization} is not in the package`)
    else {
      seen.add(track.id)
      findings.push(...checkRepresentation(representation, segments, track))
    }
  }
  for (const { id } of tracks) if (!seen.has(id)) findings.push(`${id} is not in the DASH manifest`)
  const videos = tracks.filter(({ init }) => init.video)
  const longest = (videos.length > 0 ? videos : tracks)
    .map(trackDuration)
    .reduce((a, b) => (compare(a, b) < 0 ? b : a), rational(0))
  if (!mpd.duration || differs(mpd.duration, longest, rational(1, 1_000_000)))
    findings.push(
      `mediaPresentationDuration is ${mpd.duration && formatRational(mpd.duration)} s, measured ${formatRational(longest)} s`,
    )
  return findings
}

function checkRepresentation(said: Representation, template: TemplateAddressing, track: Track): string[] {
  const findings: string[] = []
  const { init, segments, id } = track
  const wrong = (what: string): void => void findings.push(`DASH representation ${said.id}: ${what}`)
  if (template.timescale !== init.timescale)
    wrong(`timescale ${template.timescale} is not the media's ${init.timescale}`)
  const paths = template.timeline.map((_, i) => segmentPath(said, template, i))
  if (paths.join() !== segments.map(({ path }) => path).join())
    wrong(`its template gives ${paths.length} segments, ${segments.length} exist in ${id}`)
  const off = segments.findIndex(({ start, end }, i) => {
    const entry = template.timeline[i]
    return entry && (entry.start - template.presentationTimeOffset !== start || entry.duration !== end - start)
  })
  if (off >= 0) wrong(`SegmentTimeline gives other times for ${segments[off]!.path} than its fragments`)
  const { video } = init
  if (video) {
    if (said.width !== video.width || said.height !== video.height)
      wrong(`size ${said.width}x${said.height} is not the init segment's ${video.width}x${video.height}`)
    const rate = frameRate(track)
    if (!said.frameRate || compare(said.frameRate, rate) !== 0)
      wrong(`frameRate is ${said.frameRate && formatRational(said.frameRate)}, measured ${formatRational(rate)}`)
    if (video.avc && said.codecs.toLowerCase() !== avcString(init.sampleEntry, video.avc))
      wrong(`codecs ${said.codecs} is not what the init segment says`)
  }
  return findings
}
