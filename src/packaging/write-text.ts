// Subtitles of a package: one WebVTT file for DASH, the same in segments for HLS.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cue, formatVtt, parseVtt } from '../captions/index.ts'
import { compare, HeadendError, mul, type Rational, rational, round, sub } from '../core/index.ts'
import { layout, type TextTrack } from '../manifest/index.ts'

export type TextInput = Omit<TextTrack, 'segments'> & {
  /** A WebVTT file. */
  readonly path: string
}

/** @param duration - of the whole title; `segmentDuration` of each piece but the last. */
export async function writeText(
  outDir: string,
  { path, ...track }: TextInput,
  { duration, segmentDuration, signal }: { duration: Rational; segmentDuration: Rational; signal: AbortSignal },
): Promise<TextTrack> {
  const text = await readFile(path, { encoding: 'utf8', signal }).catch(cause => {
    signal.throwIfAborted()
    throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no ${path} to package`, { cause, details: { path } })
  })
  const { cues } = parseVtt(text)
  await mkdir(join(outDir, track.id), { recursive: true })
  await writeFile(join(outDir, layout.textFile(track.id)), formatVtt(cues), { signal })
  const segments: { path: string; bytes: number; duration: Rational }[] = []
  for (const { from, to } of cuts(duration, segmentDuration)) {
    const name = layout.textSegment(track.id, segments.length + 1)
    const body = Buffer.from(formatTextSegment(cues, from, to))
    await writeFile(join(outDir, name), body, { signal })
    segments.push({ path: name, bytes: body.length, duration: sub(to, from) })
  }
  return { ...track, segments }
}

function cuts(duration: Rational, segmentDuration: Rational): { from: Rational; to: Rational }[] {
  const pieces: { from: Rational; to: Rational }[] = []
  for (let i = 0n; ; i++) {
    const from = mul(segmentDuration, rational(i))
    if (i > 0n && compare(from, duration) >= 0) return pieces
    const next = mul(segmentDuration, rational(i + 1n))
    pieces.push({ from, to: compare(next, duration) < 0 ? next : duration })
  }
}

/**
 * RFC 8216 3.5: every cue that is shown in this stretch of time, with its own times. The media begins at 0, so both clocks of
 * X-TIMESTAMP-MAP do.
 */
export function formatTextSegment(cues: readonly Cue[], from: Rational, to: Rational): string {
  const [fromUs, toUs] = [from, to].map(time => round(mul(time, rational(1_000_000)))) as [bigint, bigint]
  const shown = cues.filter(({ startUs, endUs }) => startUs < toUs && endUs > fromUs)
  return formatVtt(shown).replace('WEBVTT\n', 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n')
}
