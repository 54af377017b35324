/** A number in [0, 1); every label has a series of its own, so that drawing for one purpose never moves another's. */
export type Random = (label: string) => number

export function seededRandom(seed: string): Random {
  const counts = new Map<string, { readonly key: number; drawn: number }>()
  return (label) => {
    let series = counts.get(label)
    if (series === undefined) {
      series = { key: hashText(`${seed}\n${label}`), drawn: 0 }
      counts.set(label, series)
    }
    series.drawn += 1
    return hashCell(series.key, 0, series.drawn) / 2 ** 32
  }
}

export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return scramble(hash)
}

/** An integer in [0, 2^32) that depends on every bit of its arguments; `cell` may be larger than 32 bits. */
export function hashCell(key: number, layer: number, cell: number): number {
  const high = Math.floor(cell / 2 ** 32)
  return scramble(scramble(scramble(key + Math.imul(layer + 1, 0x9e3779b1)) ^ (cell | 0)) + high)
}

function scramble(bits: number): number {
  let mixed = bits | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
