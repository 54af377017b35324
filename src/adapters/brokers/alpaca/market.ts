import { marketData, trading } from '@alpacahq/alpaca-trade-api'
import type { Instrument, Quote, VenueAccount, VenuePosition } from '../../../ports/broker-gateway.ts'
import type { Clock } from '../../../ports/clock.ts'
import { type AlpacaCalls, found, isNotFound, type ReadAnswer } from './calls.ts'
import {
  type AlpacaPosition,
  decodeAccount,
  decodeClock,
  type MarketClock,
  readCalendar,
  readPositions,
  type TradingDay,
} from './decode-account.ts'
import { decodeInstrument, isCrypto, quoteOf, readLastPrice, readQuote, symbolOfAsset } from './decode-market.ts'
import { Remembered } from './remembered.ts'

/** Which trades a quote is made of: every account may see the first, the other has to be paid for. */
export type DataFeed = 'iex' | 'sip'
const MOST_ASSETS = 10_000

/** Everything that is read and is not an order. */
export class AlpacaMarket {
  readonly #calls: AlpacaCalls
  readonly #clock: Clock
  readonly #feed: DataFeed
  readonly #symbols = new Remembered<string, string>(MOST_ASSETS)

  constructor(calls: AlpacaCalls, clock: Clock, feed: DataFeed) {
    this.#calls = calls
    this.#clock = clock
    this.#feed = feed
  }

  async account(): Promise<VenueAccount> {
    const answer = await this.#calls.read('the account', (own) => new trading.AccountsApi(own).getAccountRaw())
    return found('the account', answer, decodeAccount(answer.body, this.#clock.now()))
  }

  async positions(): Promise<readonly VenuePosition[]> {
    const ask = (own: trading.Configuration) => new trading.PositionsApi(own).getAllOpenPositionsRaw()
    const answer = await this.#calls.read('the positions', ask)
    const rows = found('the positions', answer, readPositions(answer.body))
    return Promise.all(
      rows.map(async (row) => ({
        symbol: await this.#symbolOf(row),
        quantity: row.quantity,
        ...(row.averagePrice === undefined ? {} : { averagePrice: row.averagePrice }),
      })),
    )
  }

  async instrument(symbol: string): Promise<Instrument | undefined> {
    const answer = await this.#asset(symbol)
    return isNotFound(answer) ? undefined : found('an asset', answer, decodeInstrument(answer.body))
  }

  async quote(symbol: string): Promise<Quote | undefined> {
    const [quoted, traded] = await Promise.all([
      this.#calls.readData('the latest quote', (own) => this.#latestQuote(own, symbol)),
      this.#lastTrade(symbol),
    ])
    const row = readQuote(quoted.body, symbol)
    // Whatever the reason, without one there is nothing to go by: an order that needs it is denied.
    if (row === undefined) return undefined
    return quoteOf(symbol, row, readLastPrice(traded?.body, symbol), this.#clock.now())
  }

  async marketClock(): Promise<MarketClock> {
    const answer = await this.#calls.read('the clock', (own) => new trading.ClockApi(own).legacyClockRaw())
    return found('the clock', answer, decodeClock(answer.body))
  }

  /** Both days included, in the exchange's own dates. */
  async tradingDays(from: string, to: string): Promise<readonly TradingDay[]> {
    const ask = (own: trading.Configuration) => new trading.CalendarApi(own).legacyCalendarRaw({})
    const answer = await this.#calls.read('the calendar', ask, { start: from, end: to })
    return found('the calendar', answer, readCalendar(answer.body))
  }

  #asset(symbolOrId: string): Promise<ReadAnswer> {
    const wish = { symbolOrAssetId: symbolOrId }
    return this.#calls.read('an asset', (own) => new trading.AssetsApi(own).getV2AssetsSymbolOrAssetIdRaw(wish))
  }

  /** Positions spell crypto without the slash that orders have: the asset's id tells which one is meant. */
  async #symbolOf({ assetId, symbol, isCrypto: isPair }: AlpacaPosition): Promise<string> {
    if (!isPair || isCrypto(symbol)) return symbol
    const known = this.#symbols.get(assetId)
    if (known !== undefined) return known
    const answer = await this.#asset(assetId)
    const spelled = found('the asset of a position', answer, symbolOfAsset(answer.body))
    this.#symbols.keep(assetId, spelled)
    return spelled
  }

  #latestQuote(own: marketData.Configuration, symbol: string): Promise<unknown> {
    return isCrypto(symbol)
      ? new marketData.CryptoApi(own).cryptoLatestQuotesRaw({ loc: 'us', symbols: symbol })
      : new marketData.StockApi(own).stockLatestQuoteSingleRaw({ symbol, feed: this.#feed })
  }
  /** Good to have, and nothing waits for it to be tried again. */
  #lastTrade(symbol: string): Promise<ReadAnswer | undefined> {
    const ask = (own: marketData.Configuration) =>
      isCrypto(symbol)
        ? new marketData.CryptoApi(own).cryptoLatestTradesRaw({ loc: 'us', symbols: symbol })
        : new marketData.StockApi(own).stockLatestTradeSingleRaw({ symbol, feed: this.#feed })
    return this.#calls.readData('the latest trade', ask).catch(() => undefined)
  }
}
