// One writer for stderr: lines that stay, and on a terminal one status line below them that is redrawn.

export type ScreenStream = {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Screen {
  readonly isTerminal: boolean
  /** Writes a line that stays. */
  line(text: string): void
  /** Redraws the status line; nothing where there is no terminal. */
  status(text: string): void
  /** Takes the status line away. */
  clear(): void
}

export function createScreen(stream: ScreenStream): Screen {
  const isTerminal = stream.isTTY === true
  let shown = ''
  const clear = (): void => {
    // CSI 2K erases the line (ECMA-48 8.3.41).
    if (shown) stream.write('\r\u001b[2K')
    shown = ''
  }
  return {
    isTerminal,
    clear,
    line(text) {
      const status = shown
      clear()
      stream.write(`${text}\n`)
      if (status) this.status(status)
    },
    status(text) {
      if (!isTerminal) return
      // A line that wraps could not be erased. Some terminals state 0 columns.
      const cut = text.slice(0, Math.max(10, (stream.columns || 80) - 1))
      if (cut === shown) return
      clear()
      stream.write(cut)
      shown = cut
    },
  }
}
