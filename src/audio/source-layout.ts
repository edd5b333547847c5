// Which loudspeaker each channel of a track belongs to: as asked, as stated, else by their number.
import { HeadendError } from '../core/index.ts'
import type { AudioStream } from '../model/index.ts'
import { layoutByCount, layoutChannels } from './layouts.data.ts'

export type SourceLayout = {
  /** In the order of the channels; null when neither layout nor number says where they belong. */
  readonly names: readonly string[] | null
  /** FFmpeg's name of the layout; null where it has none. */
  readonly name: string | null
  readonly from: 'asked' | 'stated' | 'assumed'
}

/** `asked` counts for tracks of as many channels as it has. @throws {HE_PLAN_IMPOSSIBLE} for a layout without a meaning. */
export function readLayout(
  { layout, channels }: Pick<AudioStream, 'layout' | 'channels'>,
  asked?: string | undefined,
): SourceLayout {
  const wanted = asked === undefined ? undefined : namesOf(asked)
  if (asked !== undefined && wanted?.length === channels) return { names: wanted, name: asked, from: 'asked' }
  const known = layoutChannels[layout]
  if (known) return { names: known, name: layout, from: 'stated' }
  const listed = parseChannelList(layout)
  if (listed) return { names: listed, name: nameOf(listed), from: 'stated' }
  const name = layoutByCount[channels] ?? null
  return { names: name === null ? null : layoutChannels[name]!, name, from: 'assumed' }
}

/** @throws {HE_PLAN_IMPOSSIBLE} */
function namesOf(layout: string): readonly string[] {
  const names = layoutChannels[layout]
  if (names) return names
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `there is no channel layout ${layout}`, {
    hint: `Layouts: ${Object.keys(layoutChannels).join(', ')}.`,
  })
}

/** `6 channels (FL+FR+FC+LFE+SL+SR)`, as FFmpeg describes layouts without a name. */
function parseChannelList(layout: string): readonly string[] | undefined {
  return /^\d+ channels \(([A-Z0-9+]+)\)$/.exec(layout)?.[1]?.split('+')
}

/** The layout of the same loudspeakers, whatever their order. */
const nameOf = (names: readonly string[]): string | null =>
  Object.entries(layoutChannels).find(
    ([, known]) => known.length === names.length && known.every(each => names.includes(each)),
  )?.[0] ?? null
