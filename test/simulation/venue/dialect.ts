import type { ReportedStatus } from '../../../src/core/order-report.ts'

/** What an order is at a venue, whatever the venue calls it. */
export type VenueState = 'received' | 'open' | 'part' | 'filled' | 'cancelled' | 'rejected' | 'expired'
export type ResendClass = 'A' | 'B' | 'C' | 'D'

/** A length of time drawn anew for each use, from `least` to `most` milliseconds. */
export interface Span {
  readonly least: number
  readonly most: number
}

/** How far behind the truth each of a venue's faces is, in milliseconds. */
export interface Lags {
  readonly point: number
  readonly list: number
  readonly history: number
  readonly executions: number
  readonly positions: number
}

/** A venue's habits. Nothing in here is a real vendor's; the names are ours. */
export interface Dialect {
  readonly name: string
  readonly resendClass: ResendClass
  /** Class D takes no id at all: then `charset` and `maxLength` bound only what we make up for ourselves. */
  readonly clientId: {
    readonly enforced: 'forever' | 'day' | 'while_open' | 'never'
    readonly maxLength: number
    readonly charset: RegExp
  }
  /** The venue's words for each state; orders take turns among several. */
  readonly words: Readonly<Record<VenueState, readonly string[]>>
  /** Words it may use that stand in nobody's table. */
  readonly strangeWords: readonly string[]
  readonly pageSize: number
  readonly lags: Lags
  /** What was sent is on every face within this time, or never will be. */
  readonly settlesMs: number
  readonly namesExecutions: boolean
  /** `daily` numbers begin anew with each day and come again. */
  readonly brokerIds: 'unique' | 'daily'
  readonly buyingPower: 'after_open_orders' | 'cash'
  readonly submitAnswer: 'order' | 'receipt'
  /** From a request's arrival to its answer. */
  readonly ack: Span
  /** How closely its answers tell its time. */
  readonly tellsTime: 'to_the_millisecond' | 'to_the_second' | 'never'
}

export const MEANINGS: Readonly<Record<VenueState, ReportedStatus>> = {
  received: 'received',
  open: 'working',
  part: 'working',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
}

const PLAIN_ID = /^[a-z0-9-]+$/
const WIDE_ID = /^[A-Za-z0-9._:-]+$/
const NO_LAGS: Lags = { point: 0, list: 0, history: 0, executions: 0, positions: 0 }

const alpha: Dialect = {
  name: 'alpha',
  resendClass: 'A',
  clientId: { enforced: 'forever', maxLength: 48, charset: WIDE_ID },
  words: {
    received: ['booked'],
    open: ['resting'],
    part: ['partly_done'],
    filled: ['done'],
    cancelled: ['withdrawn'],
    rejected: ['declined'],
    expired: ['lapsed'],
  },
  strangeWords: ['under_review', 'RESTING '],
  pageSize: 50,
  lags: NO_LAGS,
  settlesMs: 30_000,
  namesExecutions: true,
  brokerIds: 'unique',
  buyingPower: 'after_open_orders',
  submitAnswer: 'order',
  ack: { least: 1, most: 20 },
  tellsTime: 'to_the_millisecond',
}

const bravo: Dialect = {
  name: 'bravo',
  resendClass: 'B',
  clientId: { enforced: 'day', maxLength: 20, charset: PLAIN_ID },
  words: {
    received: ['QUEUED'],
    open: ['LIVE ON BOOK', 'AFTER TRIGGER'],
    part: ['PART TRADED'],
    filled: ['TRADED'],
    cancelled: ['PULLED', 'PULLED BY DESK'],
    rejected: ['BOUNCED'],
    expired: ['DAY OVER'],
  },
  strangeWords: ['FROZEN', 'Traded'],
  pageSize: 7,
  lags: { point: 50, list: 400, history: 1_500, executions: 300, positions: 800 },
  settlesMs: 90_000,
  namesExecutions: true,
  brokerIds: 'daily',
  buyingPower: 'cash',
  submitAnswer: 'receipt',
  ack: { least: 5, most: 150 },
  tellsTime: 'to_the_second',
}

const charlie: Dialect = {
  name: 'charlie',
  resendClass: 'C',
  clientId: { enforced: 'never', maxLength: 36, charset: WIDE_ID },
  words: {
    received: ['Noted'],
    open: ['Standing'],
    part: ['StandingPart'],
    filled: ['Settled'],
    cancelled: ['Void', 'VoidRest'],
    rejected: ['TurnedDown'],
    expired: ['TimedOut'],
  },
  strangeWords: ['Parked', 'settled?'],
  pageSize: 20,
  lags: { point: 100, list: 250, history: 2_000, executions: 600, positions: 400 },
  settlesMs: 240_000,
  namesExecutions: true,
  brokerIds: 'unique',
  buyingPower: 'after_open_orders',
  submitAnswer: 'receipt',
  ack: { least: 2, most: 80 },
  tellsTime: 'to_the_millisecond',
}

const delta: Dialect = {
  name: 'delta',
  resendClass: 'D',
  clientId: { enforced: 'never', maxLength: 32, charset: PLAIN_ID },
  words: {
    received: ['00'],
    open: ['10'],
    part: ['11'],
    filled: ['20'],
    cancelled: ['30', '31'],
    rejected: ['40'],
    expired: ['50'],
  },
  strangeWords: ['99', '1O'],
  pageSize: 5,
  lags: { point: 200, list: 600, history: 3_000, executions: 3_000, positions: 1_500 },
  settlesMs: 420_000,
  namesExecutions: false,
  brokerIds: 'daily',
  buyingPower: 'cash',
  submitAnswer: 'receipt',
  ack: { least: 10, most: 300 },
  tellsTime: 'never',
}

export const DIALECTS = { alpha, bravo, charlie, delta } as const
