import { isJsonObject, type JsonObject, type JsonValue, parseJsonText } from '../../../src/core/json-text.ts'
import { Decimal, notionalOf, type Price, type Quantity } from '../../../src/core/money.ts'
import type { Instruments } from '../../../src/simulator/instruments.ts'
import type { Quote } from '../../../src/simulator/market.ts'
import type { Dialect } from './dialect.ts'
import type { OrderTerms } from './dialect-order.ts'
import type { OrderBook } from './order-book.ts'

/** A request that the venue turns down before it makes anything of it. */
export interface TurnedDown {
  readonly status: number
  readonly code: string
  readonly message: string
}
export const isTurnedDown = (value: OrderTerms | TurnedDown): value is TurnedDown => 'code' in value

export function readOrder(body: string, dialect: Dialect): OrderTerms | TurnedDown {
  const fields = fieldsOf(body)
  const text = (name: string): string => (typeof fields?.[name] === 'string' ? fields[name] : '')
  const [side, type, timeInForce] = [text('side'), text('kind'), text('tif')]
  const quantity = Decimal.parse(text('qty')) as Quantity | undefined
  const limitPrice = fields?.limit === undefined ? undefined : (Decimal.parse(text('limit')) as Price | undefined)
  const clientOrderId = dialect.resendClass === 'D' ? undefined : text('client_id')
  if (side !== 'buy' && side !== 'sell') return bad('side')
  if (type !== 'limit' && type !== 'market') return bad('kind')
  if (timeInForce !== 'day' && timeInForce !== 'gtc' && timeInForce !== 'ioc' && timeInForce !== 'fok')
    return bad('tif')
  if (quantity === undefined) return bad('qty')
  if ((type === 'limit') !== (limitPrice !== undefined)) return bad('limit')
  if (fields?.client_id !== undefined && clientOrderId === undefined) return bad('client_id')
  if (clientOrderId !== undefined && !isOfTheRule(clientOrderId, dialect)) return bad('client_id')
  return { clientOrderId, symbol: text('symbol'), side, type, timeInForce, quantity, limitPrice }
}

function fieldsOf(body: string): JsonObject | undefined {
  let value: JsonValue | undefined
  try {
    value = parseJsonText(body)
  } catch {
    value = undefined
  }
  return isJsonObject(value) ? value : undefined
}

const isOfTheRule = (id: string, { clientId }: Dialect): boolean =>
  id.length > 0 && id.length <= clientId.maxLength && clientId.charset.test(id)

const bad = (field: string): TurnedDown => ({ status: 400, code: 'bad_field', message: field })
const no = (code: string, message: string): TurnedDown => ({ status: 422, code, message })

export interface AccountView {
  readonly book: OrderBook
  readonly instruments: Instruments
  readonly quote: (symbol: string) => Quote | undefined
}

export function checkOrder(order: OrderTerms, account: AccountView): TurnedDown | undefined {
  const { symbol, quantity, limitPrice, side } = order
  const instrument = account.instruments.get(symbol)
  const quote = account.quote(symbol)
  if (instrument === undefined || quote === undefined) return no('no_such_symbol', symbol)
  if (!quantity.isPositive || !quantity.isMultipleOf(instrument.lot)) return no('quantity_rule', `${instrument.lot}`)
  if (limitPrice !== undefined && !(limitPrice.isPositive && limitPrice.isMultipleOf(instrument.tick))) {
    return no('price_rule', `${instrument.tick}`)
  }
  if (side === 'sell') return undefined
  const needed = notionalOf(limitPrice ?? quote.ask, quantity)
  return needed.greaterThan(freeMoney(account)) ? no('not_enough_money', `${needed} needed`) : undefined
}

/** Cash less what open purchases may still cost. */
export const freeMoney = ({ book }: AccountView): Decimal => book.holdings.cash.minus(book.pledged)
