// What a live rendition gets when nobody says otherwise. A single pass without look-ahead needs more than a title that is
// encoded offline: these rates lie some 20 to 40 % over those of Apple's authoring specification (2025, H.264, up to 30 frames
// per second) at the same size, and within what broadcasters' and platforms' live guides name.

/** `kbps` is for H.264 at up to 30 frames per second. */
export const liveRungs = [
  { height: 2160, kbps: 16_000 },
  { height: 1440, kbps: 10_000 },
  { height: 1080, kbps: 6000 },
  { height: 720, kbps: 3200 },
  { height: 540, kbps: 2000 },
  { height: 480, kbps: 1400 },
  { height: 360, kbps: 800 },
  { height: 240, kbps: 400 },
  { height: 144, kbps: 200 },
] as const

/** More pictures cost more, but they differ less from each other. */
export const fastRateFactor = 1.5

/** Of the rate for H.264 at the same quality, with the presets that keep up in real time. */
export const codecFactor = { h264: 1, hevc: 0.75, av1: 0.7 } as const

/** The rates that broadcast and the web know; a measured rate within 0.5 % of one of them is it. */
export const liveFrameRates = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
  { num: 60, den: 1 },
  { num: 15, den: 1 },
  { num: 12, den: 1 },
  { num: 10, den: 1 },
] as const
