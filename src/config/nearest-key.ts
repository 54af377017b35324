/** The known key a typist most likely meant; `undefined` when nothing is near enough to be worth saying. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const spelled = known.find((name) => squeezed(name) === squeezed(key))
  if (spelled !== undefined) return spelled
  const within = Math.max(1, Math.floor(key.length / 3))
  const ranked = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
  return ranked[0]?.name ?? known.find((name) => key.length > 3 && (name.startsWith(key) || key.startsWith(name)))
}

const squeezed = (key: string): string => key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1]
      const cost = [at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (same ? 0 : 1)]
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) cost.push(at(beforeLast, j - 2) + 1)
      row.push(Math.min(...cost))
    }
    beforeLast = last
    last = row
  }
  return at(last, to.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY
