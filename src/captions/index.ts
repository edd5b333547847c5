export {
  type AssText,
  formatAss,
  formatAssPacket,
  formatAssText,
  parseAss,
  parseAssPacket,
  parseAssText,
} from './ass.ts'
export { type AssHead, type AssStyle, formatAssHead, parseAssHead } from './ass-styles.ts'
export {
  type Anchor,
  type CaptionDocument,
  type CaptionFinding,
  type Cue,
  type CueText,
  plainText,
  type Span,
  type Style,
  tidyLines,
} from './cue.ts'
export { type DocumentFormat, formatCaptions, parseCaptions } from './document.ts'
export { CueInspector, type CueRules } from './inspect.ts'
export { formatMovText, formatMovTextDescription, movTextFontSize, parseMovText } from './mov-text.ts'
export { earlier, later, Sequencer, sequenceCues } from './overlap.ts'
export { formatSrt, formatSrtText, parseSrt, parseSrtText } from './srt.ts'
export { formatTtml, parseTtml } from './ttml.ts'
export { formatVtt, formatVttSettings, formatVttText, parseVtt, parseVttText } from './webvtt.ts'
