import { isUuid, withDashes } from './identifiers.ts'
import { type AlpacaOrder, isOpen } from './order.ts'
import { malformed } from './refused.ts'
import { readStamp, type Stamp } from './stamps.ts'
import type { VenueParts } from './venue-parts.ts'

const USUAL_LIMIT = 50
const HIGHEST_LIMIT = 500
const DIRECTIONS = ['asc', 'desc'] as const
const STATUSES = ['open', 'closed', 'all'] as const

/** The rows of `GET /v2/orders`: one page, by the time of submission, both ends of a time range excluded. */
export function listOrders(parts: VenueParts, query: URLSearchParams, asOf?: number): readonly AlpacaOrder[] {
  const direction = oneOf(query, 'direction', DIRECTIONS, 'desc')
  const seen = parts.store.all.flatMap((order) => parts.store.seenAt(order, parts.now(), asOf) ?? [])
  const wanted = seen.filter(wantedBy(parts, query))
  const sorted = wanted.sort((a, b) => Number(a.submittedAt - b.submittedAt))
  const ordered = direction === 'asc' ? sorted : sorted.reverse()
  return beyondCursor(parts, ordered, query).slice(0, limitOf(query, USUAL_LIMIT, HIGHEST_LIMIT))
}

/** The query is read once, whatever the number of orders. */
function wantedBy(parts: VenueParts, query: URLSearchParams): (order: AlpacaOrder) => boolean {
  const status = oneOf(query, 'status', STATUSES, 'open')
  const isNested = query.get('nested') === 'true'
  const [symbols, classes] = [listOf(query, 'symbols'), listOf(query, 'asset_class')]
  const side = query.get('side') ?? ''
  const [after, until] = [stampIn(query, 'after'), stampIn(query, 'until')]
  return (order) =>
    hasStatus(parts, order, status) &&
    !(isNested && order.parentId !== undefined) &&
    isAmong(symbols, order.asset.symbol) &&
    isAmong(classes, order.asset.assetClass) &&
    (side === '' || order.side === side) &&
    (after === undefined || order.submittedAt > after) &&
    (until === undefined || order.submittedAt < until)
}

function hasStatus({ switches }: VenueParts, order: AlpacaOrder, status: (typeof STATUSES)[number]): boolean {
  if (status === 'all') return true
  if (status === 'closed') return !isOpen(order)
  return isOpen(order) && (order.status !== 'held' || switches.open_lists_held)
}
const isAmong = (names: readonly string[], name: string): boolean => names.length === 0 || names.includes(name)

function beyondCursor(
  parts: VenueParts,
  ordered: readonly AlpacaOrder[],
  query: URLSearchParams,
): readonly AlpacaOrder[] {
  const [before, after] = [query.get('before_order_id'), query.get('after_order_id')]
  if (before === null && after === null) return ordered
  if (before !== null && after !== null) throw malformed('only one of before_order_id and after_order_id is accepted')
  if (query.has('after') || query.has('until')) {
    throw malformed('before_order_id and after_order_id cannot be combined with after and until')
  }
  const id = before ?? after ?? ''
  const cursor = isUuid(id) ? parts.store.get(withDashes(id)) : undefined
  if (cursor === undefined) throw malformed(`order not found for ${id}`)
  const isBeyond = ({ submittedAt }: AlpacaOrder): boolean =>
    after === null ? submittedAt < cursor.submittedAt : submittedAt > cursor.submittedAt
  return ordered.filter(isBeyond)
}

export function limitOf(query: URLSearchParams, usual: number, highest: number, name = 'limit'): number {
  const text = query.get(name)
  if (text === null || text === '') return usual
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw malformed(`invalid ${name}`)
  return Math.min(value, highest)
}
export function oneOf<const T extends string>(query: URLSearchParams, name: string, words: readonly T[], usual: T): T {
  const text = query.get(name)
  if (text === null || text === '') return usual
  const found = words.find((word) => word === text)
  if (found === undefined) throw malformed(`invalid ${name}`)
  return found
}
/** Repeated keys and commas are both understood. */
export const listOf = (query: URLSearchParams, name: string): readonly string[] =>
  query
    .getAll(name)
    .flatMap((part) => part.split(','))
    .filter((part) => part !== '')
export function stampIn(query: URLSearchParams, name: string): Stamp | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const stamp = readStamp(text)
  if (stamp === undefined) throw malformed(`invalid ${name}: ${text}`)
  return stamp
}
