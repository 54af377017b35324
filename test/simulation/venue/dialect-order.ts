import type { Amount, Price, Quantity } from '../../../src/core/money.ts'
import type { TrueExecution, TrueOrder } from '../evidence.ts'
import type { VenueState } from './dialect.ts'

/** An order as the venue keeps it: every version it ever had, so that a slow face can show an old one. */
export interface DialectOrder {
  /** Its place in every list. */
  readonly number: number
  readonly brokerOrderId: string
  readonly terms: OrderTerms
  /** Out of band: never on the wire. */
  readonly tag: string | undefined
  readonly versions: Version[]
  readonly truth: Kept<Omit<TrueOrder, 'executions'>> & { readonly executions: Kept<TrueExecution>[] }
  readonly lies: Lies
  /** On the venue's clock; absent: with the day in which it was taken. */
  endsAt?: number
  isCancelAsked: boolean
}
export interface OrderTerms {
  readonly clientOrderId: string | undefined
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly type: 'limit' | 'market'
  readonly timeInForce: 'day' | 'gtc' | 'ioc' | 'fok'
  readonly quantity: Quantity
  readonly limitPrice: Price | undefined
}
export interface Version {
  /** On the venue's clock. */
  readonly at: number
  readonly state: VenueState
  readonly quantity: Quantity
  readonly limitPrice: Price | undefined
  readonly filled: Quantity
  readonly notional: Amount
  readonly trades: readonly Trade[]
  readonly why?: string
}
/** What a trade cost; a rebate is less than nothing. Where no currency stands, it is the account's. */
export interface Fee {
  readonly fee?: string
  readonly feeCurrency?: string
}
export interface Trade extends Fee {
  readonly id: string
  readonly quantity: Quantity
  readonly price: Price
  readonly at: number
  /** What it was before it was undone or put right. */
  readonly change?: { readonly kind: 'bust' | 'correct'; readonly at: number }
}

/** What is being told wrong about one order, and until when. */
export interface Lies {
  readonly hiddenUntil: { point: number; list: number; history: number }
  /** It is over, and who asks for it by name is told that there is none. */
  isForgotten: boolean
  /** REST stands still at `asOf` until `until`. */
  frozen: { readonly asOf: number; readonly until: number } | undefined
  strange: { readonly word: string; readonly until: number } | undefined
}
export type Kept<T> = { -readonly [K in keyof T]: T[K] }

export const newest = ({ versions }: DialectOrder): Version => versions[versions.length - 1] as Version

/** `undefined` before it was taken. */
export function asOf({ versions }: DialectOrder, at: number): Version | undefined {
  for (let n = versions.length - 1; n >= 0; n -= 1) {
    const version = versions[n]
    if (version !== undefined && version.at <= at) return version
  }
  return undefined
}

const LIVE: ReadonlySet<VenueState> = new Set(['received', 'open', 'part'])
export const isLive = (version: Version): boolean => LIVE.has(version.state)
export const restOf = ({ quantity, filled }: Version): Quantity => quantity.minus(filled)
