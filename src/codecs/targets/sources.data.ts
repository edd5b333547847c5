// Where the limits come from. Read in November 2026; each as it was found, second hand where that is said.
export const sources = {
  apple:
    'HLS Authoring Specification for Apple Devices, 2025-06-26 (developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices)',
  appleAv1: 'Bitmovin, Apple AV1 support (bitmovin.com/apple-av1-support)',
  cast: 'Google Cast, Supported Media (developers.google.com/cast/docs/media)',
  castCopy:
    'Google Cast, Supported Media (developers.google.com/cast/docs/media), by a third party that quotes it line by line, 2026-10-09',
  castUltraPress:
    'press at its launch (vinereport.com, 2016: HDR10 and Dolby Vision; androidcentral.com, 2017: HDR films play)',
  googleTvPress:
    'review of the HD model, which compares it with the 4K one (androidworld.it/recensioni/chromecast-google-tv-hd)',
  samsung2016:
    'Samsung, 2016 TV video specifications (developer.samsung.com/SmartTV/develop/specifications/media-specifications/2016-tv-video-specifications.html)',
  samsung2018:
    'Samsung, 2018 TV video specifications (developer.samsung.com/smarttv/develop/specifications/media-specifications/2018-tv-video-specifications.html)',
  samsung2020:
    'Samsung, 2020 TV video specifications (developer.samsung.com/smarttv/develop/specifications/media-specifications/2020-tv-video-specifications.html)',
  jellyfin: 'jellyfin-web src/scripts/browserDeviceProfile.js @f330b7b (2026-08-22)',
  lg2020: 'Universal Media Server, renderers/LG-OLED-2020+.conf, which cites LG’s e-manual',
  lgWeb: 'LG, Streaming protocol and DRM (webostv.developer.lge.com/develop/specifications/streaming-protocol-drm)',
  roku: 'Roku, Streaming specifications (developer.roku.com/en-ca/docs/specs/media/streaming-specifications.md) and Audio and Video Support (sdkdocs-archive.roku.com/Audio-and-Video-Support_3737490.html)',
  rokuOld: 'Roku, Audio and Video Support, an older revision (github.com/askkaz/docs @17f1d10, a copy of Roku’s own)',
  firetv: 'Amazon, Fire TV 4K Ultra HD (developer.amazon.com/ja/docs/fire-tv/4k-ultra-hd.html)',
  firetvPress:
    'descriptions by third parties (pcwebopaedia.com/term/f/amazon-fire-stick: HDR10+; bibouroku.net/hdr: Stick 4K and Cube)',
  cddVideo: 'Android Compatibility Definition 5.3, video decoding (@45e3b46c, an older revision without AV1)',
  cddCodecs: 'Android Compatibility Definition 5.1.3 and 5.1.8, codecs and file types (@03d6f255)',
  xbox: 'Microsoft, Supported technologies on Xbox (learn.microsoft.com/en-us/windows/uwp/apps-for-xbox/supported-technologies)',
  xboxHevc: 'Microsoft, HEVC on Xbox (learn.microsoft.com/en-us/windows/uwp/audio-video-camera/hevc-xbox)',
  windows: 'Microsoft, Media Foundation codec objects (learn.microsoft.com/en-us/windows/win32/medfound/codecobjects)',
  windowsCodecs:
    'Microsoft, Supported codecs (learn.microsoft.com/en-us/windows/uwp/audio-video-camera/supported-codecs)',
  shaka: 'shaka-player README and lib/device/*.js @35b290e (2026-08-21)',
  caniuse: 'caniuse features-json/hevc.json @005970f',
  xdcam:
    'public knowledge of SMPTE RDD 9 (Sony MPEG long GOP in MXF), whose text was not read; delivery rules that repeat it: Mediabank play-out specification (support.mediabank.com), Louisiana Public Broadcasting programme specifications (lpb.org)',
  prores: 'public knowledge of Apple’s ProRes white paper and SMPTE RDD 36, whose texts were not read',
  vc3: 'public knowledge of SMPTE ST 2019-1 (VC-3, DNxHR), whose text was not read',
  ffv1: 'RFC 9043 (FFV1), RFC 9559 (Matroska)',
  flac: 'RFC 9639 (FLAC)',
} as const
