// Readings against a standard → checks. Pure.
import type { Check, DialogueReading, LoudnessAim, LoudnessReading, Warning } from '../model/index.ts'

export type JudgeRequest = {
  readonly aim: LoudnessAim
  readonly subject: string
  readonly reading: LoudnessReading
  readonly dialogue?: DialogueReading | null
  /** What a true peak may read above the limit, dB. */
  readonly peakToleranceDb: number
  /** What it means that there is no loudness: a fault, or nothing to be judged because the source had none either. */
  readonly noLoudness: 'fail' | 'skipped'
}

/** Two decimals are what is printed, and what is judged. */
const rounded = (value: number): number => Math.round(value * 100) / 100
const lufs = (value: number): string => `${value.toFixed(2)} LUFS`

export function judgeLoudness(request: JudgeRequest): Check[] {
  return [judgeIntegrated(request), judgePeak(request), ...judgeShort(request)]
}

function judgeIntegrated({ aim, subject, reading, dialogue, noLoudness }: JudgeRequest): Check {
  const spoken = usesDialogue(aim, dialogue) ? dialogue! : null
  const { targetLufs, toleranceLu } = spoken ? aim.dialogue! : aim
  const measured = spoken ? spoken.integratedLufs : reading.integratedLufs
  const what = spoken ? 'dialogue' : 'programme'
  return {
    id: 'loudness.integrated',
    subject,
    status:
      measured === null
        ? noLoudness
        : rounded(Math.abs(rounded(measured) - targetLufs)) <= toleranceLu
          ? 'pass'
          : 'fail',
    promised: `${targetLufs} ± ${toleranceLu} LUFS (${what}, ${aim.label})`,
    measured: measured === null ? 'no reading: silence, or shorter than 400 ms' : lufs(measured),
    message: 'Integrated loudness by ITU-R BS.1770-5.',
  }
}

function judgePeak({ aim, subject, reading: { truePeakDbtp }, peakToleranceDb }: JudgeRequest): Check {
  const { maxTruePeakDbtp } = aim
  const ok = truePeakDbtp === null || rounded(truePeakDbtp) <= maxTruePeakDbtp + peakToleranceDb
  return {
    id: 'loudness.truePeak',
    subject,
    status: ok ? 'pass' : 'fail',
    promised: `at most ${maxTruePeakDbtp} dBTP${peakToleranceDb > 0 ? `, read to ${peakToleranceDb} dB` : ''}`,
    measured: truePeakDbtp === null ? 'digital silence' : `${truePeakDbtp.toFixed(2)} dBTP`,
    message: 'Highest true peak of all channels.',
  }
}

/** Of short items: a programme that is loud for moments stays within one of two limits. */
function judgeShort({ aim, subject, reading }: JudgeRequest): Check[] {
  const { maxShortTermLufs, maxMomentaryLufs } = aim
  const parts = [
    ['short-term', maxShortTermLufs, reading.shortTermMaxLufs],
    ['momentary', maxMomentaryLufs, reading.momentaryMaxLufs],
  ] as const
  const asked = parts.filter(([, most]) => most !== null)
  if (asked.length === 0) return []
  const known = asked.filter(([, , measured]) => measured !== null)
  const ok = known.some(([, most, measured]) => rounded(measured!) <= most!)
  return [
    {
      id: 'loudness.maximum',
      subject,
      status: known.length === 0 ? 'skipped' : ok ? 'pass' : 'fail',
      promised: asked.map(([name, most]) => `${name} at most ${most} LUFS`).join(' or '),
      measured: known.map(([name, , measured]) => `${name} ${lufs(measured!)}`).join(', ') || 'no reading',
      message: 'No moment is far louder than the whole.',
    },
  ]
}

/** Whether the standard judges speech, and there is a measure of enough of it. */
const usesDialogue = ({ dialogue }: LoudnessAim, reading: DialogueReading | null | undefined): boolean =>
  dialogue !== null && reading != null && reading.integratedLufs !== null && reading.share >= dialogue.leastShare

/** Why a standard of dialogue was held against the whole programme. */
export function dialogueWarnings(aim: LoudnessAim | null, reading: DialogueReading | null): Warning[] {
  if (!aim?.dialogue || usesDialogue(aim, reading)) return []
  const { targetLufs, leastShare } = aim.dialogue
  const whole = `the whole programme is judged by ${aim.targetLufs} LUFS`
  const message = reading
    ? `Dialogue is ${(reading.share * 100).toFixed(0)} % of the programme, less than ${leastShare * 100} %: ${whole}.`
    : `No dialogue gating was done: ${aim.label} asks for ${targetLufs} LUFS of the dialogue; ${whole}. A track of the dialogue alone can be named.`
  return [{ code: reading ? 'dialogue-share' : 'dialogue-not-gated', message }]
}

/** Skipped checks do not count. */
export const verdictOf = (checks: readonly Check[]): 'pass' | 'fail' =>
  checks.some(({ status }) => status === 'fail') ? 'fail' : 'pass'
