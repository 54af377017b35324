import { z } from 'zod'
import type { Order } from '../../core/order.ts'
import { ORDER_TYPE, SIDE, TIME_IN_FORCE } from './kinds.ts'
import { ORDER, presentOrder } from './order-view.ts'

const number = (description: string) =>
  z
    .union([z.string(), z.number()])
    .meta({ description: `${description} Text or a JSON number, taken digit for digit.` })
const time = (description: string) => z.string().meta({ description, format: 'date-time' })

/** What a trader sends. Admission reads and judges it; this describes it. */
export const SIGNAL = z
  .strictObject({
    signal_id: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,128}$/)
      .meta({ description: 'Yours; unique in the installation for ever.' }),
    strategy: z.string().optional().meta({ description: 'Default `default`.' }),
    symbol: z.string().meta({ description: 'As the venue spells it.' }),
    side: SIDE,
    quantity: number('How much. Exactly one of quantity and amount.').optional(),
    amount: number('Money to spend at most, in the currency of the account.').optional(),
    account: z.string().optional().meta({ description: 'Default: by `routing`.' }),
    order_type: ORDER_TYPE.optional(),
    limit_price: number('Skips the calculator, never guard, collar or tick.').optional(),
    reference_price: number('Default: the quote of the venue.').optional(),
    reference_time: time('When the reference price was seen.').optional(),
    time_in_force: TIME_IN_FORCE.optional(),
    urgency: z.enum(['low', 'normal', 'immediate']).optional(),
    confidence: number('From 0 to 1.').optional(),
    generated_at: time('When the signal was made; its age counts from here.').optional(),
    expires_at: time('After this the order is not wanted any more.').optional(),
    reduce_only: z.boolean().optional(),
    trace_id: z.string().optional(),
    metadata: z.unknown().optional().meta({ description: 'Kept as it came; never read.' }),
  })
  .meta({ id: 'Signal' })

export const TAKEN = z
  .object({
    signal_id: z.string(),
    order: ORDER,
    orders: z.array(ORDER),
    duplicate: z.boolean(),
    final: z.boolean().optional().meta({ description: 'With `wait`: has the order ended?' }),
  })
  .meta({ id: 'TakenSignal' })

export const STORED_SIGNAL = z
  .object({
    signal_id: z.string(),
    account: z.string(),
    strategy: z.string(),
    symbol: z.string(),
    side: SIDE,
    received_at: z.string(),
    answer: z.object({ status: z.int(), code: z.string().optional() }).meta({ description: 'The first answer.' }),
    signal: z.unknown().meta({ description: 'As it came.' }),
    orders: z.array(ORDER),
  })
  .meta({ id: 'StoredSignal' })

/** As text, in which an order that stands twice is written once: most signals have one order. */
export function takenText(order: Order, orders: readonly Order[], duplicate: boolean, isFinal?: boolean): string {
  const first = JSON.stringify(presentOrder(order))
  const all = orders.map((one) => (one.id === order.id ? first : JSON.stringify(presentOrder(one))))
  const final = isFinal === undefined ? '' : `,"final":${isFinal}`
  const signalId = JSON.stringify(order.signalId)
  return `{"signal_id":${signalId},"order":${first},"orders":[${all.join(',')}],"duplicate":${duplicate}${final}}`
}
