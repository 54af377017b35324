import { accountJson, configure } from './account-answers.ts'
import { listActivities } from './activities.ts'
import { assetJson } from './assets.ts'
import { cancelOrder } from './cancel-order.ts'
import { calendarJson, clockJson } from './clock-answers.ts'
import { isUuid, withDashes } from './identifiers.ts'
import { readBody } from './json.ts'
import { listOf, listOrders } from './list-orders.ts'
import { latest, latestOf, snapshot, snapshots } from './market-data.ts'
import type { AlpacaOrder } from './order.ts'
import { orderJson } from './order-json.ts'
import {
  cancelEveryOrder,
  closeAll,
  closePosition,
  findPosition,
  positionJson,
  positionsJson,
} from './position-answers.ts'
import { readOrder } from './read-order.ts'
import { malformed, notFound } from './refused.ts'
import { replaceOrder } from './replace-order.ts'
import { submitOrder } from './submit-order.ts'
import type { Behaviours, VenueParts } from './venue-parts.ts'

/** One call, with the parts of its path between the slashes. */
export interface Call {
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
  readonly behaviours: Behaviours
  /** The venue was told to show lists and look-ups as they were at this time. */
  readonly asOf: number | undefined
}
export interface Answered {
  readonly status: number
  /** `undefined` is an empty body. */
  readonly json?: unknown
}
type Handler = (venue: VenueParts, call: Call) => Answered

const ok = (json: unknown): Answered => ({ status: 200, json })
const shown = (venue: VenueParts, order: AlpacaOrder, withLegs: boolean): unknown =>
  orderJson(order, { switches: venue.switches, legs: withLegs ? venue.store.legsOf(order) : undefined })

const submit: Handler = (venue, { body, behaviours }) => {
  const order = submitOrder(venue, readOrder(readBody(body), venue.assets), behaviours)
  if (venue.switches.visible_after_ms > 0) venue.store.hide(order, venue.now() + venue.switches.visible_after_ms)
  return ok(shown(venue, order, true))
}

const list: Handler = (venue, { query, asOf }) => {
  const nested = query.get('nested') === 'true'
  return ok(listOrders(venue, query, asOf).map((order) => shown(venue, order, nested)))
}

function orderAt(venue: VenueParts, { parts, asOf }: Call): AlpacaOrder {
  const id = parts[2] ?? ''
  if (!isUuid(id)) throw malformed('order_id is missing')
  return seen(venue, venue.store.get(withDashes(id)), id, asOf)
}

const byClientId: Handler = (venue, { query, asOf }) => {
  const id = query.get('client_order_id') ?? ''
  if (id === '') throw malformed('client_order_id is missing')
  const order = seen(venue, venue.store.byClientId(id), id, asOf)
  return ok(shown(venue, order, query.get('nested') === 'true'))
}

function seen(venue: VenueParts, order: AlpacaOrder | undefined, name: string, asOf: number | undefined): AlpacaOrder {
  const found = order === undefined ? undefined : venue.store.seenAt(order, venue.now(), asOf)
  if (found === undefined) throw notFound(`order not found for ${name}`)
  return found
}

const replace: Handler = (venue, call) => {
  const order = replaceOrder(venue, orderAt(venue, call), readBody(call.body), call.behaviours)
  return ok(shown(venue, order, false))
}
const cancel: Handler = (venue, call) => {
  cancelOrder(venue, orderAt(venue, call), call.behaviours)
  return { status: 204 }
}

const assets: Handler = (venue, { query }) => {
  const [status, assetClass, exchange] = ['status', 'asset_class', 'exchange'].map((name) => query.get(name))
  const rows = venue.assets.all
    .filter((asset) => !status || status === (asset.active ? 'active' : 'inactive'))
    .filter((asset) => (assetClass || 'us_equity') === asset.assetClass)
    .filter((asset) => !exchange || asset.exchange === exchange)
    .map(assetJson)
  const attributes = listOf(query, 'attributes')
  const has = (row: Record<string, unknown>): boolean =>
    attributes.some((name) => Array.isArray(row.attributes) && row.attributes.includes(name))
  return ok(attributes.length === 0 ? rows : rows.filter(has))
}

const asset: Handler = (venue, { parts }) => {
  const name = parts.slice(2).join('/')
  const found = venue.assets.find(name)
  if (found === undefined) throw notFound(`asset not found for ${name}`)
  return ok(assetJson(found))
}

/** `*` is one part of the path, `**` is the rest of it. */
const ROUTES: readonly (readonly [method: string, path: string, Handler])[] = [
  ['POST', 'v2/orders', submit],
  ['GET', 'v2/orders', list],
  ['DELETE', 'v2/orders', (venue, { behaviours }) => ({ status: 207, json: cancelEveryOrder(venue, behaviours) })],
  ['GET', 'v2/orders:by_client_order_id', byClientId],
  ['GET', 'v2/orders/*', (venue, call) => ok(shown(venue, orderAt(venue, call), call.query.get('nested') === 'true'))],
  ['PATCH', 'v2/orders/*', replace],
  ['DELETE', 'v2/orders/*', cancel],
  ['GET', 'v2/positions', (venue) => ok(positionsJson(venue))],
  ['DELETE', 'v2/positions', (venue, { query }) => ({ status: 207, json: closeAll(venue, query) })],
  [
    'GET',
    'v2/positions/**',
    (venue, { parts }) => ok(positionJson(venue, findPosition(venue, parts.slice(2).join('/')))),
  ],
  [
    'DELETE',
    'v2/positions/**',
    (venue, { parts, query, behaviours }) => {
      const position = findPosition(venue, parts.slice(2).join('/'))
      return ok(shown(venue, closePosition(venue, position, query, behaviours), false))
    },
  ],
  ['GET', 'v2/account', (venue) => ok(accountJson(venue))],
  ['GET', 'v2/account/configurations', ({ flags }) => ok(flags.configuration)],
  ['PATCH', 'v2/account/configurations', ({ flags }, { body }) => ok(configure(flags, readBody(body)))],
  ['GET', 'v2/account/activities', (venue, { query }) => ok(listActivities(venue, query))],
  ['GET', 'v2/account/activities/*', (venue, { query, parts }) => ok(listActivities(venue, query, parts[3]))],
  ['GET', 'v2/clock', (venue) => ok(clockJson(venue))],
  ['GET', 'v2/calendar', (venue, { query }) => ok(calendarJson(venue, query))],
  ['GET', 'v2/assets', assets],
  ['GET', 'v2/assets/**', asset],
  ['GET', 'v2/stocks/*/latest', (venue, { query, parts }) => ok(latest(venue, 'us_equity', parts[2] ?? '', query))],
  ['GET', 'v2/stocks/*/*/latest', (venue, { parts }) => ok(latestOf(venue, parts[2] ?? '', parts[3] ?? ''))],
  ['GET', 'v2/stocks/*/snapshot', (venue, { parts }) => ok(snapshot(venue, parts[2] ?? ''))],
  ['GET', 'v2/stocks/snapshots', (venue, { query }) => ok(snapshots(venue, 'us_equity', query))],
  ['GET', 'v1beta3/crypto/*/snapshots', (venue, { query }) => ok(snapshots(venue, 'crypto', query))],
  ['GET', 'v1beta3/crypto/*/latest/*', (venue, { query, parts }) => ok(latest(venue, 'crypto', parts[4] ?? '', query))],
]

const TABLE = ROUTES.map(([method, path, handler]) => ({ method, pattern: path.split('/'), handler }))

export function routeFor(method: string, parts: readonly string[]): Handler | undefined {
  return TABLE.find((row) => row.method === method && matches(row.pattern, parts))?.handler
}
function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  const isOpenEnded = pattern.at(-1) === '**'
  if (isOpenEnded ? parts.length < pattern.length : parts.length !== pattern.length) return false
  return pattern.every((part, at) => part === '**' || part === '*' || part === parts[at])
}
