import { type Price, price } from '../../../core/money.ts'
import rows from '../../data/alpaca-assets.json' with { type: 'json' }
import { type Instruments, instrumentsFor, type SymbolOptions } from '../../instruments.ts'
import { isUuid, uuidFrom, withDashes } from './identifiers.ts'

export interface Asset {
  readonly id: string
  readonly symbol: string
  readonly name: string
  readonly assetClass: 'us_equity' | 'crypto'
  readonly exchange: string
  readonly active: boolean
  readonly tradable: boolean
  readonly shortable: boolean
  readonly fractionable: boolean
  readonly increments: Increments | undefined
}
interface Increments {
  readonly min_order_size: string
  readonly min_trade_increment: string
  readonly price_increment: string
}

const KNOWN_IDS: Readonly<Record<string, string>> = rows.known_ids
const EXCHANGES: Readonly<Record<string, string>> = rows.exchanges
const INCREMENTS: Readonly<Record<string, Increments>> = rows.increments
const USUAL_INCREMENTS: Increments = {
  min_order_size: '0.000000001',
  min_trade_increment: '0.000000001',
  price_increment: '0.01',
}

/** Everything that can be named in an order, and the market it trades on. */
export class AssetDirectory {
  readonly instruments: Instruments
  readonly #bySymbol = new Map<string, Asset>()
  readonly #byId = new Map<string, Asset>()

  constructor(changes: Readonly<Record<string, SymbolOptions>> = {}) {
    const added = Object.fromEntries(rows.added.map(({ symbol, price, tick }) => [symbol, { price, tick }]))
    this.instruments = instrumentsFor('USD', { ...added, ...changes })
    for (const { symbol, name, assetClass, shortable } of this.instruments.values()) {
      this.#add(assetOf(symbol, name, assetClass === 'crypto' ? 'crypto' : 'us_equity', shortable))
    }
  }

  get all(): readonly Asset[] {
    return [...this.#bySymbol.values()]
  }
  /** By symbol, by the symbol of a crypto position, or by id. */
  find(name: string): Asset | undefined {
    if (isUuid(name)) return this.#byId.get(withDashes(name))
    return this.#bySymbol.get(name) ?? this.all.find(({ symbol }) => slashless(symbol) === name)
  }
  /** Where a price of this asset must lie. */
  tickFor(asset: Asset, at: Price): Price {
    if (asset.increments !== undefined) return price(asset.increments.price_increment)
    return at.atLeast(ONE_DOLLAR) ? CENT : HUNDREDTH_OF_CENT
  }

  #add(asset: Asset): void {
    this.#bySymbol.set(asset.symbol, asset)
    this.#byId.set(asset.id, asset)
  }
}

const ONE_DOLLAR = price('1')
const CENT = price('0.01')
const HUNDREDTH_OF_CENT = price('0.0001')

/** A position spells a pair without its slash. */
export const slashless = (symbol: string): string => symbol.replace('/', '')

function assetOf(symbol: string, name: string, assetClass: Asset['assetClass'], shortable: boolean): Asset {
  const isCrypto = assetClass === 'crypto'
  const row = rows.added.find((one) => one.symbol === symbol)
  return {
    id: KNOWN_IDS[symbol] ?? uuidFrom(`asset ${symbol}`),
    symbol,
    name: row?.name ?? name,
    assetClass,
    exchange: isCrypto ? 'CRYPTO' : (EXCHANGES[symbol] ?? 'NASDAQ'),
    active: row?.active ?? true,
    tradable: row?.tradable ?? true,
    shortable: row?.shortable ?? shortable,
    fractionable: row?.fractionable ?? true,
    increments: isCrypto ? (INCREMENTS[symbol] ?? USUAL_INCREMENTS) : undefined,
  }
}

/** As `GET /v2/assets` shows it. */
export function assetJson(asset: Asset): Record<string, unknown> {
  const { id, assetClass, exchange, symbol, name, active, tradable, shortable, fractionable, increments } = asset
  const base = {
    id,
    class: assetClass,
    exchange,
    symbol,
    name,
    status: active ? 'active' : 'inactive',
    tradable,
    marginable: assetClass === 'us_equity' && shortable,
  }
  if (!active) return { ...base, shortable, easy_to_borrow: false, fractionable, attributes: [] }
  const margin = base.marginable ? 30 : 100
  return {
    ...base,
    maintenance_margin_requirement: margin,
    margin_requirement_long: `${margin}`,
    margin_requirement_short: `${margin}`,
    shortable,
    easy_to_borrow: shortable,
    ...(shortable ? { borrow_status: 'easy_to_borrow' } : {}),
    fractionable,
    attributes: base.marginable ? ['fractional_eh_enabled', 'has_options', 'overnight_tradable'] : [],
    ...increments,
  }
}
