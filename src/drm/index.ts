export { type CencDecryptor, createCencDecryptor, type KeyLookup } from './cenc/decrypt.ts'
export { type CencEncryptor, type CencOptions, type CryptoPeriod, createCencEncryptor } from './cenc/encrypt.ts'
export type { CencScheme } from './cenc/track-encryption.ts'
export { formatCpix } from './cpix/format.ts'
export type { Cpix, CpixKey, CpixPeriod, CpixRule, CpixScheme, CpixSystem } from './cpix/model.ts'
export { type DocumentSecrets, encryptKey, openCpixKeys, wrapForRecipient } from './cpix/open-keys.ts'
export { disposeCpix, parseCpix } from './cpix/parse.ts'
export { type CpixTrack, keyIdForTrack } from './cpix/parse-rule.ts'
export { fairPlayUri } from './fairplay.ts'
export { inspectProtection, type ProtectionFacts, psshFromText } from './inspect.ts'
export type { ManifestProtection, SignalledProtection } from './inspect-manifest.ts'
export type { EncryptionFacts, EntryFacts, FragmentFacts, Mp4Protection } from './inspect-mp4.ts'
export { formatKeyId, type KeyId, keyIdBytes, parseKeyId } from './key-id.ts'
export { type KeyLabel, keyLabels, labelRules, videoLabel } from './labels.data.ts'
export {
  formatPlayReady,
  type PlayReadyHeader,
  type PlayReadyOptions,
  parsePlayReady,
  playReadyChecksum,
} from './playready.ts'
export {
  commonPssh,
  describePssh,
  formatPssh,
  type Pssh,
  type PsshFacts,
  parsePssh,
  parsePsshBoxes,
  playReadyPssh,
  widevinePssh,
} from './pssh.ts'
export { keyFormats, type SystemName, systemIds, systemTitles } from './systems.data.ts'
export { formatWidevine, parseWidevine, type WidevineHeader, type WidevineOptions } from './widevine.ts'
