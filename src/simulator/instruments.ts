import {
  type Amount,
  amount,
  type Decimal,
  decimal,
  min,
  type Price,
  price,
  type Quantity,
  quantity,
} from '../core/money.ts'
import listed from './data/symbols.json' with { type: 'json' }

export interface Instrument {
  readonly symbol: string
  readonly name: string
  readonly assetClass: string
  readonly currency: string
  readonly tick: Price
  readonly lot: Quantity
  readonly minQuantity: Quantity
  readonly minNotional: Amount | undefined
  readonly shortable: boolean
  /** Where the price wanders around. */
  readonly startPrice: Price
  readonly spreadBps: Decimal
}

/** A symbol to add, or to change where it is listed already. */
export interface SymbolOptions {
  readonly price: string
  readonly tick?: string
  readonly lot?: string
}
export type Instruments = ReadonlyMap<string, Instrument>

interface AssetClass {
  readonly tick: string
  readonly lot: string
  readonly min_quantity: string
  readonly min_notional?: string
  readonly spread_bps: string
  readonly shortable: boolean
}
const CLASSES: Readonly<Record<string, AssetClass>> = listed.classes
const classOf = (name: string): AssetClass => CLASSES[name] ?? listed.classes.us_equity
const ADDED = 'us_equity'

export function instrumentsFor(currency: string, changes: Readonly<Record<string, SymbolOptions>> = {}): Instruments {
  const instruments = new Map<string, Instrument>()
  for (const { symbol, name, class: assetClass, price } of listed.symbols) {
    instruments.set(symbol, instrumentOf(symbol, name, assetClass, currency, { price }))
  }
  for (const [symbol, options] of Object.entries(changes)) {
    const { name, assetClass } = instruments.get(symbol) ?? { name: symbol, assetClass: ADDED }
    instruments.set(symbol, instrumentOf(symbol, name, assetClass, currency, options))
  }
  return instruments
}

function instrumentOf(
  symbol: string,
  name: string,
  assetClass: string,
  currency: string,
  options: SymbolOptions,
): Instrument {
  const usual = classOf(assetClass)
  const lot = quantity(options.lot ?? usual.lot)
  return {
    symbol,
    name,
    assetClass,
    currency,
    lot,
    tick: price(options.tick ?? usual.tick),
    minQuantity: options.lot === undefined ? quantity(usual.min_quantity) : min(lot, quantity(usual.min_quantity)),
    minNotional: usual.min_notional === undefined ? undefined : amount(usual.min_notional),
    shortable: usual.shortable,
    startPrice: price(options.price),
    spreadBps: decimal(usual.spread_bps),
  }
}
