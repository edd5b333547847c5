// Clips of a few seconds whose sound nobody objects to, with one fault put into them, and what the inspection says.
import { join } from 'node:path'
import { silentLog } from '../../src/core/index.ts'
import type { CheckOutcome, Finding } from '../../src/model/index.ts'
import { heldBy, type Inspection, inspect, type ProfileName } from '../../src/qc/index.ts'
import { type ClipRecipe, makeClip } from '../media/make-media.ts'

export const CLIP_S = 12

/** Two voices of dull noise that swell and fall, each mostly on its own side, at −23 LUFS. */
const voices = (d = CLIP_S, rate = 48_000): string =>
  [
    `anoisesrc=c=pink:r=${rate}:d=${d}:a=0.5:seed=11[a]`,
    `anoisesrc=c=pink:r=${rate}:d=${d}:a=0.5:seed=12[b]`,
    `[a][b]amerge=inputs=2,aformat=sample_fmts=dbl,${each('(val(0)+0.5*val(1))*SWELL', '(val(1)+0.5*val(0))*SWELL')}`,
  ]
    .join(';')
    .replaceAll('SWELL', '0.659*(0.7+0.3*sin(2*PI*t/3))')

/** A value for each sample of left and right; FFmpeg's names: val(0), val(1), t, n. */
export const each = (left: string, right: string): string => `aeval='${left}|${right}':c=same`

/** Stereo sound of the good clip, gone through `fault`. */
export const stereo = (fault = '', d = CLIP_S, rate = 48_000): string =>
  `${voices(d, rate)}${fault && `,${fault}`},aformat=channel_layouts=stereo`

const pictures = (d: number): string => `testsrc2=s=320x180:r=25:d=${d},format=yuv420p`

export type SoundClip = {
  /** Filters that make a fault. */
  readonly fault?: string
  /** In place of the good sound; `fault` is not looked at. */
  readonly graph?: string
  readonly encoder?: string
  readonly options?: Record<string, string | number>
  readonly language?: string | null
  readonly pictureS?: number
  readonly extension?: string
  readonly more?: Partial<ClipRecipe>
}

const formats: Readonly<Record<string, string>> = {
  pcm_s16le: 's16',
  pcm_s24le: 's32',
  pcm_f32le: 'flt',
  pcm_u8: 'u8',
  libopus: 'flt',
}

/** Makes a clip in `dir`: sound of 16 bits in a QuickTime file unless it is told otherwise. */
export function makeSoundClip(dir: string, name: string, clip: SoundClip = {}): Promise<string> {
  const { fault, graph, encoder = 'pcm_s16le', options, language = 'eng', pictureS = CLIP_S, extension = 'mov' } = clip
  return makeClip(join(dir, `${name}.${extension}`), {
    video: pictures(pictureS),
    videoEncoder: { name: 'libx264', options: { preset: 'ultrafast', crf: 35 } },
    audio: [
      {
        graph: `${graph ?? stereo(fault)},aformat=sample_fmts=${formats[encoder] ?? 'fltp'}`,
        encoder,
        ...(options ? { options } : {}),
        ...(language === null ? {} : { language }),
      },
    ],
    ...clip.more,
  })
}

const own = /^(sound|cross|captions)\./

export type Heard = {
  /** Of the checks of sound, captions and tracks against each other. */
  readonly findings: readonly Finding[]
  readonly of: (check: string) => readonly Finding[]
  readonly outcome: (check: string) => CheckOutcome
  readonly evidence: Inspection['evidence']
}

/** Inspects a file by the checks of sound, captions and tracks; `limits` are added to those of the profile. */
export async function hear(
  path: string,
  profile: ProfileName = 'broadcast',
  limits: Readonly<Record<string, object>> = {},
): Promise<Heard> {
  const held = heldBy(profile)
    .filter(({ check }) => own.test(check.id))
    .map(each => {
      const extra = limits[each.check.id]
      if (!extra) return each
      const severity = each.severity === 'off' ? ('fail' as const) : each.severity
      return { ...each, severity, limits: each.check.limits.parse({ ...(each.limits as object), ...extra }) }
    })
  const { findings, checks, evidence } = await inspect(path, held, {
    signal: new AbortController().signal,
    log: silentLog,
  })
  return {
    findings,
    evidence,
    of: check => findings.filter(found => found.check === check),
    outcome: check => checks.find(outcome => outcome.check === check)!,
  }
}
