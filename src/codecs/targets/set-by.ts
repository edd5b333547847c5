// The strictest of several limits, and whose it is.

/** What is in every list, in the order of the first. */
export const common = <T>(lists: readonly (readonly T[])[]): T[] =>
  (lists[0] ?? []).filter(each => lists.every(list => list.includes(each)))

/** null states no limit. */
export const smallest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter(value => value !== null)
  return known.length > 0 ? Math.min(...known) : null
}

/** Who has the smallest value, joined by `, `; all where nobody states one. */
export const least = (names: readonly string[], values: readonly (number | null)[]): string =>
  names.filter((_, i) => values[i] === smallest(values)).join(', ')

/** Who lacks something that another has, joined by `, `; all where the lists are the same. */
export function excluding(names: readonly string[], lists: readonly (readonly unknown[])[]): string {
  const every = new Set(lists.flat())
  return names.filter((_, i) => new Set(lists[i]).size < every.size).join(', ') || names.join(', ')
}
