import assert from 'node:assert/strict'
import { clientOrderId } from '../../../../src/core/ids.ts'
import type { OrderType, TimeInForce } from '../../../../src/core/order.ts'
import { NO_PASS, refTo } from '../bench.ts'
import { Chapter } from '../card.ts'

/** What goes out is what was asked for, to the letter, once. */
export const placement = new Chapter('placement')
const card = placement.card.bind(placement)

const TYPES: readonly OrderType[] = ['limit', 'market']
const TIMES: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok']
for (const orderType of TYPES) {
  for (const timeInForce of TIMES) {
    card(
      `a ${orderType} order, ${timeInForce}, stands in the venue's books as it was asked for`,
      [`type:${orderType}`, `tif:${timeInForce}`],
      async (at) => {
        const { order, ...ref } = await at.place({ orderType, timeInForce })
        const booked = await at.booked(order)
        assert.deepEqual(
          [booked.symbol, booked.side, booked.orderType, booked.timeInForce, booked.quantity, booked.limitPrice],
          [order.symbol, 'buy', orderType, timeInForce, '10', order.limitPrice?.toString()],
        )
        assert.equal(ref.brokerOrderId, booked.id)
      },
    )
  }
}

card('the bytes that leave are the ones that were approved, under one pass', [], async (at) => {
  const { order } = await at.place()
  const sent = (await at.requests('submit')).map(({ body }) => body)
  assert.deepEqual(sent, [at.gateway.payloadOf(order)])
  assert.deepEqual(
    at.passes.map(({ seen }) => seen),
    [sent],
  )
})
card('the same order has the same bytes for ever', [], async (at) => {
  const order = at.order()
  const before = at.gateway.payloadOf(order)
  await at.venue.restart()
  assert.equal(at.gateway.payloadOf({ ...order }), before)
})
card('an order whose pass refuses it does not leave', [], async (at) => {
  const order = at.order()
  const outcome = await at.gateway.submit(order, NO_PASS)
  assert.equal(outcome.kind, 'not_sent')
  assert.deepEqual([await at.count(order), (await at.requests('submit')).length], [0, 0])
})
card('an order at the market names no price', ['type:market'], async (at) => {
  const { order } = await at.place({ orderType: 'market' })
  assert.equal((await at.booked(order)).limitPrice, undefined)
  assert.equal((await at.find(refTo(order))).orderType, 'market')
})
card('a sell closes what is held', ['hand:fill'], async (at) => {
  await at.hold('10')
  const sell = await at.placeWorking({ side: 'sell', limit: 'resting' })
  await at.hands.fill(sell.clientOrderId)
  await at.becomes(sell, 'filled')
  const { symbol } = at.venue.symbols.share
  const left = (await at.gateway.positions()).filter((position) => position.symbol === symbol)
  assert.deepEqual(
    left.filter(({ quantity }) => !quantity.isZero),
    [],
  )
})
card('a pair of coins goes by its own rules', ['symbol:pair'], async (at) => {
  const { pair } = at.venue.symbols
  const { order } = await at.place({ ...pair })
  const booked = await at.booked(order)
  assert.deepEqual([booked.symbol, booked.timeInForce, booked.quantity], [pair.symbol, pair.timeInForce, pair.quantity])
  assert.equal((await at.find(refTo(order))).symbol, pair.symbol)
})
card('a name as long as the record allows is carried whole', ['carried ids'], async (at) => {
  const { maxLength } = at.gateway.capabilities.clientOrderId
  const order = { ...at.order(), clientOrderId: clientOrderId(`${at.newName()}-`.padEnd(maxLength, 'x')) }
  const outcome = await at.submit(order)
  assert.equal(outcome.kind, 'accepted')
  assert.equal((await at.booked(order)).name.length, maxLength)
  assert.equal((await at.find(refTo(order))).clientOrderId, order.clientOrderId)
})
card('orders that leave together get each its own answer', [], async (at) => {
  const orders = ['1', '2', '3', '4', '5'].map((quantity) => at.order({ quantity, limit: 'resting' }))
  const outcomes = await Promise.all(orders.map((order) => at.submit(order)))
  for (const [n, outcome] of outcomes.entries()) {
    if (outcome.kind !== 'accepted') assert.fail(outcome.kind)
    assert.equal(outcome.report.clientOrderId, orders[n]?.clientOrderId)
    assert.equal(`${outcome.report.quantity}`, `${n + 1}`)
  }
})
card('the answer tells what it was, when the venue took it, and how long it took', [], async (at) => {
  const order = at.order()
  const outcome = await at.submit(order)
  if (outcome.kind !== 'accepted') assert.fail(outcome.kind)
  const { report } = outcome
  assert.deepEqual(
    [report.channel, report.symbol, report.side, report.orderType, report.timeInForce, `${report.limitPrice}`],
    ['answer', order.symbol, 'buy', 'limit', 'day', `${order.limitPrice}`],
  )
  assert.ok(report.takenAt !== undefined && (report.latencyMs ?? -1) >= 0)
  assert.equal(report.account, (await at.find(refTo(order, outcome))).account)
})
card('a day order ends with its day', ['tif:day', 'hand:endDay'], async (at) => {
  const placed = await at.placeWorking({ timeInForce: 'day', limit: 'resting' })
  await at.hands.endDay()
  assert.ok((await at.becomes(placed, 'expired')).cumulativeQuantity?.isZero)
})
card('an order without an end outlives the day', ['tif:gtc', 'hand:endDay'], async (at) => {
  const [day, gtc] = [
    await at.placeWorking({ timeInForce: 'day', limit: 'resting' }),
    await at.placeWorking({ timeInForce: 'gtc', limit: 'resting' }),
  ]
  await at.hands.endDay()
  await at.becomes(day, 'expired')
  assert.equal((await at.find(gtc)).status, 'working')
})
