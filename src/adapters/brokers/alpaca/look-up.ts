import type { ReportedFill } from '../../../core/fill.ts'
import { clientOrderId } from '../../../core/ids.ts'
import { type Price, type Quantity, ZERO } from '../../../core/money.ts'
import type { OrderReport } from '../../../core/order-report.ts'
import type { OrderRef } from '../../../ports/broker-gateway.ts'
import { type AlpacaCalls, found, isNotFound, type ReadAnswer, unreadable } from './calls.ts'
import { type AlpacaOrder, type ReportContext, readOrder, reportOf } from './decode.ts'
import { type FillActivity, ladderTo } from './decode-executions.ts'
import { fillUpTo } from './decode-stream.ts'
import { fillsOfOrder } from './lists.ts'

/**
 * One order by name. Guarantees:
 * - absent is the venue's own word, under our id and under its own where we know that;
 * - an order that was replaced is followed to the one that took its place, and told under our name: what filled is the sum
 *   over the chain, and where the venue's counts do not settle what that is, it is not told;
 * - executions are told exactly where the venue lists them up to its count, and not at all where the list lags.
 */
const MOST_LINKS = 50

export async function findOrder(calls: AlpacaCalls, ref: OrderRef): Promise<readonly AlpacaOrder[]> {
  const named = await calls.readOrders('an order by its name', (orders) =>
    orders.getOrderByClientOrderIdRaw({ clientOrderId: ref.clientOrderId }),
  )
  const first =
    thisOne(orderIn(named), 'client_order_id', ref.clientOrderId) ?? (await byBrokerId(calls, ref.brokerOrderId))
  return first === undefined ? [] : chainFrom(calls, first)
}

export async function byBrokerId(calls: AlpacaCalls, id: string | undefined): Promise<AlpacaOrder | undefined> {
  if (id === undefined) return undefined
  const ask = 'an order by its id'
  const answer = await calls.readOrders(ask, (orders) => orders.getOrderByOrderIDRaw({ orderId: id }))
  return thisOne(orderIn(answer), 'id', id)
}

/** An answer about another order says nothing about this one, and so not that it is absent. */
function thisOne(order: AlpacaOrder | undefined, by: 'id' | 'client_order_id', asked: string): AlpacaOrder | undefined {
  if (order !== undefined && order[by] !== asked) throw unreadable(`the order ${asked}`)
  return order
}

function orderIn(answer: ReadAnswer): AlpacaOrder | undefined {
  return isNotFound(answer) ? undefined : found('an order', answer, readOrder(answer.body))
}

/** The order and whatever took its place, oldest first. */
async function chainFrom(calls: AlpacaCalls, first: AlpacaOrder): Promise<readonly AlpacaOrder[]> {
  const chain = [first]
  for (let last = first; last.replaced_by !== undefined; chain.push(last)) {
    if (chain.length >= MOST_LINKS) throw unreadable('a chain of replacements with an end')
    const next = await byBrokerId(calls, last.replaced_by)
    if (next === undefined) throw unreadable('the replacement of an order')
    last = next
  }
  return chain
}

export async function reportOfChain(
  calls: AlpacaCalls,
  chain: readonly [AlpacaOrder, ...AlpacaOrder[]],
  context: ReportContext,
): Promise<OrderReport> {
  const [first] = chain
  const last = chain.at(-1) ?? first
  const hasTraded = chain.some(({ filled_qty }) => filled_qty.isPositive)
  const fills = hasTraded ? await listedFills(calls, chain) : chain.map(() => [])
  if (chain.length === 1)
    return reportOf(last, context, stepsOf(first, ladderTo(last.filled_qty as Quantity, fills[0] ?? [])))
  return reportUnderFirst(chain, fills, context)
}

/** What the list of executions has; a list that cannot be read takes nothing from what the order itself tells. */
function listedFills(calls: AlpacaCalls, chain: readonly AlpacaOrder[]): Promise<readonly (readonly FillActivity[])[]> {
  return Promise.all(chain.map((order) => fillsOfOrder(calls, order).catch(() => [])))
}

function reportUnderFirst(
  chain: readonly [AlpacaOrder, ...AlpacaOrder[]],
  fills: readonly (readonly FillActivity[])[],
  context: ReportContext,
): OrderReport {
  const [first] = chain
  const last = chain.at(-1) ?? first
  const { cumulativeQuantity: _, averagePrice: __, ...told } = reportOf(last, context)
  const filled = filledOver(chain, fills)
  const steps = filled === undefined ? [] : stepsOf(first, exactly(filled, fills.flat()))
  const price = steps.length > 0 ? averageOf(steps) : onlyPriceOf(chain)
  return {
    ...told,
    clientOrderId: clientOrderId(first.client_order_id),
    takenAt: first.created_at,
    fills: steps,
    ...(filled === undefined ? {} : { cumulativeQuantity: filled }),
    ...(price === undefined ? {} : { averagePrice: price }),
    ...(context.channel === 'look_up' ? { evidence: { chain: chain.map(({ id }) => id), last: told.evidence } } : {}),
  }
}

/** Whether a replacement counts from zero or from what its chain had filled is written nowhere: the numbers must tell. */
export function filledOver(
  chain: readonly AlpacaOrder[],
  fills: readonly (readonly FillActivity[])[],
): Quantity | undefined {
  let before = ZERO as Quantity
  for (const [n, { filled_qty }] of chain.entries()) {
    const counted = filled_qty as Quantity
    const own = sumOf(fills[n] ?? [])
    if (before.isZero || before.plus(own).equals(counted)) before = counted
    else if (counted.lessThan(before) || own.equals(counted)) before = before.plus(counted)
    else return undefined
  }
  return before
}

const sumOf = (fills: readonly FillActivity[]): Quantity =>
  fills.reduce<Quantity>((sum, { qty }) => sum.plus(qty as Quantity), ZERO)
const byTime = (a: FillActivity, b: FillActivity): number =>
  a.transaction_time - b.transaction_time || a.cum_qty.compare(b.cum_qty)
const exactly = (filled: Quantity, fills: readonly FillActivity[]): readonly FillActivity[] =>
  sumOf(fills).equals(filled) ? fills.toSorted(byTime) : []

function stepsOf(order: AlpacaOrder, fills: readonly FillActivity[]): readonly ReportedFill[] {
  let reached = ZERO as Quantity
  return fills.map(({ qty, price, transaction_time }) => {
    reached = reached.plus(qty as Quantity)
    return fillUpTo(order.client_order_id, reached, {
      qty: qty as Quantity,
      price: price as Price,
      time: transaction_time,
    })
  })
}

const PRICE_DIGITS = 18
function averageOf(steps: readonly ReportedFill[]): Price | undefined {
  const quantity = steps.reduce<Quantity>((sum, fill) => sum.plus(fill.quantity), ZERO)
  const notional = steps.reduce((sum, fill) => sum.plus(fill.price.times(fill.quantity)), ZERO)
  return quantity.isZero ? undefined : (notional.dividedBy(quantity, PRICE_DIGITS, 'half_even') as Price)
}
/** Where one link alone has traded, its average is that of the chain. */
function onlyPriceOf(chain: readonly AlpacaOrder[]): Price | undefined {
  const traded = chain.filter(({ filled_qty }) => filled_qty.isPositive)
  return traded.length === 1 ? (traded[0]?.filled_avg_price as Price | undefined) : undefined
}
