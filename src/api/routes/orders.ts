import { z } from 'zod'
import type { OrderFilter } from '../../ports/order-store.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { problem } from '../problem.ts'
import { cursorInQuery, formatCursor } from '../views/cursor.ts'
import { EVENT, EVENT_EXAMPLE, eventText } from '../views/event-view.ts'
import { instantInQuery, limitInQuery, nameInQuery, SIDE, STATUS } from '../views/kinds.ts'
import { ORDER_EXAMPLE } from '../views/order-example.ts'
import { ORDER, presentOrder } from '../views/order-view.ts'
import { knownOrder, orderIdIn } from './known-orders.ts'

type OrderDeps = Pick<ApiDeps, 'commands' | 'reader'>

const words = (value: unknown): unknown =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => (typeof one === 'string' ? one.split(',') : [one]))

const STATUSES = z
  .preprocess(words, z.array(STATUS).min(1).max(STATUS.options.length))
  .meta({ description: 'Any of these; repeat the parameter or separate by commas.' })
const YES_OR_NO = z.enum(['true', 'false'], { error: 'true or false' }).transform((text) => text === 'true')

export const ORDER_QUERY = z.strictObject({
  status: STATUSES.optional(),
  open: YES_OR_NO.optional(),
  symbol: nameInQuery('symbol').optional(),
  side: SIDE.optional(),
  strategy: nameInQuery('strategy').optional(),
  account: nameInQuery('account').optional(),
  signal_id: nameInQuery('signal id').optional(),
  client_order_id: nameInQuery('client order id').optional(),
  reason: nameInQuery('reason').optional(),
  from: instantInQuery.optional().meta({ description: 'Created at this time or later.' }),
  to: instantInQuery.optional().meta({ description: 'Created before this time.' }),
  limit: limitInQuery.optional(),
  cursor: cursorInQuery.optional(),
})
type OrderQuery = z.output<typeof ORDER_QUERY>

const DEFAULT_LIMIT = 100

export const orderCalls = (deps: OrderDeps): readonly Call[] => [
  call({
    method: 'GET',
    path: '/v1/orders',
    id: 'listOrders',
    tag: 'Orders',
    summary: 'Orders, newest first',
    access: 'read',
    query: ORDER_QUERY,
    answers: {
      200: {
        what: 'One page; `next_cursor` is absent on the last.',
        schema: z.object({ items: z.array(ORDER), next_cursor: z.string().optional() }),
        example: { items: [ORDER_EXAMPLE], next_cursor: 'YzE3' },
      },
    },
    run: async ({ query }) => {
      const { limit = DEFAULT_LIMIT, cursor } = query
      const page = { limit, newestFirst: true, ...(cursor === undefined ? {} : { after: cursor }) }
      const { items, next } = await deps.reader.orders(filterOf(query), page)
      const more = next === undefined ? {} : { next_cursor: formatCursor(next) }
      return { status: 200, json: { items: items.map(presentOrder), ...more } }
    },
  }),
  call({
    method: 'GET',
    path: '/v1/orders/{id}',
    id: 'getOrder',
    tag: 'Orders',
    summary: 'One order',
    access: 'read',
    answers: { 200: { what: 'As it stands.', schema: ORDER, example: ORDER_EXAMPLE } },
    problems: ['order.unknown'],
    run: async ({ params }) => ({ status: 200, json: presentOrder(await knownOrder(deps, orderIdIn(params))) }),
  }),
  call({
    method: 'GET',
    path: '/v1/orders/{id}/events',
    id: 'getOrderEvents',
    tag: 'Orders',
    summary: 'The life of an order',
    access: 'read',
    answers: {
      200: {
        what: 'Every event, oldest first.',
        schema: z.object({ items: z.array(EVENT) }),
        example: { items: [EVENT_EXAMPLE] },
      },
    },
    problems: ['order.unknown'],
    run: async ({ params }) => {
      const id = orderIdIn(params)
      const events = await deps.reader.orderEvents(id)
      if (events.length === 0) throw problem('order.unknown')
      const jsonText = `{"items":[${events.map(eventText).join(',')}]}`
      return { status: 200, jsonText }
    },
  }),
]

function filterOf({ limit: _limit, cursor: _cursor, signal_id, client_order_id, ...same }: OrderQuery): OrderFilter {
  const filter = { ...same, signalId: signal_id, clientOrderId: client_order_id }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
