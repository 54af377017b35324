import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { explainOrder } from '../explain-order.ts'
import { STATUS } from '../views/kinds.ts'
import { ORDER_EXAMPLE } from '../views/order-example.ts'
import { knownOrder, orderIdIn } from './known-orders.ts'

const EXPLANATION = z
  .object({
    order_id: z.string(),
    signal_id: z.string(),
    status: STATUS,
    reason: z.string().optional(),
    decided: z
      .unknown()
      .optional()
      .meta({ description: 'As stored when it was decided: price inputs, offsets, rounding, size, every risk rule.' }),
    denial: z.looseObject({ code: z.string().optional() }).optional(),
    attempts: z.array(z.looseObject({ limiter_wait_ms: z.number().optional(), answers: z.array(z.looseObject({})) })),
    witnesses: z.array(z.looseObject({ event: z.string() })),
  })
  .meta({ id: 'Explanation' })

const EXAMPLE = {
  order_id: ORDER_EXAMPLE.id,
  signal_id: ORDER_EXAMPLE.signal_id,
  status: 'filled',
  decided: {
    reference: { source: 'touch', price: '230.02', age_ms: 12, bid: '229.98', ask: '230.02' },
    price: { offset: '5', offset_mode: 'bps', computed: '230.13501', tick: '0.01', limit_price: '230.13' },
    risk: [{ rule: 'order_notional', code: 'risk.order_notional', value: '2301.3', limit: '25000', ok: true }],
  },
  attempts: [
    {
      at: '2026-03-02T14:30:00.014Z',
      attempt: 1,
      generation: 1,
      client_order_id: ORDER_EXAMPLE.client_order_id,
      limiter_wait_ms: 0,
      answers: [
        { at: '2026-03-02T14:30:00.016Z', event: 'order.submitted', broker_order_id: 'paper-1042', latency_ms: 2 },
      ],
    },
  ],
  witnesses: [
    {
      at: '2026-03-02T14:30:00.220Z',
      event: 'order.filled',
      fill: { execution_id: 'e-1', quantity: '10', price: '230.04', time: '2026-03-02T14:30:00.214Z' },
      detection: { methods: ['status', 'quantity'], confidence: 1, elapsed_ms: 204, checks: 2 },
    },
  ],
}

export const orderWhyCalls = (deps: Pick<ApiDeps, 'commands' | 'reader'>): readonly Call[] => [
  call({
    method: 'GET',
    path: '/v1/orders/{id}/why',
    id: 'explainOrder',
    tag: 'Orders',
    summary: 'Why an order is what it is',
    access: 'read',
    answers: {
      200: { what: 'Out of its stored events; nothing is computed again.', schema: EXPLANATION, example: EXAMPLE },
    },
    problems: ['order.unknown'],
    run: async ({ params }) => {
      const order = await knownOrder(deps, orderIdIn(params))
      return { status: 200, json: explainOrder(order, await deps.reader.orderEvents(order.id)) }
    },
  }),
]
