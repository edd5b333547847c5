// What the readers of FLV's picture and sound have in common.

/** FLV counts milliseconds. */
export const FLV_TIMESCALE = 1000

/** FLV has one picture and one sound; as streams of a feed they have these numbers. */
export const flvStreams = { video: 0, audio: 1 } as const

export const sameBytes = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && Buffer.compare(a, b) === 0
