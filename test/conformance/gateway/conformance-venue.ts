import type { ClientOrderId } from '../../../src/core/ids.ts'
import type { OrderType, Side, TimeInForce } from '../../../src/core/order.ts'
import type { BrokerGateway, OrderRef, OutgoingOrder } from '../../../src/ports/broker-gateway.ts'
import type { ExitPass } from '../../../src/ports/exit-pass.ts'

/**
 * A venue as the conformance cards see it: the gateway under test, hands that reach behind it, and the venue's own books.
 * What a venue cannot do it says under `lacks`, with the reason; a card that needs it is then not applicable.
 */
export interface ConformanceVenue {
  readonly name: string
  /** The one that is open now: a restart opens another. */
  readonly gateway: BrokerGateway & GatewayExtras
  readonly symbols: VenueSymbols
  readonly hands: VenueHands
  /** Begins every name of ours, so that no two runs at one account meet. */
  readonly prefix: string
  truth(): Promise<VenueTruth>
  /** The gateway goes, and another one comes over the same account. */
  restart(): Promise<void>
  /** Lets what is under way arrive. */
  glance(): Promise<void>
  close(): Promise<void>
}

/** What some gateways do beyond the port. */
export interface GatewayExtras {
  replacementOf?(terms: NewTerms): string
  replace?(order: OrderRef, terms: NewTerms, pass: ExitPass): Promise<ReplaceAnswer>
  cancelEverything?(pass: ExitPass): Promise<{ readonly kind: string }>
  marketClock?(): Promise<{ readonly isOpen: boolean; readonly nextOpen: number; readonly nextClose: number }>
  tradingDays?(
    from: string,
    to: string,
  ): Promise<readonly { readonly date: string; readonly open: string; readonly close: string }[]>
}
export interface NewTerms {
  readonly clientOrderId: ClientOrderId
  readonly quantity?: OutgoingOrder['quantity']
  readonly limitPrice?: NonNullable<OutgoingOrder['limitPrice']>
}
export interface ReplaceAnswer {
  readonly kind: string
  readonly replacement?: { readonly clientOrderId?: string; readonly brokerOrderId?: string }
}

/** What can be traded there, and what cannot. Texts, as a person would type them. */
export interface VenueSymbols {
  /** Whole units, listed at about `price`, shares with a currency of the account. */
  readonly share: { readonly symbol: string; readonly tick: string; readonly betweenTicks: string }
  readonly another: string
  readonly unknown: string
  readonly limits: {
    /** Could trade at once, where a venue trades by itself. */
    readonly crossing: string
    /** Could not for long; and others beside it. */
    readonly resting: string
    readonly nearby: readonly [string, string, string]
    /** One that no binary number holds. */
    readonly odd: string
  }
  /** More than the account can pay. */
  readonly tooMany: string
  readonly pair: {
    readonly symbol: string
    readonly timeInForce: TimeInForce
    readonly limit: string
    readonly quantity: string
  }
  readonly fractional?: { readonly symbol: string; readonly quantity: string }
  /** Below one unit of the currency. */
  readonly cheap?: { readonly symbol: string; readonly limit: string }
  readonly halted?: string
  /** Sold by nobody who does not hold it. */
  readonly notShortable?: string
  /** By the rules of the venue, whoever asks. */
  readonly neverShortable?: string
  readonly wholeOnly?: { readonly symbol: string; readonly limit: string }
}

export type Target = 'submit' | 'cancel' | 'replace' | 'look-up' | 'order list' | 'executions' | 'read'
/** What goes wrong with one request. */
export type Trouble =
  | 'answer lost'
  | 'request lost'
  | 'server error after it was done'
  | 'forbidden after it was done'
  | 'unavailable'
  | 'cut answer'
  | 'page for an answer'
  | 'empty answer'
  | 'reset before headers'
  | 'reset after headers'
  | 'answer about another order'
  | 'unheard-of field'
  | 'rate limited'
  | 'rate limited without a word'
  | 'unauthorized'
/** What goes wrong with the next frame that tells of an execution: one that leaves a rest, or one that does not. */
export type FrameTrouble = 'dropped' | 'duplicated' | 'reordered' | 'late' | 'followed by rubbish'

/**
 * Each name is a feature that a card asks for. Prices and quantities are texts; orders go by our name for them.
 */
export interface VenueHands {
  fill(name: string, quantity?: string): Promise<void>
  expire(name: string): Promise<void>
  /** The next order is turned down after it was accepted. */
  rejectNext(): Promise<void>
  /** Somebody at the venue's own screen. */
  cancelOutside(name: string): Promise<void>
  submitOutside(order: OutsideOrder): Promise<void>
  replaceOutside(name: string, terms: { readonly quantity?: string; readonly limitPrice?: string }): Promise<void>
  strike(target: Target, trouble: Trouble, nth?: number): Promise<void>
  strikeFrame(trouble: FrameTrouble, of?: 'part' | 'rest'): Promise<void>
  fillBeforeAnswer(): Promise<void>
  fillInsteadOfCancel(): Promise<void>
  neverCancel(): Promise<void>
  turnCancelDown(): Promise<void>
  acceptLate(afterMs: number): Promise<void>
  hideNext(forMs: number): Promise<void>
  staleLists(): Promise<void>
  bust(name: string): Promise<void>
  correct(name: string, price: string): Promise<void>
  unheardOfStatus(name: string): Promise<void>
  replaceLosesToFill(): Promise<void>
  turnReplaceDown(): Promise<void>
  endStreams(how: 'closed' | 'reset'): Promise<void>
  silenceStreams(): Promise<void>
  refuseStreams(): Promise<void>
  /** Requests a minute. */
  limitRequests(count: number): Promise<void>
  blockAccount(): Promise<void>
  revokeKeys(isRevoked: boolean): Promise<void>
  endDay(): Promise<void>
  /** Time passes at the venue. */
  wait(ms: number): Promise<void>
  writeNumbers(form: 'with zeros' | 'as JSON numbers'): Promise<void>
  stopListening(): Promise<void>
}
export type Hand = keyof VenueHands

/** In the place of a hand that a venue does not have. */
export const NO_HAND = async (): Promise<never> => {
  throw new Error('this venue has no such hand')
}

export interface OutsideOrder {
  readonly name: string
  readonly symbol: string
  readonly side: Side
  readonly quantity: string
  readonly limitPrice: string
  readonly timeInForce: TimeInForce
}

/** The venue's own books: not what it told anybody. */
export interface VenueTruth {
  readonly orders: readonly TrueOrder[]
  readonly requests: readonly TrueRequest[]
}
export interface TrueOrder {
  readonly name: string
  readonly id: string
  readonly symbol: string
  readonly side: Side
  readonly orderType: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: string
  readonly limitPrice?: string
  readonly state: 'open' | 'filled' | 'cancelled' | 'expired' | 'rejected' | 'replaced'
  readonly executions: readonly { readonly quantity: string; readonly price: string }[]
}
export interface TrueRequest {
  readonly kind: 'submit' | 'cancel' | 'replace' | 'cancel everything' | 'read'
  readonly body: string
}
