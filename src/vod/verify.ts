// Measures what was made, all of it, and compares it with the plan.
import {
  div,
  formatRational,
  parseRational,
  type RationalText,
  type RunOptions,
  rational,
  toNumber,
} from '../core/index.ts'
import { callEngine, runSpec } from '../engine/index.ts'
import type {
  AudioOutcome,
  Check,
  ContentEvent,
  DecodeResult,
  EncodePlan,
  LoudnessResult,
  MeasureResult,
  MediaFacts,
  ReadResult,
  Verdict,
  VideoOutcome,
} from '../model/index.ts'
import {
  conclude,
  cutKey,
  type Evidence,
  type Finished,
  judgeAudio,
  judgePackage,
  judgePicture,
  judgeVideo,
  readEvents,
  readLoudness,
  readLoudnessCurve,
  readQuality,
  type VmafContext,
  verifySpec,
} from '../quality/index.ts'
import { createMeter } from '../transcode/index.ts'

/** One finished rendition and what its container says, told by whoever knows the container. */
export type FinishedRendition = Finished & {
  /** A file FFmpeg can open that begins with this rendition: codec, size and color are read from it. */
  readonly head: string
  /** Index of the stream among those of its type in `head`. */
  readonly ordinal: number
  readonly duration: RationalText
  /** null where there are no segments. */
  readonly segments: { readonly peakBps: number; readonly keyframes: boolean } | null
}

export type Verification = { readonly video: VideoOutcome[]; readonly audio: AudioOutcome[]; readonly verdict: Verdict }

/** Decodes every rendition completely beside the source. `findings` are faults of the package as a whole. */
export async function verify(
  plan: EncodePlan,
  found: readonly FinishedRendition[],
  findings: readonly string[] | null,
  { signal, log, onProgress }: RunOptions,
): Promise<Verification> {
  // In the plan's order, largest rung first, whatever order the container lists them in.
  const planned = [...(plan.video?.renditions ?? []), ...plan.audio]
  const finished = planned.flatMap(({ id }) => found.find(each => each.id === id) ?? [])
  const measured = new Map<string, unknown>()
  const seconds = toNumber(parseRational(plan.duration))
  const meter = createMeter({ stage: 'verify', total: plan.video?.frames ?? null, seconds, onProgress })
  const done = new Map<string, number>()
  await runSpec(verifySpec(plan, finished), {
    signal,
    log,
    onEvent: event => {
      if (event.type !== 'node') return
      if (event.event !== 'progress') measured.set(`${event.node}.${event.event}`, event.data)
      else if (event.node.startsWith('quality_')) {
        done.set(event.node, (event.data as { frames: number }).frames)
        meter.update([...done.values()].reduce((sum, frames) => sum + frames, 0) / (plan.video?.renditions.length ?? 1))
      }
    },
  })
  const heads = new Map<string, MediaFacts>()
  for (const each of finished)
    heads.set(each.id, await callEngine('inspect', { path: each.head, scan: 'head' }, { signal, log }))

  const get = <T>(node: string, event: string): T | undefined => measured.get(`${node}.${event}`) as T | undefined
  const pictures = new Set(plan.video?.renditions.map(({ id }) => id))
  const video = finished
    .filter(({ id }) => pictures.has(id))
    .flatMap(each => toVideo(plan, each, heads.get(each.id)!, get))
  const audio = finished.filter(({ id }) => !pictures.has(id)).flatMap(each => toAudio(each, heads.get(each.id)!, get))
  const evidence: Evidence = {
    damaged: Object.fromEntries(
      finished.map(({ id }) => [id, get<DecodeResult>(`decode_${id}`, 'decoded')?.damaged ?? 0]),
    ),
    unpaired: Object.fromEntries(
      finished.map(({ id }) => [id, get<MeasureResult>(`quality_${id}`, 'result')?.unpaired ?? 0]),
    ),
    sourceEvents: pictureEvents(get<MeasureResult>('picture_source', 'result')),
    packageFindings: findings ?? [],
    keyTimes: Object.fromEntries(
      finished.map(({ id }) => [id, get<DecodeResult>(`decode_${id}`, 'decoded')?.keyTimes ?? []]),
    ),
    segmented: findings !== null,
  }
  return { video, audio, verdict: conclude(judgeAll(plan, video, audio, evidence)) }
}

function judgeAll(
  plan: EncodePlan,
  video: readonly VideoOutcome[],
  audio: readonly AudioOutcome[],
  evidence: Evidence,
): Check[] {
  const rungs = plan.video?.renditions ?? []
  const top = video.find(outcome => outcome.id === rungs[0]?.id)
  return [
    ...rungs.flatMap(rung =>
      judgeVideo(
        plan,
        rung,
        video.find(each => each.id === rung.id),
        evidence,
      ),
    ),
    ...(top ? [judgePicture(top.id, top.events, evidence)] : []),
    ...plan.audio.flatMap(track =>
      judgeAudio(
        plan,
        track,
        audio.find(each => each.id === track.id),
        evidence,
      ),
    ),
    ...(evidence.segmented ? [judgePackage(evidence)] : []),
  ]
}

type Get = <T>(node: string, event: string) => T | undefined

function toVideo(plan: EncodePlan, each: FinishedRendition, head: MediaFacts, get: Get): VideoOutcome[] {
  const facts = head.video[each.ordinal]
  const quality = get<MeasureResult>(`quality_${each.id}`, 'result')
  const decoded = get<DecodeResult>(`decode_${each.id}`, 'decoded')
  if (!facts || !decoded) return []
  const perSecond = get<ReadResult>(`file_${each.id}`, 'read')?.[`s${each.stream}`]?.bytesPerSecond ?? []
  return [
    {
      id: each.id,
      width: facts.codedWidth,
      height: facts.codedHeight,
      codecString: facts.codecString ?? facts.codec,
      pixelFormat: facts.pixelFormat,
      hdr: facts.hdr,
      frames: decoded.frames,
      duration: each.duration,
      ...weigh(each, get),
      peakSegmentBps: each.segments?.peakBps ?? Math.max(0, ...perSecond) * 8,
      color: facts.color.effective,
      keyframesAtSegments: each.segments?.keyframes ?? true,
      bitrate: { timeS: perSecond.map((_, i) => i), bps: perSecond.map(bytes => bytes * 8) },
      quality: quality ? readQuality(each.id, quality, vmafContext(plan, get)) : null,
      events: pictureEvents(get<MeasureResult>(`picture_${each.id}`, 'result')),
    },
  ]
}

function vmafContext({ video }: EncodePlan, get: Get): VmafContext | null {
  if (!video?.vmaf) return null
  const marks = get<MeasureResult>('picture_source', 'result')?.series[cutKey] ?? []
  return {
    plan: video.vmaf,
    engine: 'headend',
    rate: parseRational(video.frameRate),
    cutsS: marks.filter(time => !Number.isNaN(time)),
  }
}

function toAudio(each: FinishedRendition, head: MediaFacts, get: Get): AudioOutcome[] {
  const sound = get<MeasureResult>(`sound_${each.id}`, 'result')
  const loudness = get<LoudnessResult>(`loudness_${each.id}`, 'result')
  const facts = head.audio[each.ordinal]
  if (!facts || !sound || !loudness) return []
  const samples = get<DecodeResult>(`decode_${each.id}`, 'decoded')?.samples ?? 0
  return [
    {
      id: each.id,
      codecString: facts.codecString ?? facts.codec,
      duration: formatRational(div(rational(samples), rational(facts.sampleRateHz))),
      ...weigh(each, get),
      sampleRateHz: facts.sampleRateHz,
      channels: facts.channels,
      loudness: readLoudness(loudness),
      series: readLoudnessCurve(loudness),
      events: readEvents(
        sound,
        'silence',
        'lavfi.silence_start',
        'lavfi.silence_end',
        toNumber(parseRational(sound.duration)),
      ),
    },
  ]
}

/** Bytes of the coded media, without the container's own. */
function weigh({ id, stream, duration }: FinishedRendition, get: Get): { bytes: number; averageBps: number } {
  const perSecond = get<ReadResult>(`file_${id}`, 'read')?.[`s${stream}`]?.bytesPerSecond ?? []
  const bytes = perSecond.reduce((sum, each) => sum + each, 0)
  const seconds = toNumber(parseRational(duration))
  return { bytes, averageBps: seconds > 0 ? Math.round((bytes * 8) / seconds) : 0 }
}

function pictureEvents(result: MeasureResult | undefined): ContentEvent[] {
  if (!result) return []
  const endS = toNumber(parseRational(result.duration))
  return [
    ...readEvents(result, 'black', 'lavfi.black_start', 'lavfi.black_end', endS),
    ...readEvents(result, 'freeze', 'lavfi.freezedetect.freeze_start', 'lavfi.freezedetect.freeze_end', endS),
  ]
}
