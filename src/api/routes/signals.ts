import { z } from 'zod'
import type { JsonValue } from '../../core/json-text.ts'
import { parseJsonText } from '../../core/json-text.ts'
import { isFinal, type Order } from '../../core/order.ts'
import { formatTime } from '../../core/time.ts'
import type { Admission } from '../../ports/order-commands.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Answer, type Call, call } from '../call.ts'
import { explainOrder } from '../explain-order.ts'
import { denialProblem, problem } from '../problem.ts'
import { DENIED_EXAMPLE, ORDER_EXAMPLE } from '../views/order-example.ts'
import { presentOrder } from '../views/order-view.ts'
import { SIGNAL, STORED_SIGNAL, TAKEN, takenText } from '../views/signal-view.ts'
import { ordersById } from './known-orders.ts'

type SignalDeps = Pick<ApiDeps, 'commands' | 'reader' | 'clock' | 'onAdmitted'>

const WAIT = 'seconds from 0.1 to 60'
const SHORTEST_WAIT = 0.1
const LONGEST_WAIT = 60
const QUERY = z
  .strictObject({
    wait: z
      .string({ error: WAIT })
      .regex(/^\d{1,2}(?:\.\d{1,3})?$/, { error: WAIT })
      .transform(Number)
      .refine((seconds) => seconds >= SHORTEST_WAIT && seconds <= LONGEST_WAIT, { error: WAIT })
      .optional()
      .meta({ description: 'Wait so many seconds, 0.1 to 60, for the end of the order.' }),
    until: z
      .enum(['final', 'accepted'], { error: '"final" or "accepted", together with wait' })
      .optional()
      .meta({ description: 'With `accepted` the wait ends once the venue says that it is working.' }),
  })
  .refine(({ wait, until }) => until === undefined || wait !== undefined, { path: ['until'], error: 'needs wait' })

const SIGNAL_EXAMPLE = {
  signal_id: 'momentum-2026-03-02-0001',
  strategy: 'momentum',
  symbol: 'AAPL',
  side: 'buy',
  quantity: '10',
  generated_at: '2026-03-02T14:30:00.000Z',
}
const TAKEN_EXAMPLE = {
  signal_id: ORDER_EXAMPLE.signal_id,
  order: ORDER_EXAMPLE,
  orders: [ORDER_EXAMPLE],
  duplicate: false,
}

export const signalCalls = (deps: SignalDeps): readonly Call[] => [
  call<z.output<typeof QUERY>, unknown>({
    method: 'POST',
    path: '/v1/signals',
    id: 'sendSignal',
    tag: 'Signals',
    summary: 'Send a signal',
    description:
      'Answered once the order is durable: it survives a crash and will be sent or held. The same signal_id again is answered as the first was, with `duplicate: true`.',
    access: 'trade',
    query: QUERY,
    body: { schema: SIGNAL, example: SIGNAL_EXAMPLE, isReadByCall: true },
    answers: {
      202: { what: 'Taken; with `wait`, not final yet.', schema: TAKEN, example: TAKEN_EXAMPLE },
      200: {
        what: 'Taken before; with `wait`, final.',
        schema: TAKEN,
        example: { ...TAKEN_EXAMPLE, duplicate: true },
      },
      403: { what: 'Denied: recorded, never sent.', example: DENIED_EXAMPLE, mediaType: 'application/problem+json' },
    },
    problems: [
      'json.invalid',
      'body.too_large',
      'content_type.unsupported',
      'signal.invalid',
      'signal.conflict',
      'rate.intake',
      'store.unavailable',
    ],
    run: async ({ query: { wait, until = 'final' }, body, request, reply, by }) => {
      const receivedAt = deps.clock.now()
      const start = deps.clock.monotonic()
      const admission = await deps.commands.admit({ body: body as JsonValue, receivedAt, traceId: request.traceId, by })
      if ('order' in admission) {
        // The signal may bring its own, and answer and order must not name two.
        request.traceId = admission.order.traceId
        reply.header('x-trace-id', request.traceId)
      }
      if ('duplicate' in admission && !admission.duplicate) deps.onAdmitted?.(deps.clock.monotonic() - start)
      if (admission.kind !== 'taken') throw refusalOf(admission)
      const { order, orders, duplicate } = admission
      if (wait === undefined) return { status: duplicate ? 200 : 202, jsonText: takenText(order, orders, duplicate) }
      const seen = isFinal(order.status) ? order : ((await deps.commands.wait(order.id, wait * 1_000, until)) ?? order)
      return waitedAnswer(deps, seen, orders, duplicate)
    },
  }),
  call({
    method: 'GET',
    path: '/v1/signals/{id}',
    id: 'getSignal',
    tag: 'Signals',
    summary: 'A signal and its orders',
    access: 'read',
    answers: {
      200: {
        what: 'As it came, as it was answered, and what became of it.',
        schema: STORED_SIGNAL,
        example: {
          signal_id: ORDER_EXAMPLE.signal_id,
          account: 'paper',
          strategy: 'momentum',
          symbol: 'AAPL',
          side: 'buy',
          received_at: '2026-03-02T14:30:00.010Z',
          answer: { status: 202 },
          signal: SIGNAL_EXAMPLE,
          orders: [ORDER_EXAMPLE],
        },
      },
    },
    problems: ['signal.unknown'],
    run: async ({ params: { id = '' } }) => {
      const stored = SIGNAL_ID.test(id) ? await deps.reader.signal(id) : undefined
      if (stored === undefined) throw problem('signal.unknown')
      const orders = await ordersById(deps, stored.orderIds)
      const json = {
        signal_id: stored.signalId,
        account: stored.account,
        strategy: stored.strategy,
        symbol: stored.symbol,
        side: stored.side,
        received_at: formatTime(stored.receivedAt),
        answer: stored.answer,
        signal: parseJsonText(stored.body),
        orders: orders.map(presentOrder),
      }
      return { status: 200, json }
    },
  }),
]

const SIGNAL_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** Dry run ends every order as denied, and that is what was asked for. */
const DRY_RUN = 'mode.dry_run'

async function waitedAnswer(
  { reader }: Pick<SignalDeps, 'reader'>,
  order: Order,
  orders: readonly Order[],
  duplicate: boolean,
): Promise<Answer> {
  const ended = isFinal(order.status)
  if (order.status === 'denied' && order.reason !== DRY_RUN) {
    const code = order.reason ?? 'denied'
    const { denial = {} } = explainOrder(order, await reader.orderEvents(order.id))
    throw denialProblem(code, order.failureReason ?? code, {
      ...measured(denial),
      signal_id: order.signalId,
      order_id: order.id,
      duplicate,
      final: true,
      order: presentOrder(order),
    })
  }
  return { status: ended ? 200 : 202, jsonText: takenText(order, orders, duplicate, ended) }
}

/** As they were recorded: limits may have changed since. */
const measured = ({ value, limit }: Readonly<Record<string, unknown>>): { value?: string; limit?: string } => ({
  ...(typeof value === 'string' ? { value } : {}),
  ...(typeof limit === 'string' ? { limit } : {}),
})

function refusalOf(admission: Exclude<Admission, { kind: 'taken' }>): Error {
  switch (admission.kind) {
    case 'malformed':
      return problem('signal.invalid', undefined, { errors: admission.errors })
    case 'conflict':
      return problem('signal.conflict', undefined, {
        extra: { signal_id: admission.signalId, order_id: admission.orderId },
      })
    case 'busy': {
      const seconds = Math.max(1, Math.ceil(admission.retryAfterMs / 1_000))
      return problem('rate.intake', undefined, { headers: { 'retry-after': String(seconds) } })
    }
    case 'unavailable':
      return problem('store.unavailable', admission.reason, { headers: { 'retry-after': '1' } })
    case 'denied': {
      const { code, message, value, limit, order, duplicate } = admission
      return denialProblem(code, message, {
        signal_id: order.signalId,
        order_id: order.id,
        duplicate,
        ...(value === undefined ? {} : { value }),
        ...(limit === undefined ? {} : { limit }),
        order: presentOrder(order),
      })
    }
  }
}
