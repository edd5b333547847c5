// The flags that set configuration keys. A test holds this table against the planner's own option schemas.

export type OptionRow = {
  readonly key: string
  readonly flags: string
  readonly help: string
  /** The value comes from elsewhere when nobody sets it, so help must not show the schema's default. */
  readonly inferred?: true
}

export const optionTable: readonly OptionRow[] = [
  { key: 'log.level', flags: '--log-level <level>', help: 'what to log, to stderr' },

  { key: 'vod.segmentSeconds', flags: '--segment-seconds <seconds>', help: 'segment length; becomes whole GOPs' },
  { key: 'vod.gopSeconds', flags: '--gop-seconds <seconds>', help: 'distance of key frames; becomes whole frames' },
  { key: 'vod.preset', flags: '--preset <name>', help: 'x264 preset: slower is smaller at the same quality' },
  { key: 'vod.loudness', flags: '--loudness <standard>', help: 'loudness standard to normalise to' },
  { key: 'vod.maxHeight', flags: '--max-height <lines>', help: 'leave out rungs above this height' },
  { key: 'vod.maxRungs', flags: '--max-rungs <number>', help: 'make at most this many rungs' },
  { key: 'vod.crf', flags: '--crf <number>', help: 'constant rate factor of every rung: lower is better and larger' },

  {
    key: 'transcode.container',
    flags: '--container <name>',
    help: 'instead of what the file name says',
    inferred: true,
  },
  { key: 'transcode.height', flags: '--height <lines>', help: 'scale to this height, never up' },
  {
    key: 'transcode.gopSeconds',
    flags: '--gop-seconds <seconds>',
    help: 'distance of key frames; becomes whole frames',
  },
  { key: 'transcode.crf', flags: '--crf <number>', help: 'constant rate factor: lower is better and larger' },
  { key: 'transcode.preset', flags: '--preset <name>', help: 'x264 preset: slower is smaller at the same quality' },
  { key: 'transcode.loudness', flags: '--loudness <standard>', help: 'loudness standard to normalise to' },

  { key: 'preview.port', flags: '--port <number>', help: 'port on 127.0.0.1; 0 takes any free one' },

  { key: 'hardware.order', flags: '--order <families>', help: 'encoder families, the preferred first' },
]
