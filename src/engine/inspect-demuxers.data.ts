// The demuxers that may open an input, by FFmpeg's name. What is not listed (playlists, images, subtitles, text art, devices)
// is no media to us: it would let a text file pass, or a file name other files.

export type DemuxerRow = {
  /** Our short name. */
  readonly format: string
  /** A bare stream of packets without index or timestamps: what FFmpeg says about its duration is an estimate. */
  readonly bare?: true
  /** A stream made to be cut anywhere (transport and program streams): a damaged end is no sign of truncation. */
  readonly cuttable?: true
  /** Its header counts the samples, so that a file which ends earlier is cut. */
  readonly counted?: true
}

export const demuxers: Readonly<Record<string, DemuxerRow>> = {
  'mov,mp4,m4a,3gp,3g2,mj2': { format: 'mp4' },
  'matroska,webm': { format: 'matroska' },
  mpegts: { format: 'mpegts', cuttable: true },
  mpeg: { format: 'mpegps', cuttable: true },
  mxf: { format: 'mxf' },
  gxf: { format: 'gxf', counted: true },
  lxf: { format: 'lxf' },
  avi: { format: 'avi' },
  asf: { format: 'asf', counted: true },
  flv: { format: 'flv', counted: true },
  live_flv: { format: 'flv' },
  nut: { format: 'nut' },
  ogg: { format: 'ogg' },
  rm: { format: 'rm' },
  dv: { format: 'dv' },
  ivf: { format: 'ivf' },
  yuv4mpegpipe: { format: 'y4m' },
  wtv: { format: 'wtv' },
  wav: { format: 'wav' },
  w64: { format: 'w64' },
  aiff: { format: 'aiff' },
  caf: { format: 'caf' },
  au: { format: 'au' },
  flac: { format: 'flac', counted: true },
  wv: { format: 'wavpack', counted: true },
  ape: { format: 'ape', counted: true },
  tta: { format: 'tta', counted: true },
  dsf: { format: 'dsf' },
  amr: { format: 'amr' },
  mp3: { format: 'mp3', bare: true },
  aac: { format: 'aac', bare: true },
  loas: { format: 'loas', bare: true },
  ac3: { format: 'ac3', bare: true },
  eac3: { format: 'eac3', bare: true },
  ac4: { format: 'ac4', bare: true },
  dts: { format: 'dts', bare: true },
  dtshd: { format: 'dts', bare: true },
  truehd: { format: 'truehd', bare: true },
  mlp: { format: 'mlp', bare: true },
  mpegvideo: { format: 'mpegvideo', bare: true },
  m4v: { format: 'm4v', bare: true },
  h264: { format: 'h264', bare: true },
  hevc: { format: 'hevc', bare: true },
  vvc: { format: 'vvc', bare: true },
  av1: { format: 'av1', bare: true },
  obu: { format: 'av1', bare: true },
  dirac: { format: 'dirac', bare: true },
  vc1: { format: 'vc1', bare: true },
}

/** Value of FFmpeg's option `format_whitelist`. */
export const demuxerAllowList: string = Object.keys(demuxers).join(',')
