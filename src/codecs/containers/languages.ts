// Languages as a muxer takes them.

/**
 * QuickTime counts languages in Apple's own list, which FFmpeg keeps under the codes of ISO 639-2/B for some and /T for others
 * (libavformat/isom.c); a code of the other kind would be left out. Measured by muxing each.
 */
const QUICKTIME: Readonly<Record<string, string>> = {
  deu: 'ger',
  nld: 'dut',
  ell: 'gre',
  zho: 'chi',
  isl: 'ice',
  sqi: 'alb',
  msa: 'may',
  fas: 'per',
  mkd: 'mac',
  cym: 'wel',
  eus: 'baq',
  kat: 'geo',
  hye: 'arm',
  bod: 'tib',
  mya: 'bur',
  fre: 'fra',
  cze: 'ces',
  rum: 'ron',
  slo: 'slk',
}

/** @param format - FFmpeg's muxer; @param language - ISO 639-2, either kind */
export const muxLanguage = (format: string, language: string): string =>
  format === 'mov' ? (QUICKTIME[language] ?? language) : language
