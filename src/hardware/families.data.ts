// The families of encoders: their order, where they can exist, and how many sessions their drivers allow.

export const families = ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox', 'cpu'] as const
export type Family = (typeof families)[number]

/** Hardware before software; of hardware, the more widespread in servers first. */
export const defaultOrder: readonly Family[] = families

/** Where a family can exist at all (process.platform); elsewhere it is not tried. */
export const platforms: Readonly<Record<Family, readonly string[] | 'all'>> = {
  nvenc: ['linux', 'win32'],
  qsv: ['linux', 'win32'],
  vaapi: ['linux'],
  amf: ['linux', 'win32'],
  videotoolbox: ['darwin'],
  cpu: 'all',
}

/** What a device gives to encoders that run at once. */
export type SessionBudget = {
  /** Sessions that the driver opens at once; null where it has no limit of its own. */
  readonly sessions: number | null
  /** Device memory for all sessions together; null where none is known or it is the computer's own. */
  readonly memoryBytes: number | null
  readonly source: string
}

const unlimited = 'the driver sets no limit; each further session shares the speed of the same engine'

/** For a card that nobody has described: the most careful of what is published. */
export const defaultBudgets: Readonly<Record<Family, SessionBudget>> = {
  nvenc: {
    sessions: 8,
    memoryBytes: null,
    source:
      'NVIDIA Video Encode and Decode GPU Support Matrix: 8 concurrent sessions per system on GeForce boards, none on professional ones',
  },
  qsv: { sessions: null, memoryBytes: null, source: `Intel: ${unlimited}` },
  vaapi: { sessions: null, memoryBytes: null, source: `libva: ${unlimited}` },
  amf: { sessions: null, memoryBytes: null, source: `AMD: ${unlimited}` },
  videotoolbox: { sessions: null, memoryBytes: null, source: `Apple: ${unlimited}` },
  cpu: { sessions: null, memoryBytes: null, source: 'encoders of the CPU share its cores' },
}
