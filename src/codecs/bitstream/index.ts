export { BitReader, withoutEmulation } from './bit-reader.ts'
export { createPictureReader, type PictureFacts, type PictureReader } from './picture-reader.ts'
export type { DeclaredHrd, SequenceFacts } from './sequence.ts'
