import type { VenueTimers } from '../../agenda.ts'
import type { SymbolOptions } from '../../instruments.ts'
import type { Random } from '../../seeded-random.ts'

/** What nobody outside knows about the venue: each is a switch, and a client should survive every setting. */
export interface Switches {
  readonly first_status: 'by_session' | 'accepted' | 'new' | 'filled'
  readonly events_before_answer: 'sometimes' | 'always' | 'never'
  readonly stream_frames: 'binary' | 'text'
  readonly event_ids: boolean
  readonly sse: boolean
  readonly cancel_of_canceled: 204 | 422
  /** Tells `pending_cancel` on the stream before the end of the order. */
  readonly cancel_event: boolean
  /** Each item of a cancel of everything carries its order, as it did in 2020. */
  readonly cancel_bodies: boolean
  readonly day_order_at_close: 'expired' | 'canceled'
  readonly replacement_filled_qty: 'zero' | 'chain'
  readonly filled_at_on_partial: boolean
  readonly open_lists_held: boolean
  readonly activity_delay_ms: number
  readonly activity_uuid: 'execution' | 'random'
  readonly wash_trade_status: 403 | 422
  /** Requests a minute. */
  readonly rate_limit: number
  /** Requests a second; 0 is no such limit. */
  readonly burst_limit: number
  readonly rate_limit_answer: 'coded' | 'uncoded' | 'text'
  /** The share of the orders that meet the market and trade in two parts. */
  readonly partial_fills: number
  readonly unknown_additions: boolean
  readonly decimal_form: 'trimmed' | 'zeros' | 'numbers'
  /** The share of the orders that are turned down after the 200. */
  readonly rejections: number
  readonly visible_after_ms: number
  readonly route_ms: number
  readonly cancel_ms: number
  readonly replace_ms: number
}

export const USUAL_SWITCHES: Switches = {
  first_status: 'by_session',
  events_before_answer: 'sometimes',
  stream_frames: 'binary',
  event_ids: true,
  sse: true,
  cancel_of_canceled: 204,
  cancel_event: false,
  cancel_bodies: false,
  day_order_at_close: 'expired',
  replacement_filled_qty: 'zero',
  filled_at_on_partial: false,
  open_lists_held: true,
  activity_delay_ms: 200,
  activity_uuid: 'execution',
  wash_trade_status: 403,
  rate_limit: 200,
  burst_limit: 0,
  rate_limit_answer: 'coded',
  partial_fills: 0.1,
  unknown_additions: false,
  decimal_form: 'trimmed',
  rejections: 0,
  visible_after_ms: 0,
  route_ms: 5,
  cancel_ms: 12,
  replace_ms: 10,
}

export interface AlpacaOptions {
  readonly seed?: string
  readonly cash?: string
  readonly key_id?: string
  readonly secret_key?: string
  /** What `Authorization: Bearer` must carry. */
  readonly token?: string
  /** `always` trades round the clock; `exchange` keeps the exchange's hours and holidays. */
  readonly hours?: 'always' | 'exchange'
  /** `manual`: no order trades unless the control port says so. */
  readonly fills?: 'auto' | 'manual'
  readonly symbols?: Readonly<Record<string, SymbolOptions>>
  readonly switches?: Partial<Switches>
}

export const USUAL_KEYS = { keyId: 'PKSIMULATED000000000', secretKey: 'simulated-secret', token: 'simulated-token' }
export const USUAL_SEED = 'surefill'
export const USUAL_CASH = '100000'

export interface AlpacaDeps {
  /** Milliseconds since the epoch, on the venue's clock, which may be set forward by hand and never goes back. */
  readonly now: () => number
  readonly timers: VenueTimers
  readonly random: Random
}
