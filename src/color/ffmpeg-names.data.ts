// How FFmpeg 8.1's filters spell H.273 code points where they differ from the model's names, and what zscale can convert.

/** H.273 transfer 4 and 5: the model has the curve's name, `setparams` and `zscale` the standard's. */
export const transferNames: Readonly<Record<string, string>> = { gamma22: 'bt470m', gamma28: 'bt470bg' }

export const zscalePrimaries: ReadonlySet<string> = new Set([
  'bt709',
  'bt470m',
  'bt470bg',
  'smpte170m',
  'smpte240m',
  'film',
  'bt2020',
  'smpte428',
  'smpte431',
  'smpte432',
  'ebu3213',
])
export const zscaleTransfers: ReadonlySet<string> = new Set([
  'bt709',
  'gamma22',
  'gamma28',
  'smpte170m',
  'smpte240m',
  'linear',
  'log100',
  'log316',
  'iec61966-2-4',
  'iec61966-2-1',
  'bt2020-10',
  'bt2020-12',
  'smpte2084',
  'arib-std-b67',
])
export const zscaleMatrices: ReadonlySet<string> = new Set([
  'gbr',
  'bt709',
  'fcc',
  'bt470bg',
  'smpte170m',
  'smpte240m',
  'ycgco',
  'bt2020nc',
  'bt2020c',
  'chroma-derived-nc',
  'chroma-derived-c',
  'ictcp',
])
