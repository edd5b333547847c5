// Which audio codec the tracks of a file get, and how many channels.
import { audioCodecRows, containerRows } from '../codecs/index.ts'
import { HeadendError } from '../core/index.ts'
import type { AudioCodec, ContainerName } from '../model/index.ts'
import type { Delivery } from './choose-delivery.ts'
import type { TranscodeOptions } from './options.ts'
import { type AudioCoding, mixOf } from './plan-audio.ts'

/** @throws {HE_PLAN_IMPOSSIBLE} when the targets do not play what is asked for */
export function chooseAudio(
  { target, setBy, container, coding }: Pick<Delivery, 'target' | 'setBy' | 'container' | 'coding'>,
  options: TranscodeOptions,
): AudioCoding {
  const { codec, because } = pickCodec(container, coding?.codec.name, target, setBy, options)
  if (codec === 'copy') {
    refuseMixing(options)
    return { codec, because, channels: 'keep' }
  }
  const rule = target?.audio.find(each => each.codec === codec)
  if (target && !rule)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${setBy} does not play ${audioCodecRows[codec].label}`, {
      hint: `What it plays: ${target.audio.map(each => audioCodecRows[each.codec].label).join(', ')}.`,
    })
  const lossless = audioCodecRows[codec].bitrateBps === null
  return {
    codec,
    because,
    channels: options.channels ?? 'keep',
    mix: mixOf(options),
    aacEncoder: options.aacEncoder,
    ...(rule ? { maxChannels: rule.maxChannels } : {}),
    bitrateBps: options.audioBitrate,
    // Material eXchange Format of broadcasters is 48 kHz (SMPTE ST 382, EBU R 83); elsewhere nothing is resampled in vain.
    keepRate: lossless && container !== 'mxf',
  }
}

/** What needs new samples cannot be had with a copy. @throws {HE_PLAN_IMPOSSIBLE} */
function refuseMixing({ channels, layout, dualMono, lfe }: TranscodeOptions): void {
  const asked = Object.entries({ channels: channels === 'keep' ? undefined : channels, layout, dualMono, lfe })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
  if (asked.length === 0) return
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `sound that is copied cannot be changed: ${asked.join(', ')}`, {
    hint: 'Name a codec with --audio-codec instead of copy, or leave these options out.',
  })
}

function pickCodec(
  container: ContainerName,
  video: string | undefined,
  target: Delivery['target'],
  setBy: string,
  { audioCodec }: TranscodeOptions,
): { codec: AudioCodec | 'copy'; because: string } {
  if (audioCodec) return { codec: audioCodec, because: 'as asked' }
  const { audio, usualAudio, label } = containerRows[container]
  const wanted = target?.defaults.audioCodec
  if (wanted && audio.includes(wanted)) return { codec: wanted, because: `for ${setBy}` }
  const either = target?.audio.find(each => audio.includes(each.codec))
  if (either) return { codec: either.codec, because: `for ${setBy}, in ${label}` }
  if (video === 'ffv1' && audio.includes('flac')) return { codec: 'flac', because: 'an archive loses nothing' }
  if ((video === 'prores' || video === 'dnxhr') && audio.includes('pcm'))
    return { codec: 'pcm', because: 'a mezzanine is coded again, so its sound is not coded at all' }
  return { codec: usualAudio, because: `what ${label} is made for` }
}
