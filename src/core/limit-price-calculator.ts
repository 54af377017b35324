import { type Decimal, decimal, ONE, type Price, percentOf } from './money.ts'
import type { Side } from './order.ts'
import type { Plain } from './order-events.ts'
import { roundDownToTick, roundUpToTick, type TickTable, tickAt } from './tick-table.ts'

export type { TickBand, TickTable } from './tick-table.ts'

/**
 * The limit price of an order. Guarantees:
 * - a buy never pays more and a sell never takes less than was computed, whatever the tick;
 * - a priced limit stands on the venue's grid, above zero and inside the slippage guard;
 * - every step is told in `why`.
 */
export type OffsetMode = 'bps' | 'absolute'
export type SlippageGuard = 'deny' | 'clamp'

export interface LimitPriceRequest {
  readonly side: Side
  readonly reference: Price
  /** The signal's own limit: it skips the offset, not the tick and not the guard. */
  readonly ownLimit?: Price
  readonly offsetMode: OffsetMode
  readonly buyOffset: Decimal
  readonly sellOffset: Decimal
  readonly maxSlippagePct: Decimal
  readonly slippageGuard: SlippageGuard
  readonly ticks: TickTable
}

export type LimitPriceResult =
  | { readonly kind: 'priced'; readonly limitPrice: Price; readonly clamped: boolean; readonly why: PriceWhy }
  | {
      readonly kind: 'denied'
      readonly code: 'price.invalid' | 'price.slippage_guard'
      readonly message: string
      readonly value: string
      readonly limit: string
      readonly why: PriceWhy
    }
export type PriceWhy = { readonly [step: string]: Plain }

export function calculateLimitPrice(request: LimitPriceRequest): LimitPriceResult {
  const { side, reference, ticks } = request
  const inputs: PriceWhy = { side, reference: reference.toString(), ...sourceOf(request) }
  if (!reference.isPositive) return invalid('the reference price is not above zero', reference, inputs)

  const computed = request.ownLimit ?? withOffset(request)
  const afterOffset: PriceWhy = { ...inputs, computed: computed.toString() }
  if (!computed.isPositive) return invalid('the computed price is not above zero', computed, afterOffset)

  const rounded = inTradersFavour(side, computed, ticks)
  const afterRounding: PriceWhy = {
    ...afterOffset,
    tick: tickAt(ticks, rounded ?? computed)?.toString() ?? 'none',
    rounding: side === 'buy' ? 'down' : 'up',
    ...(rounded === undefined ? {} : { rounded: rounded.toString() }),
  }
  if (rounded === undefined)
    return invalid('no tick of the venue lies at or inside this price', computed, afterRounding)
  return guarded(request, rounded, afterRounding)
}

const TEN_THOUSANDTH = decimal('0.0001')

/** A positive offset is aggressive: it pays more or takes less. */
function withOffset({ side, reference, offsetMode, buyOffset, sellOffset }: LimitPriceRequest): Price {
  const offset = side === 'buy' ? buyOffset : sellOffset.negated()
  return offsetMode === 'bps'
    ? reference.scaledBy(ONE.plus(offset.times(TEN_THOUSANDTH)))
    : reference.plus(offset as Price)
}

const inTradersFavour = (side: Side, price: Price, ticks: TickTable): Price | undefined =>
  side === 'buy' ? roundDownToTick(ticks, price) : roundUpToTick(ticks, price)

function guarded(request: LimitPriceRequest, rounded: Price, steps: PriceWhy): LimitPriceResult {
  const { side, ticks, maxSlippagePct, slippageGuard } = request
  const guard = guardPrice(request)
  const told: PriceWhy = { ...steps, max_slippage_pct: maxSlippagePct.toString(), guard_price: guard.toString() }
  const isInside = side === 'buy' ? rounded.atMost(guard) : rounded.atLeast(guard)
  if (isInside) return priced(rounded, false, { ...told, guard: 'inside' })
  if (slippageGuard === 'deny') {
    const message = `limit ${rounded} is further than ${maxSlippagePct} % from the reference ${request.reference}`
    return denied('price.slippage_guard', message, rounded, guard, { ...told, guard: 'denied' })
  }
  const clamped = inTradersFavour(side, guard, ticks)
  if (clamped === undefined) return invalid('no tick of the venue lies inside the guard', guard, told)
  return priced(clamped, true, { ...told, guard: 'clamped' })
}

/** The worst price this order may carry. */
function guardPrice({ side, reference, maxSlippagePct }: LimitPriceRequest): Price {
  const distance = percentOf(reference, maxSlippagePct) as Price
  return side === 'buy' ? reference.plus(distance) : reference.minus(distance)
}

const sourceOf = (request: LimitPriceRequest): PriceWhy =>
  request.ownLimit === undefined
    ? {
        source: 'offset',
        offset_mode: request.offsetMode,
        offset: (request.side === 'buy' ? request.buyOffset : request.sellOffset).toString(),
      }
    : { source: 'signal' }

const priced = (limitPrice: Price, clamped: boolean, steps: PriceWhy): LimitPriceResult => ({
  kind: 'priced',
  limitPrice,
  clamped,
  why: { ...steps, limit_price: limitPrice.toString() },
})

const invalid = (message: string, value: Price, why: PriceWhy): LimitPriceResult =>
  denied('price.invalid', message, value, undefined, why)

const denied = (
  code: 'price.invalid' | 'price.slippage_guard',
  message: string,
  value: Price,
  limit: Price | undefined,
  why: PriceWhy,
): LimitPriceResult => ({
  kind: 'denied',
  code,
  message,
  value: value.toString(),
  limit: limit?.toString() ?? 'above 0',
  why,
})
