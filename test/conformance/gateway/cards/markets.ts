import assert from 'node:assert/strict'
import { type Amount, price } from '../../../../src/core/money.ts'
import { refTo } from '../bench.ts'
import { Chapter } from '../card.ts'

/** What is read of market, account and hours. */
export const markets = new Chapter('market, hours and account')
const card = markets.card.bind(markets)

card('a quote has both its sides and its time', [], async (at) => {
  const { symbol } = at.venue.symbols.share
  const quote = await at.gateway.quote(symbol)
  assert.ok(quote?.bid.isPositive && quote.ask.atLeast(quote.bid))
  assert.ok(quote.symbol === symbol && quote.time > 0)
})
card('a quote of a pair is of that pair', ['symbol:pair'], async (at) => {
  const quote = await at.gateway.quote(at.venue.symbols.pair.symbol)
  assert.equal(quote?.symbol, at.venue.symbols.pair.symbol)
})
card('of what is not listed there is no quote', [], async (at) => {
  assert.equal(await at.gateway.quote(at.venue.symbols.unknown), undefined)
})
card('of what is not listed there are no rules', [], async (at) => {
  assert.equal(await at.gateway.instrument(at.venue.symbols.unknown), undefined)
})
card('the rules of a share are those the venue goes by', [], async (at) => {
  const { symbol, tick } = at.venue.symbols.share
  const rules = await at.gateway.instrument(symbol)
  const ticks = rules?.ticks.filter(({ from }) => from.atMost(price('200'))) ?? []
  assert.deepEqual(
    [rules?.symbol, rules?.currency, `${ticks.at(-1)?.tick}`],
    [symbol, (await at.gateway.account()).currency, tick],
  )
})
card('a step of prices below one is finer, and an order at it is taken', ['symbol:cheap'], async (at) => {
  const { cheap } = at.venue.symbols
  const rules = await at.gateway.instrument(cheap?.symbol ?? '')
  assert.equal(`${rules?.ticks.findLast(({ from }) => from.atMost(price('0.5')))?.tick}`, '0.0001')
  const { order } = await at.place({ ...(cheap === undefined ? {} : cheap) })
  assert.equal((await at.booked(order)).limitPrice, cheap?.limit)
})
card('what is not traded now says so in its rules', ['symbol:halted'], async (at) => {
  assert.equal((await at.gateway.instrument(at.venue.symbols.halted ?? ''))?.tradable, false)
})
card('what cannot be sold short says so in its rules', ['symbol:neverShortable'], async (at) => {
  assert.equal((await at.gateway.instrument(at.venue.symbols.neverShortable ?? ''))?.shortable, false)
})
card('the rules of a pair name what it may be ordered with', ['symbol:pair'], async (at) => {
  const { pair } = at.venue.symbols
  const rules = await at.gateway.instrument(pair.symbol)
  assert.equal(rules?.symbol, pair.symbol)
  assert.ok((rules.timesInForce ?? at.gateway.capabilities.timesInForce).includes(pair.timeInForce))
  assert.ok(rules.lot.isPositive && rules.minNotional?.isPositive)
})
card('the account tells its money, exactly', [], async (at) => {
  const account = await at.gateway.account()
  assert.ok(account.cash.isPositive && account.buyingPower.isPositive && account.currency.length === 3)
})
card('an open order is taken off what can be spent', ['open orders counted in buying power'], async (at) => {
  const before = await at.gateway.account()
  const { order } = await at.placeWorking({ limit: 'resting' })
  const bound = before.buyingPower.minus((await at.gateway.account()).buyingPower)
  assert.ok(bound.atLeast(price(at.venue.symbols.limits.resting).times(order.quantity) as Amount), `${bound} is bound`)
})
card(
  'an order sent after hours waits for the market',
  ['hand:endDay', 'tif:gtc'],
  async (at) => {
    await at.placeWorking({ limit: 'resting' })
    await at.hands.endDay()
    const late = await at.place({ timeInForce: 'gtc', limit: 'resting' })
    const report = await at.find(late)
    assert.ok(report.status === 'working' || report.status === 'received')
    assert.deepEqual(report.fills, [])
  },
  { keepsHours: true },
)
card(
  'the clock says when the market opens and closes',
  ['gateway:marketClock', 'hand:endDay'],
  async (at) => {
    const open = await at.gateway.marketClock?.()
    assert.ok(open?.isOpen === true && open.nextClose < open.nextOpen)
    await at.hands.endDay()
    const closed = await at.gateway.marketClock?.()
    assert.ok(closed?.isOpen === false && closed.nextOpen === open.nextOpen)
  },
  { keepsHours: true },
)
card('a holiday and a weekend are no trading days', ['gateway:tradingDays'], async (at) => {
  const days = (await at.gateway.tradingDays?.('2026-04-02', '2026-04-06')) ?? []
  assert.deepEqual(
    days.map(({ date }) => date),
    ['2026-04-02', '2026-04-06'],
  )
})
card(
  'a half day closes early, and the change of the hour changes no wall time',
  ['gateway:tradingDays'],
  async (at) => {
    const half = await at.gateway.tradingDays?.('2026-11-27', '2026-11-27')
    assert.deepEqual(half, [{ date: '2026-11-27', open: '09:30', close: '13:00' }])
    const around = (await at.gateway.tradingDays?.('2026-03-06', '2026-03-09')) ?? []
    assert.deepEqual(
      around.map(({ open, close }) => [open, close]),
      [
        ['09:30', '16:00'],
        ['09:30', '16:00'],
      ],
    )
  },
)
card('of a name that was never sent there is nothing', ['carried ids'], async (at) => {
  assert.equal((await at.gateway.lookUp(refTo(at.order()))).kind, 'absent')
})
