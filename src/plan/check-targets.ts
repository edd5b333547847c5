// The finished plan held against what was asked for: whatever road led here, a file that a target does not play is not made.
import { checkAgainst } from '../codecs/index.ts'
import { HeadendError, parseRational } from '../core/index.ts'
import type { AudioRendition, ContainerName, VideoPlan } from '../model/index.ts'
import type { Delivery } from './choose-delivery.ts'

/** @throws {HE_PLAN_IMPOSSIBLE} naming the limit, who set it, and the nearest setting that keeps it */
export function checkTargets(
  { target }: Delivery,
  container: ContainerName,
  video: VideoPlan | null,
  audio: readonly AudioRendition[],
): void {
  const rung = video?.renditions[0]
  if (!target || !video || !rung) return
  const { rate } = rung
  const peak = rate.mode === 'constant-quality' || rate.mode === 'vbr' ? rate.maxrateBps : rate.averageBps
  const broken = checkAgainst(target, {
    codec: rung.codec,
    profile: rung.profile,
    level: rung.level,
    tier: rung.tier,
    width: rung.width,
    height: rung.height,
    frameRate: parseRational(video.frameRate),
    maxrateBps: peak,
    hdr: video.hdr.format,
    container,
    audioCodec: audio[0]?.codec ?? null,
    channels: audio.length > 0 ? Math.max(...audio.map(({ channels }) => channels)) : null,
    interlaced: rung.scan !== 'progressive',
    squarePixels: rung.sampleAspectRatio === '1/1',
  })
  const [first] = broken
  if (!first) return
  throw new HeadendError(
    'HE_PLAN_IMPOSSIBLE',
    broken.map(({ limit, has, allowed, setBy }) => `${limit}: ${setBy} allows ${allowed}, this has ${has}`).join('; '),
    { hint: `The nearest that is allowed: ${first.nearest} (${first.source}).`, details: { broken: [...broken] } },
  )
}
