import assert from 'node:assert/strict'
import { price, quantity } from '../../../../src/core/money.ts'
import { averageOf, refTo } from '../bench.ts'
import { Chapter } from '../card.ts'

/** Amounts arrive as they left: digit by digit, in no number of the machine. */
export const precision = new Chapter('precision')
const card = precision.card.bind(precision)
const EXPONENT = /[eE][+-]?\d/

card('a limit that no binary number holds arrives to the digit', [], async (at) => {
  const { odd } = at.venue.symbols.limits
  const { order } = await at.place({ limit: odd })
  assert.equal((await at.booked(order)).limitPrice, odd)
  assert.equal(`${(await at.find(refTo(order))).limitPrice}`, odd)
})
card('a quantity with nine decimals arrives to the digit', ['symbol:fractional'], async (at) => {
  const { fractional } = at.venue.symbols
  const { order } = await at.place({ ...fractional, limit: 'resting' })
  assert.equal((await at.booked(order)).quantity, fractional?.quantity)
  assert.equal(`${(await at.find(refTo(order))).quantity}`, fractional?.quantity)
})
card('a part of a coin fills to the digit', ['symbol:pair', 'hand:fill'], async (at) => {
  const placed = await at.placeWorking({ ...at.venue.symbols.pair, quantity: '0.00123457' })
  await at.hands.fill(placed.clientOrderId, '0.00023457')
  await at.hands.fill(placed.clientOrderId)
  const report = await at.filled(placed, '0.00123457')
  assert.deepEqual(
    report.fills.map((fill) => `${fill.quantity}`),
    ['0.00023457', '0.001'],
  )
})
card('amounts are written without exponents, however small or great', [], async (at) => {
  const order = { ...at.order(), quantity: quantity('0.000000001'), limitPrice: price('0.0000001') }
  assert.doesNotMatch(at.gateway.payloadOf(order), EXPONENT)
  const great = { ...order, quantity: quantity('1000000000000000000000'), limitPrice: price('123456789012345678.99') }
  const bytes = at.gateway.payloadOf(great)
  assert.doesNotMatch(bytes, EXPONENT)
  assert.ok(bytes.includes('"1000000000000000000000"') && bytes.includes('"123456789012345678.99"'))
})
card('zeros at the end of an amount change nothing', ['hand:writeNumbers', 'hand:fill'], async (at) => {
  await at.hands.writeNumbers('with zeros')
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.hands.fill(placed.clientOrderId)
  const report = await at.filled(placed, '10')
  assert.deepEqual(
    report.fills.map((fill) => `${fill.quantity}`),
    ['4', '6'],
  )
  assert.equal(`${report.limitPrice}`, `${placed.order.limitPrice}`)
})
card(
  'amounts written as numbers are read by their digits',
  ['hand:writeNumbers', 'hand:fill', 'symbol:fractional'],
  async (at) => {
    await at.hands.writeNumbers('as JSON numbers')
    const { fractional } = at.venue.symbols
    const placed = await at.placeWorking({ ...fractional, limit: at.venue.symbols.limits.odd })
    await at.hands.fill(placed.clientOrderId)
    const report = await at.filled(placed, fractional?.quantity ?? '')
    assert.deepEqual(
      [`${report.quantity}`, `${report.limitPrice}`],
      [fractional?.quantity, at.venue.symbols.limits.odd],
    )
  },
)
card('parts at prices of a third are averaged by their digits', ['hand:fill', 'hand:wait'], async (at) => {
  const placed = await at.placeWorking({ quantity: '3' })
  for (let n = 0; n < 3; n += 1) {
    await at.hands.fill(placed.clientOrderId, '1')
    await at.hands.wait(3_000)
  }
  const report = await at.filled(placed, '3')
  const { executions } = await at.booked(placed)
  const off = report.averagePrice?.minus(averageOf(executions, 12)).abs()
  assert.ok(off?.lessThan(price('0.00000001')), `${off} beside the average`)
})
card(
  'what is held of a pair is spelled as its orders are, and to the digit',
  ['symbol:pair', 'hand:fill'],
  async (at) => {
    const { pair } = at.venue.symbols
    const placed = await at.placeWorking({ ...pair })
    await at.hands.fill(placed.clientOrderId)
    await at.filled(placed, pair.quantity)
    assert.deepEqual(
      (await at.gateway.positions()).map(({ symbol }) => symbol),
      [pair.symbol],
    )
  },
)
