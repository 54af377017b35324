import type { Decimal } from '../../../core/money.ts'
import type { Quote } from '../../market.ts'
import { hashText } from '../../seeded-random.ts'
import type { Asset } from './assets.ts'
import { listOf } from './list-orders.ts'
import { Refused } from './refused.ts'
import { stampOfMillis, stampText } from './stamps.ts'
import { quoteOf, type VenueParts } from './venue-parts.ts'

/** The latest quotes and trades of the data host, which writes prices as JSON numbers. */
type Shape = (quote: Quote) => Readonly<Record<string, unknown>>

const number = (value: Decimal): number => value.toApproximateNumber()
const timeOf = ({ time }: Quote): string => stampText(stampOfMillis(time))

const SHAPES: Readonly<Record<string, Shape>> = {
  'us_equity quotes': (quote) => ({
    t: timeOf(quote),
    ax: 'V',
    ap: number(quote.ask),
    as: number(quote.askSize),
    bx: 'V',
    bp: number(quote.bid),
    bs: number(quote.bidSize),
    c: ['R'],
    z: 'C',
  }),
  'us_equity trades': (quote) => ({
    t: timeOf(quote),
    x: 'V',
    p: number(quote.last),
    s: 100,
    c: ['@'],
    i: idOf(quote),
    z: 'C',
  }),
  'crypto quotes': (quote) => ({
    t: timeOf(quote),
    ap: number(quote.ask),
    as: number(quote.askSize),
    bp: number(quote.bid),
    bs: number(quote.bidSize),
  }),
  'crypto trades': (quote) => ({
    t: timeOf(quote),
    p: number(quote.last),
    s: number(quote.bidSize),
    i: idOf(quote),
    tks: quote.last.equals(quote.ask) ? 'B' : 'S',
  }),
  'crypto orderbooks': (quote) => ({
    t: timeOf(quote),
    a: [{ p: number(quote.ask), s: number(quote.askSize) }],
    b: [{ p: number(quote.bid), s: number(quote.bidSize) }],
  }),
}
const idOf = ({ symbol, time }: Quote): number => hashText(`${symbol} ${time}`)

/** For the symbols that were asked for; one that is not listed is left out. */
export function latest(
  parts: VenueParts,
  assetClass: Asset['assetClass'],
  kind: string,
  query: URLSearchParams,
): Record<string, unknown> {
  const symbols = listOf(query, 'symbols')
  if (symbols.length === 0) throw new Refused(400, undefined, 'symbols is required')
  const rows = symbols.flatMap((symbol) => {
    const asset = parts.assets.find(symbol)
    return asset?.assetClass === assetClass ? [[symbol, shapeOf(parts, asset, kind)] as const] : []
  })
  return { [kind]: Object.fromEntries(rows) }
}

/** What a client without history shows for a symbol: the latest of everything, and the day so far. */
export function snapshots(
  parts: VenueParts,
  assetClass: Asset['assetClass'],
  query: URLSearchParams,
): Record<string, unknown> {
  const rows = listOf(query, 'symbols').flatMap((symbol) => {
    const asset = parts.assets.find(symbol)
    return asset?.assetClass === assetClass ? [[symbol, snapshotOf(parts, asset)] as const] : []
  })
  return assetClass === 'crypto' ? { snapshots: Object.fromEntries(rows) } : Object.fromEntries(rows)
}

export function snapshot(parts: VenueParts, symbol: string): Readonly<Record<string, unknown>> {
  return { symbol, ...snapshotOf(parts, stockNamed(parts, symbol)) }
}

function snapshotOf(parts: VenueParts, asset: Asset): Readonly<Record<string, unknown>> {
  const { last, time } = quoteOf(parts, asset)
  const before = parts.board.lastDay(asset.symbol)
  const [c, o] = [number(last), number(before)]
  const bar = { t: stampText(stampOfMillis(time)), o, h: Math.max(o, c), l: Math.min(o, c), c, v: 1_000, n: 10, vw: c }
  return {
    latestTrade: shapeOf(parts, asset, 'trades'),
    latestQuote: shapeOf(parts, asset, 'quotes'),
    minuteBar: { ...bar, o: c, h: c, l: c },
    dailyBar: bar,
    prevDailyBar: { ...bar, h: o, l: o, c: o, vw: o },
  }
}

/** The form for one stock names it in the path and in the answer. */
export function latestOf(parts: VenueParts, symbol: string, kind: string): Record<string, unknown> {
  return { symbol, [kind.slice(0, -1)]: shapeOf(parts, stockNamed(parts, symbol), kind) }
}

function stockNamed(parts: VenueParts, symbol: string): Asset {
  const asset = parts.assets.find(symbol)
  if (asset?.assetClass === 'us_equity') return asset
  throw new Refused(404, undefined, `no data found for ${symbol}`)
}

function shapeOf(parts: VenueParts, asset: Asset, kind: string): Readonly<Record<string, unknown>> {
  const shape = SHAPES[`${asset.assetClass} ${kind}`]
  if (shape === undefined) throw new Refused(404, undefined, 'not found')
  return shape(quoteOf(parts, asset))
}
