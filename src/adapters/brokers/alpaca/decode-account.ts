import { z } from 'zod'
import type { JsonValue } from '../../../core/json-text.ts'
import type { Amount, Price, Quantity } from '../../../core/money.ts'
import type { Instant } from '../../../core/time.ts'
import type { VenueAccount } from '../../../ports/broker-gateway.ts'
import { readAll } from './decode.ts'
import { decimal, orNothing, time } from './wire.ts'

const ACCOUNT = z.object({ cash: decimal, buying_power: decimal, currency: z.string() })
export function decodeAccount(body: JsonValue | undefined, readAt: Instant): VenueAccount | undefined {
  const parsed = ACCOUNT.safeParse(body)
  if (!parsed.success) return undefined
  const { cash, buying_power, currency } = parsed.data
  return { cash: cash as Amount, buyingPower: buying_power as Amount, currency, readAt }
}

const POSITION = z.object({
  asset_id: z.string().min(1),
  symbol: z.string().min(1),
  asset_class: orNothing(z.string()),
  qty: decimal,
  avg_entry_price: orNothing(decimal),
})
export interface AlpacaPosition {
  readonly assetId: string
  /** Crypto without its slash: orders spell it otherwise, and only the asset's id joins the two. */
  readonly symbol: string
  readonly isCrypto: boolean
  readonly quantity: Quantity
  readonly averagePrice?: Price
}
export function readPositions(body: JsonValue | undefined): readonly AlpacaPosition[] | undefined {
  return readAll(body, readPosition)
}
function readPosition(item: JsonValue): AlpacaPosition | undefined {
  const parsed = POSITION.safeParse(item)
  if (!parsed.success) return undefined
  const { asset_id, symbol, asset_class, qty, avg_entry_price } = parsed.data
  return {
    assetId: asset_id,
    symbol,
    isCrypto: asset_class === 'crypto',
    quantity: qty as Quantity,
    ...(avg_entry_price === undefined ? {} : { averagePrice: avg_entry_price as Price }),
  }
}

const CLOCK = z.object({ timestamp: time, is_open: z.boolean(), next_open: time, next_close: time })
export interface MarketClock {
  readonly at: Instant
  readonly isOpen: boolean
  readonly nextOpen: Instant
  readonly nextClose: Instant
}
export function decodeClock(body: JsonValue | undefined): MarketClock | undefined {
  const parsed = CLOCK.safeParse(body)
  if (!parsed.success) return undefined
  const { timestamp, is_open, next_open, next_close } = parsed.data
  return { at: timestamp, isOpen: is_open, nextOpen: next_open, nextClose: next_close }
}

const DAY = z.object({
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  open: z.string().regex(/^\d{2}:\d{2}$/),
  close: z.string().regex(/^\d{2}:\d{2}$/),
})
/** One trading day in the exchange's own date and wall time; days without trading are not listed. */
export type TradingDay = z.infer<typeof DAY>
export function readCalendar(body: JsonValue | undefined): readonly TradingDay[] | undefined {
  return readAll(body, (item) => {
    const parsed = DAY.safeParse(item)
    return parsed.success ? parsed.data : undefined
  })
}
