import type { FaultSource } from './venue-wire.ts'

/** A list in pages, with the count of the whole beside each page, so that a client can tell a complete list. */
export interface PageOf {
  readonly items: readonly unknown[]
  readonly total: number
  readonly next: string | null
}

/** F-85: between two pages the list moves, so that an item comes twice or is missed. */
export function pageOf(
  rows: readonly { readonly row: unknown; readonly tag: string | undefined }[],
  place: number,
  size: number,
  faults: FaultSource,
): PageOf {
  const from = place === 0 ? 0 : shifted(rows, place, faults)
  const items = rows.slice(from, from + size).map(({ row }) => row)
  const next = from + size
  return { items, total: rows.length, next: next < rows.length ? `p${next}` : null }
}

function shifted(rows: readonly { readonly tag: string | undefined }[], place: number, faults: FaultSource): number {
  if (!faults.strikes('F-85', rows[place]?.tag)) return place
  return faults.draw('F-85', 'direction') < 0.5 ? place - 1 : place + 1
}
