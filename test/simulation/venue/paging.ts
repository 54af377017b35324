import type { FaultSource } from './venue-wire.ts'

/** A row of a list: its text is made for the page that shows it. */
export interface Listed {
  readonly text: () => string
  readonly tag: string | undefined
}

/**
 * A list in pages, with the count of the whole beside each page, so that a client can tell a complete list.
 * F-85: between two pages the list moves, so that an item comes twice or is missed.
 */
export function pageOf(rows: readonly Listed[], place: number, size: number, faults: FaultSource): string {
  const from = place === 0 ? 0 : shifted(rows, place, faults)
  const items = rows.slice(from, from + size).map(({ text }) => text())
  const next = from + size
  return `{"items":[${items.join(',')}],"total":${rows.length},"next":${next < rows.length ? `"p${next}"` : null}}`
}

function shifted(rows: readonly Listed[], place: number, faults: FaultSource): number {
  if (!faults.strikes('F-85', rows[place]?.tag)) return place
  return faults.draw('F-85', 'direction') < 0.5 ? place - 1 : place + 1
}
