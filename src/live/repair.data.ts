// Defaults for the repair of timestamps. docs/live-timing.md gives the reasons.

export type RepairOptions = {
  /** Units arrive in the order in which they were sent (TCP, SRT): a timestamp that goes back is a fault, not a reordering. */
  readonly ordered: boolean
  /** A step that differs by more from the time that went by is a jump of the sender's clock. */
  readonly jumpUs: number
  /** The same for steps back where `ordered` holds: smaller, since there nothing else explains one. */
  readonly jumpBackUs: number
  /** Stands for a frame whose duration nobody knows: 25 per second. */
  readonly defaultDurationUs: number
}

export const repairDefaults: RepairOptions = {
  ordered: true,
  jumpUs: 1_500_000,
  jumpBackUs: 300_000,
  defaultDurationUs: 40_000,
}
