import { describe, expect, it } from 'vitest'
import { decodeOrder, readOrder, STATUS_WORDS } from '../../../../src/adapters/brokers/alpaca/decode.ts'
import {
  decodeAccount,
  decodeClock,
  readCalendar,
  readPositions,
} from '../../../../src/adapters/brokers/alpaca/decode-account.ts'
import {
  executionOf,
  ladderTo,
  noTradeOf,
  readFills,
  readOthers,
} from '../../../../src/adapters/brokers/alpaca/decode-executions.ts'
import {
  decodeInstrument,
  quoteOf,
  readLastPrice,
  readQuote,
} from '../../../../src/adapters/brokers/alpaca/decode-market.ts'
import { parseJsonText } from '../../../../src/core/json-text.ts'
import { price, quantity } from '../../../../src/core/money.ts'
import { tickAt } from '../../../../src/core/tick-table.ts'
import { at, CONTEXT, entries, every, sample } from './sample.ts'

const statuses = sample('orders-by-status')
const variants = sample('order-variants')

describe('an order of every status', () => {
  it.each(entries(at(statuses, 'orders')))('%s is told in our words and keeps its own', (word, order) => {
    const report = decodeOrder(order, CONTEXT)
    expect(report).toMatchObject({ channel: 'look_up', clientOrderId: at(order, 'client_order_id') })
    expect(report?.rawStatus).toBe(at(order, 'status'))
    expect(report?.brokerOrderId).toBe(at(order, 'id'))
    expect(report?.cumulativeQuantity?.toString()).toBe(at(order, 'filled_qty'))
    if (STATUS_WORDS.includes(word)) expect(report?.status).not.toBe('unknown')
  })
  it.each([
    ['pending_new', 'received'],
    ['accepted', 'working'],
    ['held', 'working'],
    ['partially_filled', 'working'],
    ['done_for_day', 'working'],
    ['pending_cancel', 'working'],
    ['calculated', 'working'],
    ['replaced', 'working'],
    ['filled', 'filled'],
    ['canceled', 'cancelled'],
    ['expired', 'expired'],
    ['rejected', 'rejected'],
    ['some_status_added_later', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s means %s', (word, meaning) => {
    const body = { ...(at(statuses, 'orders', 'new') as object), status: word } as never
    expect(decodeOrder(body, CONTEXT)).toMatchObject({ status: meaning, rawStatus: word })
  })
})

describe('an order of every kind', () => {
  const all = every(variants, 'client_order_id', 'status')
  it('is read, legs and all', () => {
    expect(all.length).toBeGreaterThan(25)
    expect(all.filter((order) => decodeOrder(order, CONTEXT) === undefined)).toEqual([])
  })
  it('loses no digit of what it has', () => {
    for (const order of all) {
      const report = decodeOrder(order, CONTEXT)
      expect(report?.quantity?.toString() ?? null).toBe(order.qty)
      expect(report?.limitPrice?.toString() ?? null).toBe(order.limit_price)
      expect(report?.averagePrice?.toString() ?? null).toBe(order.filled_avg_price)
    }
  })
  it('without a side or a symbol of its own tells neither', () => {
    const parent = decodeOrder(at(variants, 'documented', 'multileg_option_filled'), CONTEXT)
    expect(parent?.side).toBeUndefined()
    expect(parent?.symbol).toBeUndefined()
  })
  it('of an amount has no quantity, whatever it filled', () => {
    const report = decodeOrder(at(variants, 'composed', 'notional_market_filled'), CONTEXT)
    expect(report?.quantity).toBeUndefined()
    expect(report?.cumulativeQuantity?.toString()).toBe('1.66389351')
  })
  it('of a chain names its neighbours', () => {
    const chain = at(variants, 'composed', 'replace_chain_three_links') as never[]
    const [first, second, third] = chain.map(readOrder)
    expect([first?.replaced_by, second?.replaced_by, third?.replaced_by]).toEqual([second?.id, third?.id, undefined])
  })
})

describe('an order that is written otherwise', () => {
  const order = at(statuses, 'orders', 'partially_filled') as object
  it('with JSON numbers keeps every digit', () => {
    const text = JSON.stringify({ ...order, qty: 0, filled_qty: 1 })
      .replace('"qty":0', '"qty":100.000000001')
      .replace('"filled_qty":1', '"filled_qty":0.1000000000000000055')
    const report = decodeOrder(parseJsonText(text), CONTEXT)
    expect(report?.quantity?.toString()).toBe('100.000000001')
    expect(report?.cumulativeQuantity?.toString()).toBe('0.1000000000000000055')
  })
  it('with keys nobody knows is the same order', () => {
    const more = { ...order, some_new_key: { deep: [1] } } as never
    expect(decodeOrder(more, CONTEXT)).toEqual(decodeOrder(order as never, CONTEXT))
  })
  it.each(['id', 'client_order_id', 'filled_qty', 'status', 'created_at'])('without its %s is none', (key) => {
    const { [key]: _, ...rest } = order as Record<string, unknown>
    expect(decodeOrder(rest as never, CONTEXT)).toBeUndefined()
  })
  it.each([
    ['qty', '1e3'],
    ['filled_qty', 'NaN'],
    ['limit_price', '--1'],
    ['created_at', 'yesterday'],
  ])('with %s %s is none: half a number is no number', (key, value) => {
    expect(decodeOrder({ ...order, [key]: value } as never, CONTEXT)).toBeUndefined()
  })
})

describe('what an account holds', () => {
  it.each(['documented', 'blocked'])('is read: %s', (name) => {
    const account = decodeAccount(at(sample('account'), name), 5)
    expect(account).toMatchObject({ currency: 'USD', readAt: 5 })
    expect(account?.cash.toString()).toBe('122086.5')
  })
  it('is read with its sign, and crypto is told from shares', () => {
    const rows = readPositions(at(sample('positions'), 'list'))
    expect(rows?.map(({ symbol, isCrypto, quantity: held }) => [symbol, isCrypto, held.toString()])).toContainEqual([
      'TSLA',
      false,
      '-10',
    ])
    expect(rows?.some(({ isCrypto }) => isCrypto)).toBe(true)
  })
  it('is no list when one row does not fit', () => {
    expect(readPositions([...(at(sample('positions'), 'list') as never[]), { symbol: 'X' }] as never)).toBeUndefined()
  })
})

describe('an execution in the list', () => {
  const activities = sample('activities')
  it.each(['documented', 'composed_desc', 'old_shape_without_order_status'])('is read: %s', (name) => {
    const body = at(activities, name)
    const fills = readFills(Array.isArray(body) ? body : ([body] as never))
    expect(fills?.length).toBeGreaterThan(0)
    for (const fill of fills ?? []) expect(executionOf(fill).cumulativeQuantity?.isPositive).toBe(true)
  })
  it('leads without a gap to what its order counts', () => {
    const fills = readFills(at(activities, 'composed_desc')) ?? []
    const ofOne = fills.filter(({ symbol }) => symbol === 'AAPL')
    expect(ladderTo(quantity('100'), ofOne).map(({ cum_qty }) => cum_qty.toString())).toEqual(['40', '100'])
    expect(ladderTo(quantity('100'), ofOne.slice(0, 1))).toEqual([])
    expect(ladderTo(quantity('120'), ofOne)).toEqual([])
  })
  it('is not to be taken for a fee, which is told for itself', () => {
    expect(readFills(at(activities, 'non_trade'))).toBeUndefined()
    const [fee] = readOthers(at(activities, 'non_trade')) ?? []
    if (fee === undefined) throw new Error('no fee')
    expect(noTradeOf(fee, 0)).toMatchObject({ type: 'CFEE', symbol: 'ETHUSD', evidence: { qty: '-0.00625' } })
  })
})

describe('the market', () => {
  it.each(entries(sample('clock')).filter(([name]) => name !== 'about'))('has a clock: %s', (_name, clock) => {
    expect(decodeClock(clock)?.isOpen).toBe(at(clock, 'is_open'))
  })
  it('has days', () => {
    expect(readCalendar(at(sample('calendar'), 'november_2026'))).toContainEqual({
      date: '2026-11-27',
      open: '09:30',
      close: '13:00',
    })
    expect(readCalendar(at(sample('calendar'), 'older_shape_without_settlement'))).toHaveLength(1)
  })
  it('has rules for shares: two decimals from one dollar up, four below', () => {
    const rules = decodeInstrument(at(sample('assets'), 'equity'))
    if (rules === undefined) throw new Error('no rules')
    expect(rules).toMatchObject({ symbol: 'AAPL', shortable: true, tradable: true, fractionalTimesInForce: ['day'] })
    expect(tickAt(rules.ticks, price('1'))?.toString()).toBe('0.01')
    expect(tickAt(rules.ticks, price('0.9999'))?.toString()).toBe('0.0001')
    expect(rules.minNotional?.toString()).toBe('1')
  })
  it('has whole shares only where no parts are taken', () => {
    const rules = decodeInstrument(at(sample('assets'), 'not_fractionable_otc_like'))
    expect(rules?.lot.toString()).toBe('1')
    expect(rules?.fractionalTimesInForce).toBeUndefined()
  })
  it('has rules for crypto', () => {
    const rules = decodeInstrument(at(sample('assets'), 'crypto'))
    expect(rules).toMatchObject({ symbol: 'ETH/USD', currency: 'USD', shortable: false, timesInForce: ['gtc', 'ioc'] })
    expect(rules?.lot.toString()).toBe('0.000000001')
    expect(rules?.ticks[0]?.tick.toString()).toBe('0.1')
    expect(rules?.minNotional?.toString()).toBe('10')
  })
  it('takes no orders for what is delisted', () => {
    expect(decodeInstrument(at(sample('assets'), 'inactive'))?.tradable).toBe(false)
  })
  it('quotes shares one by one and crypto in a list', () => {
    const row = '{"t":"2026-03-11T14:30:05.1Z","ap":150.26,"as":2,"bp":150.25,"bs":1,"c":["R"]}'
    const shares = readQuote(parseJsonText(`{"symbol":"AAPL","quote":${row}}`), 'AAPL')
    const crypto = readQuote(parseJsonText(`{"quotes":{"BTC/USD":${row}}}`), 'BTC/USD')
    expect(shares?.ap.toString()).toBe('150.26')
    expect(crypto).toEqual(shares)
    expect(readQuote(parseJsonText(`{"quotes":{"BTC/USD":${row}}}`), 'ETH/USD')).toBeUndefined()
    expect(
      readLastPrice(
        parseJsonText('{"symbol":"AAPL","trade":{"t":"2026-03-11T14:30:05Z","p":150.255}}'),
        'AAPL',
      )?.toString(),
    ).toBe('150.255')
  })
  it('that has one side only quotes nothing', () => {
    const row = readQuote(parseJsonText('{"quote":{"t":"2026-03-11T14:30:05Z","ap":0,"bp":150.25}}'), 'AAPL')
    expect(row && quoteOf('AAPL', row, undefined, 1)).toBeUndefined()
  })
})
