// The limits behind the checks, each with its source or reason.

/**
 * Floors under which a rung is not the same picture any more. They catch accidents (wrong matrix, lost frames, garbage),
 * not taste: the lowest rung of a grainy title, scaled up, stays above them. Measured on Headend's own test titles:
 * a 234p rung of grainy 720p 25 dB / 0.72, a picture out of step by one frame in motion 15–20 dB.
 */
export const pictureFloors = {
  psnrMeanDb: { fail: 18, warn: 22 },
  ssimMean: { fail: 0.5, warn: 0.6 },
} as const

/**
 * VMAF under which the largest rung cannot be what was meant. The model's votes ran from 20, bad, to 100, excellent, so that 70
 * lies between fair and good, and 40 is poor (Netflix, “VMAF: The Journey Continues”, 2018).
 */
export const topVmaf = { fail: 40, warn: 70 } as const

export const audioLimits = {
  /** Two AAC frames: the end of the last one is padding, the packager may keep it. */
  durationSamples: 2048,
  /** EBU Tech 3341 lets a true-peak meter read up to 0.2 dB high. */
  truePeakMeterDb: 0.2,
} as const
