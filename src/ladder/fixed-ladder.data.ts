// The rungs of the fixed ladder.

export type TableRung = {
  /** Lines of the 16:9 box. */
  readonly lines: number
  readonly width: number
  readonly height: number
  /** Cap of capped CRF at up to 30 frames per second. */
  readonly maxrateBps: number
  /** Average that a ladder of fixed rates spends on every title at up to 30 frames per second. */
  readonly averageBps: number
}

/**
 * Sizes of the tables of Apple's HLS Authoring Specification for Apple Devices (developer.apple.com, 16:9, H.264 up to
 * 1080 lines: 365, 730, 2000, 4500 and 7800 kbit/s; HEVC above). Those are averages for a bit rate that is always spent;
 * these are caps for a quality that is held, so each lies in the middle of its neighbours' averages, rounded.
 * `averageBps` are those averages themselves (HEVC's at 1440 and 2160 lines): what a title of its own is compared with.
 */
export const tableRungs: readonly TableRung[] = [
  { lines: 2160, width: 3840, height: 2160, maxrateBps: 18_000_000, averageBps: 16_800_000 },
  { lines: 1440, width: 2560, height: 1440, maxrateBps: 10_000_000, averageBps: 8_100_000 },
  { lines: 1080, width: 1920, height: 1080, maxrateBps: 6_500_000, averageBps: 7_800_000 },
  { lines: 720, width: 1280, height: 720, maxrateBps: 3_500_000, averageBps: 4_500_000 },
  { lines: 540, width: 960, height: 540, maxrateBps: 2_000_000, averageBps: 2_000_000 },
  { lines: 432, width: 768, height: 432, maxrateBps: 1_200_000, averageBps: 1_100_000 },
  { lines: 360, width: 640, height: 360, maxrateBps: 800_000, averageBps: 365_000 },
  { lines: 234, width: 416, height: 234, maxrateBps: 400_000, averageBps: 145_000 },
]

/** Which rungs a ladder takes first when it may not have all: the screens people have, then the poorest network. */
export const rungPreference: readonly number[] = [720, 360, 1080, 540, 234, 2160, 1440, 432]
