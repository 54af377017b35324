import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PnlGroup, profitAndLoss } from '../../src/api/profit-and-loss.ts'
import type { Fill } from '../../src/core/fill.ts'
import { executionId, orderId } from '../../src/core/ids.ts'
import { amount, decimal, price, quantity, ZERO } from '../../src/core/money.ts'
import { listeningApi, orderOf, signal } from '../support/listening-api.ts'

const DAY = 86_400_000
const at = (text: string): number => Date.parse(text)
let executions = 0

/** `buy 10 AAPL @ 100 fee 1 on 2026-03-02 by momentum in paper`; after the fee may stand its currency. */
function fill(story: string): Fill {
  const match = /^(buy|sell) (\S+) (\S+) @ (\S+) fee (\S+)( [A-Z]{3})? on (\S+) by (\S+) in (\S+)$/.exec(story)
  const [, side, count = '', symbol = '', worth = '', fee = '', of, day = '', strategy = '', account = ''] = match ?? []
  if (side !== 'buy' && side !== 'sell') throw new Error(`not a fill: ${story}`)
  executions += 1
  return {
    executionId: executionId(`e-${executions}`),
    orderId: orderId(strategy),
    account,
    symbol,
    side,
    quantity: quantity(count),
    price: price(worth),
    commission: amount(fee),
    commissionCurrency: of?.trim() ?? currencyOf(account),
    time: at(`${day}T15:00:00Z`) + executions,
    bookedAt: at(`${day}T15:00:00Z`),
  }
}
const currencyOf = (account: string): string => (account === 'seoul' ? 'KRW' : 'USD')
const told = (group: PnlGroup, stories: readonly string[], range: { from?: string; to?: string } = {}) =>
  profitAndLoss(stories.map(fill), {
    group,
    from: range.from === undefined ? 0 : at(range.from),
    to: range.to === undefined ? Number.MAX_SAFE_INTEGER : at(range.to),
    currencyOf,
    strategyOf: (one) => one.orderId,
    dayOf: (_account, time) => new Date(time).toISOString().slice(0, 10),
    marketPrice: (_account, symbol) => ({ AAPL: '130', TSLA: '310' })[symbol],
  }).map((item) =>
    Object.values(JSON.parse(JSON.stringify(item)))
      .map(shownFigure)
      .join(' '),
  )
const shownFigure = (figure: unknown): string => (typeof figure === 'object' ? JSON.stringify(figure) : String(figure))

const STORY = [
  'buy 10 AAPL @ 100 fee 1 on 2026-03-02 by momentum in paper',
  'sell 4 AAPL @ 110 fee 1 on 2026-03-02 by momentum in paper',
  'sell 6 AAPL @ 90 fee 1 on 2026-03-03 by momentum in paper',
  'buy 2 TSLA @ 300 fee 0 on 2026-03-03 by calm in paper',
  'sell 5 KO @ 60 fee 0.5 on 2026-03-03 by calm in second',
  'buy 5 KO @ 50 fee 0.5 on 2026-03-04 by calm in second',
  'buy 1 005930 @ 70000 fee 10 on 2026-03-04 by momentum in seoul',
]

describe('profit and loss', () => {
  // key, currency, realised, commission, trades, wins, unrealised
  it.each<[PnlGroup, string[]]>([
    [
      'day',
      [
        '2026-03-02 USD 38 2 1 1',
        '2026-03-03 USD -61.5 1.5 1 0',
        '2026-03-04 KRW -10 10 0 0',
        '2026-03-04 USD 49.5 0.5 1 1',
      ],
    ],
    ['symbol', ['005930 KRW -10 10 0 0', 'AAPL USD -23 3 2 1 0', 'KO USD 49 1 1 1 0', 'TSLA USD 0 0 0 0 20']],
    ['strategy', ['calm USD 49 1 1 1 20', 'momentum KRW -10 10 0 0', 'momentum USD -23 3 2 1 0']],
    ['account', ['paper USD -23 3 2 1 20', 'second USD 49 1 1 1 0', 'seoul KRW -10 10 0 0']],
  ])('by %s', (group, lines) => expect(told(group, STORY)).toEqual(lines))

  it('counts what falls into the range, of positions that began before it', () => {
    expect(told('symbol', STORY, { from: '2026-03-03T00:00:00Z', to: '2026-03-04T00:00:00Z' })).toEqual([
      'AAPL USD -61 1 1 0 0',
      'KO USD -0.5 0.5 0 0 0',
      'TSLA USD 0 0 0 0 20',
    ])
  })
  it('leaves a commission in another currency out of every sum, and tells it apart (I-22)', () => {
    const stories = [
      'buy 1 AAPL @ 100 fee 1 USD on 2026-03-02 by momentum in seoul',
      'buy 1 AAPL @ 100 fee 2 USD on 2026-03-02 by momentum in seoul',
      'sell 2 AAPL @ 100 fee 10 on 2026-03-02 by momentum in seoul',
    ]
    expect(told('account', stories)).toEqual(['seoul KRW -10 10 1 0 {"USD":"3"} 0'])
  })
  it("keeps each strategy's own result where two hold the same symbol", () => {
    const stories = [
      'buy 10 AAPL @ 100 fee 0 on 2026-03-02 by long in paper',
      'sell 10 AAPL @ 120 fee 0 on 2026-03-02 by short in paper',
    ]
    expect(told('account', stories)).toEqual(['paper USD 200 0 1 1 0'])
    expect(told('strategy', stories)).toEqual(['long USD 0 0 0 0 300', 'short USD 0 0 0 0 -100'])
  })
  it('of days, symbols and accounts sums up to the same', () => {
    const trade = fc.record({
      side: fc.constantFrom('buy', 'sell'),
      count: fc.integer({ min: 1, max: 20 }),
      symbol: fc.constantFrom('AAPL', 'TSLA'),
      worth: fc
        .integer({ min: 1, max: 50_000 })
        .map((cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`),
      day: fc.integer({ min: 0, max: 5 }),
      account: fc.constantFrom('paper', 'second'),
    })
    const total = (lines: string[]) =>
      lines
        .map((line) => decimal(line.split(' ')[2] ?? ''))
        .reduce((sum, one) => sum.plus(one), ZERO)
        .toString()
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 30 }), (trades) => {
        const inTime = trades.toSorted((a, b) => a.day - b.day)
        const stories = inTime.map(({ side, count, symbol, worth, day, account }) => {
          const date = new Date(at('2026-03-02') + day * DAY).toISOString().slice(0, 10)
          return `${side} ${count} ${symbol} @ ${worth === '0.00' ? '0.01' : worth} fee 0.25 on ${date} by any in ${account}`
        })
        const totals = (['day', 'symbol', 'account'] as const).map((group) => total(told(group, stories)))
        expect(new Set(totals).size).toBe(1)
      }),
      { numRuns: 60 },
    )
  })
})

describe('GET /v1/pnl', () => {
  async function traded() {
    const api = await listeningApi()
    for (const [side, worth] of [
      ['buy', '230.04'],
      ['sell', '231.04'],
    ] as const) {
      const { id } = orderOf(await api.send('/v1/signals', { json: signal({ side, strategy: 'momentum' }) }))
      api.desk.work(id)
      api.desk.fill(id, worth)
    }
    return api
  }
  it.each([
    ['', { day: '2026-03-02' }],
    ['?group=day', { day: '2026-03-02' }],
    ['?group=symbol', { symbol: 'AAPL', unrealised: '0' }],
    ['?group=strategy', { strategy: 'momentum', unrealised: '0' }],
    ['?group=account&account=paper', { account: 'paper', unrealised: '0' }],
  ])('%s gives the figures under the name of the group', async (query, named) => {
    const told = await (await traded()).send(`/v1/pnl${query}`, { key: 'read' })
    expect(told.json).toEqual({
      items: [{ ...named, currency: 'USD', realised: '9.98', commission: '0.02', trades: 1, wins: 1 }],
    })
  })
  it.each(['group=year', 'group=', 'from=now', 'month=3'])('refuses %s', async (query) => {
    expect(await (await listeningApi()).send(`/v1/pnl?${query}`)).toMatchObject({
      status: 400,
      json: { code: 'query.invalid' },
    })
  })
})

describe('positions', () => {
  it('stand with average, market and both results, also under their symbol', async () => {
    const api = await listeningApi({ isQuarantined: (_account, symbol) => symbol === 'BTC/USD' })
    for (const symbol of ['AAPL', 'BTC/USD']) {
      const { id } = orderOf(await api.send('/v1/signals', { json: signal({ symbol }) }))
      api.desk.work(id)
      api.desk.fill(id)
    }
    const all = await api.send('/v1/positions', { key: 'read' })
    expect(all.json).toMatchObject({
      items: [
        {
          account: 'paper',
          venue: 'paper',
          symbol: 'AAPL',
          quantity: '10',
          average_price: '230.04',
          market_price: '231.5',
          unrealised_pnl: '14.6',
          realised_pnl: '-0.01',
          commission: '0.01',
          currency: 'USD',
          quarantined: false,
        },
        { symbol: 'BTC/USD', quarantined: true },
      ],
    })
    expect((await api.send('/v1/positions/BTC%2FUSD')).json).toMatchObject({ items: [{ symbol: 'BTC/USD' }] })
    expect((await api.send('/v1/positions/BTC%2FUSD')).text).not.toContain('unrealised')
    expect(await api.send('/v1/positions/NEVER')).toMatchObject({ status: 200, json: { items: [] } })
  })
})
