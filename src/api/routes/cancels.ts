import { z } from 'zod'
import { isFinal } from '../../core/order.ts'
import type { CancelAllRow, CancelFilter } from '../../ports/order-commands.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Answer, type Call, call } from '../call.ts'
import { problem } from '../problem.ts'
import { nameInQuery } from '../views/kinds.ts'
import { ORDER_EXAMPLE } from '../views/order-example.ts'
import { ORDER, presentOrder } from '../views/order-view.ts'
import { orderIdIn } from './known-orders.ts'

const NOTHING = z.strictObject({})
const FILTER = z.strictObject({
  account: nameInQuery('account').exactOptional(),
  symbol: nameInQuery('symbol').exactOptional(),
  strategy: nameInQuery('strategy').exactOptional(),
})
const RESULT = z.enum(['asked', 'cancelled', 'already_final', 'unconfirmed', 'error'])
const CANCEL = z.object({ result: RESULT.exclude(['error']), order: ORDER })
const ROWS = z.object({
  items: z.array(z.object({ order_id: z.string(), result: RESULT, code: z.string().optional() })),
  asked: z.int(),
  failed: z.int(),
})

const WORKING = {
  ...ORDER_EXAMPLE,
  status: 'accepted',
  order_seq: 5,
  filled_quantity: '0',
  filled_notional: '0',
  remaining_quantity: '10',
  cancel_requested_at: '2026-03-02T14:30:04.100Z',
}

export const cancelCalls = ({ commands }: Pick<ApiDeps, 'commands'>): readonly Call[] => [
  call<undefined, unknown>({
    method: 'POST',
    path: '/v1/orders/{id}/cancel',
    id: 'cancelOrder',
    tag: 'Orders',
    summary: 'Cancel an order',
    access: 'trade',
    urgent: true,
    body: { schema: NOTHING, example: {}, isOptional: true },
    answers: {
      202: { what: 'The venue is asked.', schema: CANCEL, example: { result: 'asked', order: WORKING } },
      200: {
        what: 'It is cancelled already.',
        schema: CANCEL,
        example: { result: 'cancelled', order: { ...WORKING, status: 'cancelled', cancelled_reason: 'requested' } },
      },
    },
    problems: ['order.unknown', 'order.final'],
    run: async ({ params, by }) => {
      const answer = await commands.cancel(orderIdIn(params), by)
      if (answer.kind === 'unknown_order') throw problem('order.unknown')
      const order = presentOrder(answer.order)
      if (answer.order.status === 'cancelled') return { status: 200, json: { result: 'cancelled', order } }
      if (answer.kind === 'already_final' || isFinal(answer.order.status)) {
        throw problem('order.final', `the order is ${answer.order.status}`, { extra: { order } })
      }
      return { status: 202, json: { result: answer.kind, order } }
    },
  }),
  call<CancelFilter, CancelFilter>({
    method: 'POST',
    path: '/v1/orders/cancel-all',
    id: 'cancelAllOrders',
    tag: 'Orders',
    summary: 'Cancel every open order of ours',
    description: 'Without a filter that is all of them. The filter stands in the body or in the query, not in both.',
    access: 'trade',
    urgent: true,
    query: FILTER,
    body: { schema: FILTER, example: { account: 'paper', symbol: 'AAPL' }, isOptional: true },
    answers: {
      200: {
        what: 'Each has been asked; a row per order.',
        schema: ROWS,
        example: { items: [{ order_id: ORDER_EXAMPLE.id, result: 'asked' }], asked: 1, failed: 0 },
      },
    },
    run: async ({ query, body, by }) => {
      const [inQuery, inBody] = [Object.keys(query), Object.keys(body)]
      if (inQuery.length > 0 && inBody.length > 0) {
        throw problem('body.invalid', 'the filter stands in the body or in the query, not in both')
      }
      return rowsAnswer(await commands.cancelAll({ ...query, ...body }, by))
    },
  }),
]

function rowsAnswer(rows: readonly CancelAllRow[]): Answer {
  const items = rows.map(({ orderId, result, code }) => ({
    order_id: orderId,
    result,
    ...(code === undefined ? {} : { code }),
  }))
  const having = (result: CancelAllRow['result']): number => rows.filter((row) => row.result === result).length
  return { status: 200, json: { items, asked: having('asked'), failed: having('error') } }
}
