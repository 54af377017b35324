/** What is read from a text is the same whenever the same text comes again, as the pages of a list do with every poll. */
export function readOnce<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const value = read(text)
    if (known.size >= MOST_KEPT) known.clear()
    known.set(text, value)
    return value
  }
}
const MOST_KEPT = 500
