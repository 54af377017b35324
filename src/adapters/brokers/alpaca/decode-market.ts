import { z } from 'zod'
import { isJsonObject, type JsonValue } from '../../../core/json-text.ts'
import type { TickTable } from '../../../core/limit-price-calculator.ts'
import { type Amount, amount, type Price, price, type Quantity, quantity } from '../../../core/money.ts'
import type { Instant } from '../../../core/time.ts'
import type { Instrument, Quote } from '../../../ports/broker-gateway.ts'
import { decimal, orNothing, time } from './wire.ts'

const ASSET = z.object({
  id: z.string().min(1),
  class: z.string(),
  symbol: z.string().min(1),
  name: orNothing(z.string()),
  status: z.string(),
  tradable: z.boolean(),
  shortable: orNothing(z.boolean()),
  fractionable: orNothing(z.boolean()),
  min_order_size: orNothing(decimal),
  min_trade_increment: orNothing(decimal),
  price_increment: orNothing(decimal),
})
type Asset = z.infer<typeof ASSET>

/** Two decimals from one dollar up, four below; the limit itself decides, not the market. */
const SHARE_TICKS: TickTable = [
  { from: price('0'), tick: price('0.0001') },
  { from: price('1'), tick: price('0.01') },
]
const WHOLE = quantity('1')
const NINE_DECIMALS = quantity('0.000000001')
/** What binds for crypto is ten dollars, whatever the asset's own minimum says. */
const LEAST_CRYPTO = amount('10')
const LEAST_FRACTIONAL = amount('1')

export const symbolOfAsset = (body: JsonValue | undefined): string | undefined => {
  const parsed = ASSET.safeParse(body)
  return parsed.success ? parsed.data.symbol : undefined
}

export function decodeInstrument(body: JsonValue | undefined): Instrument | undefined {
  const parsed = ASSET.safeParse(body)
  if (!parsed.success) return undefined
  const asset = parsed.data
  const common = {
    symbol: asset.symbol,
    ...(asset.name === undefined ? {} : { name: asset.name }),
    shortable: asset.shortable === true,
    tradable: asset.tradable && asset.status === 'active',
  }
  return asset.class === 'crypto' ? { ...common, ...cryptoRules(asset) } : { ...common, ...shareRules(asset) }
}

const shareRules = ({ fractionable }: Asset) =>
  fractionable === true
    ? {
        currency: 'USD',
        ticks: SHARE_TICKS,
        lot: NINE_DECIMALS,
        minQuantity: NINE_DECIMALS,
        minNotional: LEAST_FRACTIONAL,
        fractionalTimesInForce: ['day'] as const,
      }
    : { currency: 'USD', ticks: SHARE_TICKS, lot: WHOLE, minQuantity: WHOLE }

function cryptoRules({ symbol, min_order_size, min_trade_increment, price_increment }: Asset) {
  const lot = (min_trade_increment ?? NINE_DECIMALS) as Quantity
  return {
    currency: symbol.split('/')[1] ?? 'USD',
    ticks: [{ from: price('0'), tick: (price_increment ?? NINE_DECIMALS) as Price }],
    lot,
    minQuantity: (min_order_size ?? lot) as Quantity,
    minNotional: LEAST_CRYPTO as Amount,
    timesInForce: ['gtc', 'ioc'] as const,
  }
}

const QUOTED = z.object({ ap: decimal, bp: decimal, t: time })
const TRADED = z.object({ p: decimal, t: time })
export type Quoted = z.infer<typeof QUOTED>
export const isCrypto = (symbol: string): boolean => symbol.includes('/')

/** Shares answer one symbol, crypto a list with one; either way the row is the same. */
export function readQuote(body: JsonValue | undefined, symbol: string): Quoted | undefined {
  const parsed = QUOTED.safeParse(rowOf(body, 'quote', symbol))
  return parsed.success ? parsed.data : undefined
}
export function readLastPrice(body: JsonValue | undefined, symbol: string): Price | undefined {
  const parsed = TRADED.safeParse(rowOf(body, 'trade', symbol))
  return parsed.success ? (parsed.data.p as Price) : undefined
}
function rowOf(body: JsonValue | undefined, name: 'quote' | 'trade', symbol: string): JsonValue | undefined {
  if (!isJsonObject(body)) return undefined
  if (body[name] !== undefined) return body[name]
  const list = body[`${name}s`]
  return isJsonObject(list) && Object.hasOwn(list, symbol) ? list[symbol] : undefined
}

/** A side that nobody quotes is written as zero: then there is no market to go by. */
export function quoteOf(symbol: string, { ap, bp, t }: Quoted, last: Price | undefined, receivedAt: Instant) {
  if (!ap.isPositive || !bp.isPositive) return undefined
  const quote: Quote = {
    symbol,
    bid: bp as Price,
    ask: ap as Price,
    ...(last === undefined ? {} : { last }),
    time: t,
    receivedAt,
  }
  return quote
}
