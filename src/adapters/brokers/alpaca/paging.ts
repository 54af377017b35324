import { OrderStatusError } from '../../../core/errors.ts'

/**
 * Whole lists from pages that have no token of their own. Guarantees:
 * - complete or thrown: the end is a page with room left, never a page that looks like the end;
 * - rows that two pages share count once, so that pages may overlap;
 * - a full page that brings nothing new is an end nobody can prove, and throws.
 */
export interface Paging<T extends { readonly id: string }> {
  readonly what: string
  readonly pageSize: number
  readonly first: () => Promise<readonly T[]>
  /** Ways to the rows after this one, each tried until one brings something new. */
  readonly after: readonly ((last: T) => Promise<readonly T[]>)[]
}

const MOST_PAGES = 400

export async function allPages<T extends { readonly id: string }>(paging: Paging<T>): Promise<readonly T[]> {
  const { what, pageSize, first } = paging
  const rows = new Map<string, T>()
  let page = await first()
  for (let read = 1; read <= MOST_PAGES; read += 1) {
    for (const row of page) rows.set(row.id, row)
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined) return [...rows.values()]
    page = await nextPage(paging, last, rows)
  }
  throw new OrderStatusError(`${what} has more than ${MOST_PAGES} pages`)
}

async function nextPage<T extends { readonly id: string }>(
  { what, after, pageSize }: Paging<T>,
  last: T,
  rows: ReadonlyMap<string, T>,
): Promise<readonly T[]> {
  for (const way of after) {
    const page = await way(last)
    if (page.length < pageSize || page.some(({ id }) => !rows.has(id))) return page
  }
  throw new OrderStatusError(`${what} cannot be read to its end: a full page brought nothing new`)
}
