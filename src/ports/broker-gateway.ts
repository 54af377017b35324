import type { ReportedFill } from '../core/fill.ts'
import type { BrokerOrderId, ClientOrderId } from '../core/ids.ts'
import type { TickTable } from '../core/limit-price-calculator.ts'
import type { Amount, Price, Quantity } from '../core/money.ts'
import type { OrderType, Side, TimeInForce } from '../core/order.ts'
import type { Plain } from '../core/order-events.ts'
import type { OrderReport } from '../core/order-report.ts'
import type { Instant } from '../core/time.ts'
import type { ExitPass } from './exit-pass.ts'
import type { HttpPhase } from './http.ts'

/** What a venue can be held to, each line with its evidence beside it in the adapter. The flow asks this, never a name. */
export interface VenueCapabilities {
  readonly venue: string
  readonly clientOrderId: {
    /** For how long the venue refuses a repeated id: the one thing that makes a resend safe. */
    readonly enforced: 'forever' | 'day' | 'while_open' | 'never'
    readonly maxLength: number
    /**
     * `false` where an order goes out without any name of ours: it is told from others by its terms alone, and `lookUp`
     * finds it by the venue's own id only. Such a venue lists in `recentOrders` everything it took, with its terms.
     */
    readonly isCarried?: boolean
  }
  /** How long absence must hold, on every proof source, before it counts. */
  readonly absenceSettlesMs: number
  readonly namesExecutions: boolean
  readonly averagePriceOnlyWhenComplete: boolean
  readonly fillTimeOnlyWhenComplete: boolean
  readonly streams: boolean
  readonly orderTypes: readonly OrderType[]
  readonly timesInForce: readonly TimeInForce[]
  readonly refusesOppositeOrders: boolean
  /** Has the venue taken its open orders off the buying power it tells? */
  readonly buyingPowerCountsOpenOrders: boolean
}

export interface Instrument {
  readonly symbol: string
  readonly name?: string
  readonly currency: string
  readonly ticks: TickTable
  readonly lot: Quantity
  readonly minQuantity: Quantity
  readonly minNotional?: Amount
  readonly shortable: boolean
  /** `false` where the venue knows it and takes no orders for it. */
  readonly tradable?: boolean
  /** Where they differ from what the venue takes in general. */
  readonly timesInForce?: readonly TimeInForce[]
  /** Where parts of a unit are taken for these only: in any other the quantity is whole. */
  readonly fractionalTimesInForce?: readonly TimeInForce[]
}

export interface Quote {
  readonly symbol: string
  readonly bid: Price
  readonly ask: Price
  /** Absent where the venue tells no trade. */
  readonly last?: Price
  /** The venue's time of the quote. */
  readonly time: Instant
  readonly receivedAt: Instant
}

export interface VenueAccount {
  readonly cash: Amount
  readonly buyingPower: Amount
  readonly currency: string
  readonly readAt: Instant
}
export interface VenuePosition {
  readonly symbol: string
  readonly quantity: Quantity
  readonly averagePrice?: Price
}

/** The order as it goes out: everything that is part of the payload, nothing else. */
export interface OutgoingOrder {
  readonly clientOrderId: ClientOrderId
  readonly symbol: string
  readonly side: Side
  readonly orderType: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Quantity
  readonly limitPrice?: Price
}

export interface OrderRef {
  readonly clientOrderId: ClientOrderId
  readonly brokerOrderId?: BrokerOrderId
  readonly symbol: string
}

/** Three outcomes, never two: what no evidence settles is `unknown`. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly report: OrderReport }
  /** The venue refused it, and here is why we are sure. */
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly reason: string
      readonly proof: string
      readonly passing: boolean
      readonly evidence?: Plain
    }
  /** No byte left. */
  | { readonly kind: 'not_sent'; readonly code: string; readonly reason: string }
  /** The id is taken: by our own earlier attempt, most likely. A look-up tells. */
  | { readonly kind: 'duplicate_id'; readonly reason: string; readonly evidence?: Plain }
  | { readonly kind: 'unknown'; readonly phase: HttpPhase; readonly reason: string; readonly evidence?: Plain }

export type CancelOutcome =
  | { readonly kind: 'asked'; readonly report?: OrderReport }
  | { readonly kind: 'already_final'; readonly report?: OrderReport }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'not_sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/** One execution as the venue's own list tells it, whosever order it was. */
export interface VenueExecution extends ReportedFill {
  readonly symbol: string
  readonly side: Side
  readonly brokerOrderId?: BrokerOrderId
  /** Absent where the venue does not echo it. */
  readonly clientOrderId?: ClientOrderId
  /** How far it brought its order: told where the venue gives executions no names, which makes them `synthetic`. */
  readonly cumulativeQuantity?: Quantity
}

/** A row among a venue's executions that is no trade: funding, a settlement, a fee, or a word nobody knows. */
export interface NoTrade {
  readonly id: string
  /** In the venue's word. */
  readonly type: string
  readonly at: Instant
  readonly symbol?: string
  readonly brokerOrderId?: BrokerOrderId
  readonly evidence?: Plain
}

/** What an answer told beside its content: of the venue's clock, and of what we may still ask. */
export interface AnswerSigns {
  readonly callClass: 'order' | 'cancel' | 'read'
  readonly status: number
  /** When it came, by our clock. */
  readonly at: Instant
  readonly tookMs: number
  /** Requests still on the wire then. */
  readonly inFlight: number
  /** The venue's clock showed this, or up to `withinMs` more. */
  readonly venueTime?: { readonly at: Instant; readonly withinMs: number }
  readonly budget?: {
    readonly limit?: number
    readonly remaining?: number
    readonly resetInMs?: number
    readonly retryAfterMs?: number
  }
}

export type LookUp = { readonly kind: 'found'; readonly report: OrderReport } | { readonly kind: 'absent' }

export interface GatewayStreamListener {
  opened(): void
  report(report: OrderReport): void
  /** It told something that cannot be read: whatever that was has to be asked for. */
  missed?(what: string): void
  closed(cause: string): void
}

/**
 * One account at one broker. Translates; decides nothing, repeats nothing, keeps no timer. Reads throw a broker error
 * that says whether trying again may help; writes never throw for what a venue or a network can do.
 */
export interface BrokerGateway {
  readonly capabilities: VenueCapabilities
  /** The exact bytes an order would go out as; the same order gives the same bytes for ever. */
  payloadOf(order: OutgoingOrder): string
  submit(order: OutgoingOrder, pass: ExitPass): Promise<SubmitOutcome>
  cancel(order: OrderRef, pass: ExitPass): Promise<CancelOutcome>
  lookUp(order: OrderRef): Promise<LookUp>
  /** Every open order, complete or thrown. */
  openOrders(): Promise<readonly OrderReport[]>
  /**
   * Every order that the venue took at or after this instant of its own clock, whosever it is and whatever became of it;
   * complete or thrown. A caller that goes by our clock allows for the difference between the two.
   */
  recentOrders(since: Instant): Promise<readonly OrderReport[]>
  /** Every execution at or after this instant of the venue's clock, whosever order it was; complete or thrown. */
  executions(since: Instant): Promise<readonly VenueExecution[]>
  positions(): Promise<readonly VenuePosition[]>
  account(): Promise<VenueAccount>
  quote(symbol: string): Promise<Quote | undefined>
  instrument(symbol: string): Promise<Instrument | undefined>
  openStream(listener: GatewayStreamListener): { close(): void }
  /** Told of every answer, reads and writes alike; absent where answers carry no signs. The last listener is the one. */
  heedAnswers?(listener: (signs: AnswerSigns) => void): void
  /** Told of every row that is no trade, as often as it is read; absent where there are none. The last listener is the one. */
  heedNoTrades?(listener: (row: NoTrade) => void): void
  /**
   * The name that an order was sent under before somebody changed it, where a changed order is one of its own to the venue:
   * for each of those that stand in one another's place the name of the first, for any other order nothing. Absent where
   * a change leaves an order what it was.
   */
  firstNameOf?(order: BrokerOrderId): Promise<ClientOrderId | undefined>
  /**
   * Every request of a read, and so every page of a list, has its turn before it leaves; absent where nothing crosses a
   * network. The last one given is the one.
   */
  paceReads?(turn: ReadTurn): void
}

/** Nothing where the request may leave at once, a promise where it has to wait; what that rejects with ends the read. */
export type ReadTurn = () => Promise<void> | undefined
