// Protection systems by their registered ids (https://dashif.org/identifiers/content_protection/).

/** A protection system that Headend builds signalling for. */
export type SystemName = 'common' | 'widevine' | 'playready' | 'fairplay'

export const systemIds: Readonly<Record<SystemName, string>> = {
  common: '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b',
  widevine: 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
  playready: '9a04f079-9840-4286-ab92-e65be0885f95',
  fairplay: '94ce86fb-07ff-4f43-adb8-93d2fa968ca2',
}

/** Names for people, of more systems than Headend builds for. */
export const systemTitles: Readonly<Record<string, string>> = {
  [systemIds.common]: 'Common system (W3C)',
  [systemIds.widevine]: 'Widevine',
  [systemIds.playready]: 'PlayReady',
  [systemIds.fairplay]: 'FairPlay',
  '29701fe4-3cc7-4a34-8c5b-ae90c7439a47': 'FairPlay (older id)',
  'e2719d58-a985-b3c9-781a-b030af78d30e': 'ClearKey (DASH-IF)',
  '5e629af5-38da-4063-8977-97ffbd9902d4': 'Marlin',
  'f239e769-efa3-4850-9c16-a903c6932efb': 'Adobe Primetime',
  '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c': 'ChinaDRM',
  '80a6be7e-1448-4c37-9e70-d5aebe04c8d2': 'Irdeto',
  'adb41c24-2dbf-4a6d-958b-4457c0d27b95': 'Nagra',
}

/** HLS KEYFORMAT of each system; the common one has none that may be shipped: `identity` asks for the key itself. */
export const keyFormats: Readonly<Record<Exclude<SystemName, 'common'>, string>> = {
  widevine: `urn:uuid:${systemIds.widevine}`,
  playready: 'com.microsoft.playready',
  fairplay: 'com.apple.streamingkeydelivery',
}
