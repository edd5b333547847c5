// Rows of text in columns.

/** Pads each column to its widest cell, two spaces apart; lines carry no trailing space. */
export function formatTable(rows: readonly (readonly string[])[], indent = ''): string[] {
  const columns = Math.max(0, ...rows.map(row => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map(row => row[i]?.length ?? 0)))
  return rows.map(row => (indent + row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')).trimEnd())
}
