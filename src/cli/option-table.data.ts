// The flags that set configuration keys. A test holds this table against the planner's own option schemas.

export type OptionRow = {
  readonly key: string
  readonly flags: string
  readonly help: string
  /** The value comes from elsewhere when nobody sets it, so help must not show the schema's default. */
  readonly inferred?: true
  /** May be given several times; the values are joined by commas. */
  readonly repeat?: true
}

const VMAF_MODEL = 'model that scores what was made'
const VMAF_EVERY = 'score every n-th frame; left out, about 600 frames of each rendition'

/** Tracks, channels and times of sound, wherever they are asked for. */
function soundRows(section: 'vod' | 'transcode'): OptionRow[] {
  return [
    {
      key: `${section}.audioTracks`,
      flags: '--audio-tracks <tracks>',
      help: 'tracks by index, a:<number>, language, role or language:role, in their order; repeat it or separate them by commas',
      repeat: true,
    },
    {
      key: `${section}.audioRoles`,
      flags: '--audio-role <track=role>',
      help: 'what a track is for: main, commentary, description, hearing, karaoke; may be repeated',
      repeat: true,
    },
    {
      key: `${section}.audioOffset`,
      flags: '--audio-offset <track=offset>',
      help: 'move a track, e.g. eng=+40ms; may be repeated',
      repeat: true,
    },
    {
      key: `${section}.alignAudio`,
      flags: '--align-audio',
      help: 'move the other tracks to where their music and effects lie in the first',
    },
    { key: `${section}.downmix`, flags: '--downmix <matrix>', help: 'down-mix to stereo by BS.775, or as Lt/Rt' },
    {
      key: `${section}.lfe`,
      flags: '--lfe <dB>',
      help: 'mix low-frequency effects into each side at this gain; left out, they are',
    },
    {
      key: `${section}.downmixGain`,
      flags: '--downmix-gain <how>',
      help: 'safe divides the coefficients so that no sum can clip, unity leaves them',
    },
    {
      key: `${section}.layout`,
      flags: '--layout <name>',
      help: 'what tracks of as many channels are taken for, whatever they state, e.g. 5.1',
    },
    { key: `${section}.aacEncoder`, flags: '--aac-encoder <name>', help: 'FFmpeg’s own or Fraunhofer’s' },
    {
      key: `${section}.dualMono`,
      flags: '--dual-mono <how>',
      help: 'of two channels that are no stereo take one or the sum; spread puts one channel on both sides',
    },
  ]
}

/** What a search for a ladder is asked for, wherever it is. */
function searchRows(section: 'vod' | 'ladder'): OptionRow[] {
  return [
    { key: `${section}.tier`, flags: '--tier <name>', help: 'what the largest rung reaches: VMAF 93, 87 or 80' },
    { key: `${section}.vmaf`, flags: '--vmaf <points>', help: 'VMAF of the largest rung, instead of the tier’s' },
    {
      key: `${section}.codec`,
      flags: '--codec <names>',
      help: 'codecs of the rungs: h264, hevc, av1; H.264 is always among them; repeat it or separate names by commas',
      repeat: true,
    },
    {
      key: `${section}.for`,
      flags: '--for <targets>',
      help: 'devices and services that every rung plays on (headend targets); repeat it or separate names by commas',
      repeat: true,
    },
    { key: `${section}.step`, flags: '--step <points>', help: 'VMAF between neighbours; 6 is about what people see' },
    { key: `${section}.maxRungs`, flags: '--max-rungs <number>', help: 'make at most this many rungs of a codec' },
    { key: `${section}.maxHeight`, flags: '--max-height <lines>', help: 'leave out rungs above this height' },
    {
      key: `${section}.maxBitrate`,
      flags: '--max-bitrate <rate>',
      help: 'average of the largest rung at most, e.g. 6M',
    },
    { key: `${section}.minBitrate`, flags: '--min-bitrate <rate>', help: 'look for no rung below this average' },
    {
      key: `${section}.frameRates`,
      flags: '--frame-rates <choice>',
      help: 'auto tries half of 50 and 60 frames per second for small rungs',
    },
    {
      key: `${section}.sampleSeconds`,
      flags: '--sample-seconds <seconds>',
      help: 'how much of the title is tried; a shorter one is tried whole',
    },
    {
      key: `${section}.segmentSeconds`,
      flags: '--segment-seconds <seconds>',
      help: 'segment length, becomes whole GOPs; left out, by content',
    },
    {
      key: `${section}.gopSeconds`,
      flags: '--gop-seconds <seconds>',
      help: 'distance of key frames; becomes whole frames',
    },
    { key: `${section}.preset`, flags: '--preset <name>', help: 'x264 preset: slower is smaller at the same quality' },
    { key: `${section}.vmafModel`, flags: '--vmaf-model <name>', help: VMAF_MODEL },
    { key: `${section}.vmafEvery`, flags: '--vmaf-every <number>', help: VMAF_EVERY },
  ]
}

/** What sound is judged by, or brought to. */
function aimRows(section: 'loudness' | 'normalize'): OptionRow[] {
  return [
    {
      key: `${section}.standard`,
      flags: '--standard <name>',
      help: section === 'normalize' ? 'loudness standard; left out, r128' : 'loudness standard',
    },
    {
      key: `${section}.target`,
      flags: '--target <LUFS>',
      help: 'integrated loudness, instead of a standard, e.g. -19',
    },
    { key: `${section}.maxPeak`, flags: '--max-peak <dBTP>', help: 'highest true peak, instead of the standard’s' },
    { key: `${section}.tolerance`, flags: '--tolerance <LU>', help: 'instead of the standard’s' },
    { key: `${section}.track`, flags: '--track <number>', help: 'only this audio track of each file, counted from 1' },
    {
      key: `${section}.dualMono`,
      flags: '--dual-mono',
      help: 'a single channel will be heard from two loudspeakers: +3.01 LU',
    },
  ]
}

export const optionTable: readonly OptionRow[] = [
  { key: 'log.level', flags: '--log-level <level>', help: 'what to log, to stderr' },

  {
    key: 'vod.ladder',
    flags: '--ladder <kind>',
    help: 'rungs: per-title and per-shot find them for this title, fixed takes one table for all, or a JSON file with rungs',
  },
  {
    key: 'vod.crf',
    flags: '--crf <number>',
    help: 'constant rate factor of the fixed ladder: lower is better and larger',
  },
  { key: 'vod.loudness', flags: '--loudness <standard>', help: 'loudness standard to normalise to' },
  ...soundRows('vod'),
  ...searchRows('vod'),

  { key: 'ladder.perShot', flags: '--per-shot', help: 'a setting of its own for each shot of a rung' },
  { key: 'ladder.views', flags: '--views <number>', help: 'times that the whole title is watched, for the bill' },
  ...searchRows('ladder'),

  {
    key: 'transcode.for',
    flags: '--for <targets>',
    help: 'devices and services that the file must play on (headend targets); repeat it or separate names by commas',
    repeat: true,
  },
  {
    key: 'transcode.container',
    flags: '--container <name>',
    help: 'instead of what the file name says',
    inferred: true,
  },
  {
    key: 'transcode.codec',
    flags: '--codec <name>',
    help: 'video codec; left out, it follows from the targets, then from the source',
  },
  {
    key: 'transcode.profile',
    flags: '--profile <name>',
    help: 'profile of the codec, e.g. main10 or hq',
  },
  {
    key: 'transcode.level',
    flags: '--level <level>',
    help: 'the last level that may be used, e.g. 4.1',
  },
  {
    key: 'transcode.tier',
    flags: '--tier <tier>',
    help: 'tier of HEVC or AV1',
  },
  {
    key: 'transcode.preset',
    flags: '--preset <name>',
    help: 'speed: ultrafast … veryslow, or a number of the encoder’s own scale',
  },
  {
    key: 'transcode.crf',
    flags: '--crf <number>',
    help: 'constant quality on the encoder’s scale: lower is better and larger',
  },
  {
    key: 'transcode.bitrate',
    flags: '--bitrate <rate>',
    help: 'average bit rate instead of constant quality, e.g. 4.5M',
  },
  {
    key: 'transcode.maxrate',
    flags: '--maxrate <rate>',
    help: 'the highest rate that the buffer model lets through',
  },
  {
    key: 'transcode.bufsize',
    flags: '--bufsize <bits>',
    help: 'bits of the decoder’s buffer, e.g. 9M',
  },
  {
    key: 'transcode.cbr',
    flags: '--cbr',
    help: 'fill --bitrate exactly',
  },
  {
    key: 'transcode.passes',
    flags: '--passes <number>',
    help: '1, or 2 for a first pass that measures',
  },
  {
    key: 'transcode.gopSeconds',
    flags: '--gop-seconds <seconds>',
    help: 'distance of key frames; becomes whole frames',
  },
  {
    key: 'transcode.keyFrames',
    flags: '--key-frames <where>',
    help: 'key frames on the grid alone, or at cuts as well',
  },
  {
    key: 'transcode.bFrames',
    flags: '--b-frames <number>',
    help: 'consecutive B-frames at most',
  },
  {
    key: 'transcode.refs',
    flags: '--refs <number>',
    help: 'reference frames at most',
  },
  {
    key: 'transcode.bits',
    flags: '--bits <depth>',
    help: 'bits per sample: 8, 10 or 12',
  },
  {
    key: 'transcode.chroma',
    flags: '--chroma <sampling>',
    help: 'chroma sampling',
  },
  {
    key: 'transcode.dynamicRange',
    flags: '--dynamic-range <range>',
    help: 'keep the source’s, or convert to it',
  },
  {
    key: 'transcode.space',
    flags: '--space <space>',
    help: 'color space of SDR output',
  },
  {
    key: 'transcode.range',
    flags: '--range <range>',
    help: 'code range',
  },
  {
    key: 'transcode.toneMap',
    flags: '--tone-map <curve>',
    help: 'curve from HDR to SDR',
  },
  {
    key: 'transcode.peakNits',
    flags: '--peak-nits <cd/m²>',
    help: 'brightest part of an HDR source, instead of its metadata',
  },
  {
    key: 'transcode.measureLightLevel',
    flags: '--measure-light-level',
    help: 'measure MaxCLL and MaxFALL (CTA-861.3) where they are absent',
  },
  {
    key: 'transcode.legal',
    flags: '--legal',
    help: 'clamp to legal levels (EBU R 103)',
  },
  {
    key: 'transcode.width',
    flags: '--width <pixels>',
    help: 'largest width; the shape is kept',
  },
  {
    key: 'transcode.height',
    flags: '--height <lines>',
    help: 'largest height; the shape is kept',
  },
  {
    key: 'transcode.upscale',
    flags: '--upscale',
    help: 'let --width and --height make the picture larger',
  },
  {
    key: 'transcode.kernel',
    flags: '--kernel <name>',
    help: 'scaling kernel',
  },
  {
    key: 'transcode.light',
    flags: '--light <light>',
    help: 'light in which pictures are scaled',
  },
  {
    key: 'transcode.pixels',
    flags: '--pixels <shape>',
    help: 'make pixels square, or keep the source’s shape',
  },
  {
    key: 'transcode.rotation',
    flags: '--rotation <how>',
    help: 'turn the picture upright, or keep its display matrix',
  },
  {
    key: 'transcode.crop',
    flags: '--crop <what>',
    help: 'none, auto (black bars), or width:height:x:y',
  },
  {
    key: 'transcode.deinterlace',
    flags: '--deinterlace <how>',
    help: 'of interlaced sources; field makes a frame of each field',
  },
  {
    key: 'transcode.inverseTelecine',
    flags: '--inverse-telecine <how>',
    help: 'undo 3:2 pulldown',
  },
  {
    key: 'transcode.frameRate',
    flags: '--frame-rate <rate>',
    help: 'convert to this rate, e.g. 25 or 29.97',
  },
  {
    key: 'transcode.rateConversion',
    flags: '--rate-conversion <how>',
    help: 'with --frame-rate: repeat and drop pictures, or mix neighbours',
  },
  {
    key: 'transcode.audioCodec',
    flags: '--audio-codec <name>',
    help: 'audio codec; left out, it follows from targets and container',
  },
  {
    key: 'transcode.channels',
    flags: '--channels <how>',
    help: 'keep them, or mix what has more down to 5.1, stereo or mono',
  },
  ...soundRows('transcode'),
  {
    key: 'transcode.audioBitrate',
    flags: '--audio-bitrate <rate>',
    help: 'bit rate of each audio track',
  },
  {
    key: 'transcode.loudness',
    flags: '--loudness <standard>',
    help: 'loudness standard to normalise to',
  },
  {
    key: 'transcode.subtitles',
    flags: '--subtitles <how>',
    help: 'keep subtitles, converted to what the container takes, or leave them out',
  },
  {
    key: 'transcode.fragmented',
    flags: '--fragmented',
    help: 'write a fragmented MP4',
  },
  {
    key: 'transcode.muxrate',
    flags: '--muxrate <rate>',
    help: 'total rate of a transport stream',
  },
  {
    key: 'transcode.hw',
    flags: '--hw <encoders>',
    help: 'auto, none, or encoder families in order, e.g. nvenc,cpu',
  },
  {
    key: 'transcode.verify',
    flags: '--verify <target>',
    help: 'a promise of quality, e.g. ssim=0.98: tried once more when missed',
  },
  {
    key: 'transcode.vmafTarget',
    flags: '--vmaf-target <points>',
    help: 'short for --verify vmaf=<points>, e.g. 93',
  },
  { key: 'transcode.vmafModel', flags: '--vmaf-model <name>', help: VMAF_MODEL },
  { key: 'transcode.vmafEvery', flags: '--vmaf-every <number>', help: VMAF_EVERY },

  { key: 'vmaf.model', flags: '--model <name>', help: 'model that scores' },
  {
    key: 'vmaf.alsoModels',
    flags: '--also <names>',
    help: 'further models; repeat it or separate names by commas',
    repeat: true,
  },
  { key: 'vmaf.every', flags: '--every <number>', help: 'score every n-th frame' },
  {
    key: 'vmaf.at',
    flags: '--at <size>',
    help: 'size of the comparison: the reference’s, as it is shown, or that of what was coded',
  },
  {
    key: 'vmaf.accuracy',
    flags: '--accuracy <how>',
    help: 'exact as libvmaf, or fast',
  },
  {
    key: 'vmaf.engine',
    flags: '--vmaf-engine <name>',
    help: 'headend, or an ffmpeg with libvmaf: ffmpeg or its path',
  },

  ...aimRows('loudness'),
  {
    key: 'loudness.dialogueTrack',
    flags: '--dialogue-track <number>',
    help: 'the audio track that is the dialogue alone: the others are measured where it speaks as well',
  },

  ...aimRows('normalize'),
  {
    key: 'normalize.mode',
    flags: '--mode <mode>',
    help: 'gain never limits, limit always has the limiter in, auto (when left out) where the true peak needs it',
  },
  { key: 'normalize.album', flags: '--album', help: 'one gain for all files, so that they keep their distances' },
  {
    key: 'normalize.metadata',
    flags: '--metadata',
    help: 'write ReplayGain or R128 tags instead, and leave every sample as it is',
  },
  {
    key: 'normalize.audioCodec',
    flags: '--audio-codec <name>',
    help: 'instead of the source’s own',
  },

  { key: 'preview.port', flags: '--port <number>', help: 'port on 127.0.0.1; 0 takes any free one' },

  { key: 'hardware.order', flags: '--order <families>', help: 'encoder families, the preferred first' },
]
