import { type Decimal, decimal, type Price } from './money.ts'
import type { OrderType, TimeInForce } from './order.ts'
import type { Plain } from './order-events.ts'

/**
 * Limit or market, and for how long. Guarantees:
 * - nothing goes out as a type that configuration has not enabled and the venue does not take;
 * - a market order needs every one of its conditions known: what nobody knows speaks against it.
 */
export type Urgency = 'low' | 'normal' | 'immediate'

export interface OrderTypeRequest {
  /** The signal's own choice. */
  readonly requested?: OrderType
  readonly urgency: Urgency
  readonly confidence?: Decimal
  readonly spreadPct?: Decimal
  readonly enabled: readonly OrderType[]
  readonly venueTypes: readonly OrderType[]
  readonly marketMaxSpreadPct: Decimal
  readonly marketMinConfidence: Decimal
}

export type OrderTypeSelection =
  | {
      readonly kind: 'selected'
      readonly orderType: 'limit' | 'market'
      /** A patient order stands on the reference itself. */
      readonly useZeroOffset: boolean
      readonly why: { readonly [step: string]: Plain }
    }
  | OrderTypeDenial
export interface OrderTypeDenial {
  readonly kind: 'denied'
  readonly code: 'order_type.not_enabled' | 'order_type.unsupported'
  readonly message: string
  readonly value: string
  readonly limit: string
}

export function selectOrderType(request: OrderTypeRequest): OrderTypeSelection {
  const against = objectionsToMarket(request)
  const orderType = request.requested ?? (against.length === 0 ? 'market' : 'limit')
  const denial = denialOf(orderType, request)
  if (denial !== undefined) return denial
  return {
    kind: 'selected',
    orderType: orderType === 'market' ? 'market' : 'limit',
    useZeroOffset: request.urgency === 'low',
    why: {
      order_type: orderType,
      chosen_by: request.requested === undefined ? 'rule' : 'signal',
      urgency: request.urgency,
      confidence: request.confidence?.toString() ?? 'absent',
      spread_pct: request.spreadPct?.toString() ?? 'unknown',
      against_market: against,
    },
  }
}

const NO_CONFIDENCE = decimal('0')

function objectionsToMarket(request: OrderTypeRequest): readonly string[] {
  const { urgency, spreadPct, confidence = NO_CONFIDENCE, marketMaxSpreadPct, marketMinConfidence } = request
  const against: string[] = []
  if (!request.enabled.includes('market')) against.push('not_enabled')
  if (!request.venueTypes.includes('market')) against.push('venue')
  if (urgency !== 'immediate') against.push('urgency')
  if (!spreadPct?.atMost(marketMaxSpreadPct)) against.push('spread')
  if (confidence.lessThan(marketMinConfidence)) against.push('confidence')
  return against
}

function denialOf(orderType: OrderType, { enabled, venueTypes }: OrderTypeRequest): OrderTypeDenial | undefined {
  if (orderType === 'stop' || orderType === 'stop_limit') {
    return denied(
      'order_type.not_enabled',
      orderType,
      enabled,
      `${orderType} orders are always refused; send a limit order`,
    )
  }
  if (!enabled.includes(orderType)) {
    const remedy = `add "${orderType}" to order_management.order_types`
    return denied('order_type.not_enabled', orderType, enabled, `${orderType} orders are not enabled; ${remedy}`)
  }
  if (!venueTypes.includes(orderType)) {
    return denied('order_type.unsupported', orderType, venueTypes, `the venue takes no ${orderType} orders`)
  }
  return undefined
}

const denied = (
  code: OrderTypeDenial['code'],
  value: string,
  allowed: readonly string[],
  message: string,
): OrderTypeDenial => ({ kind: 'denied', code, message, value, limit: allowed.join(', ') })

export type TimeInForceSelection =
  | { readonly kind: 'selected'; readonly timeInForce: TimeInForce }
  | {
      readonly kind: 'denied'
      readonly code: 'time_in_force.unsupported'
      readonly message: string
      readonly value: string
      readonly limit: string
    }

/** The signal's own, else the day, else until cancelled where the venue knows no day. */
export function selectTimeInForce(
  requested: TimeInForce | undefined,
  venueTimes: readonly TimeInForce[],
): TimeInForceSelection {
  const timeInForce = requested ?? (venueTimes.includes('day') ? 'day' : 'gtc')
  if (venueTimes.includes(timeInForce)) return { kind: 'selected', timeInForce }
  const message = `the venue takes no ${timeInForce} orders`
  return {
    kind: 'denied',
    code: 'time_in_force.unsupported',
    message,
    value: timeInForce,
    limit: venueTimes.join(', '),
  }
}

const HUNDRED = decimal('100')
const DIGITS = 6
/** Of the middle, rounded up so that a spread is never taken for tighter than it is; `undefined` for a crossed quote. */
export function spreadPctOf(bid: Price, ask: Price): Decimal | undefined {
  if (!bid.isPositive || ask.lessThan(bid)) return undefined
  const middleTimesTwo = bid.plus(ask)
  return ask.minus(bid).times(HUNDRED).times(decimal('2')).dividedBy(middleTimesTwo, DIGITS, 'up')
}
