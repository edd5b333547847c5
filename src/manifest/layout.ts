// Where things lie in a package: paths relative to its folder.

export const layout = {
  init: (id: string): string => `${id}/init.mp4`,
  segmentTemplate: (id: string): string => `${id}/$Number%05d$.m4s`,
  mediaPlaylist: (id: string): string => `${id}/media.m3u8`,
  /** Key frames alone, one fragment each, with an index. */
  trickFile: (id: string): string => `${id}/iframes.mp4`,
  trickPlaylist: (id: string): string => `${id}/iframes.m3u8`,
  /** All cues in one file, for DASH; and in segments, for HLS. */
  textFile: (id: string): string => `${id}/all.vtt`,
  textSegment: (id: string, number: number): string => `${id}/${String(number).padStart(5, '0')}.vtt`,
  multivariant: 'master.m3u8',
  mpd: 'manifest.mpd',
} as const
