// What Shaka Packager is told. Pure.
import { floor, mul, parseRational, type RationalText, rational } from '../core/index.ts'
import { layout } from '../manifest/index.ts'

export type ShakaStream = {
  readonly id: string
  readonly path: string
  readonly type: 'video' | 'audio'
  readonly language: string | null
}

/**
 * `mpd` is where Shaka's own manifest goes; ours are written from the segments. It runs in the folder of the package, so
 * that outputs are relative: its descriptors know no escape for a comma. Inputs must be without one.
 */
export function shakaArguments(
  streams: readonly ShakaStream[],
  segmentDuration: RationalText,
  mpd: string,
  defaultLanguage: string | null,
): string[] {
  return [
    ...streams.map(({ id, path, type, language }) =>
      Object.entries({
        in: path,
        stream: type,
        init_segment: layout.init(id),
        segment_template: layout.segmentTemplate(id),
        ...(language ? { lang: language } : {}),
      })
        .map(([field, value]) => `${field}=${value}`)
        .join(','),
    ),
    `--segment_duration=${formatSegmentDuration(segmentDuration)}`,
    // Its default is 5 s in the clear once there is encryption.
    '--clear_lead=0',
    ...(defaultLanguage ? [`--default_language=${defaultLanguage}`] : []),
    '--generate_static_live_mpd',
    `--mpd_output=${mpd}`,
  ]
}

/**
 * A decimal a hair (at most 2 ps) above the exact duration. Shaka multiplies it, as a double, by the track's timescale and
 * drops the fraction of a tick; then it cuts at the first key frame whose time divided by that, as integers, has grown
 * (packager/media/chunking/chunking_handler). From below the product may lose a whole tick; from more than a tick above
 * every cut comes one GOP late. Measured: 8,008 s at 30000/1001 and 7,507 s at 24000/1001, GOPs of half a segment, every
 * segment exact.
 */
export function formatSegmentDuration(duration: RationalText): string {
  const picos = floor(mul(parseRational(duration), rational(1_000_000_000_000n))) + 2n
  const digits = `${picos}`.padStart(13, '0')
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`
}
