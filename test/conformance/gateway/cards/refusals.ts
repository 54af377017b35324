import assert from 'node:assert/strict'
import type { OutgoingOrder, SubmitOutcome } from '../../../../src/ports/broker-gateway.ts'
import { type Bench, refTo } from '../bench.ts'
import { Chapter } from '../card.ts'

/** No is believed only with its proof, and then there is no order. */
export const refusals = new Chapter('refusals')
const card = refusals.card.bind(refusals)

async function refused(at: Bench, order: OutgoingOrder): Promise<Extract<SubmitOutcome, { kind: 'refused' }>> {
  const outcome = await at.submit(order)
  if (outcome.kind !== 'refused') assert.fail(`refused, not ${JSON.stringify(outcome)}`)
  assert.ok(outcome.proof.length > 0 && outcome.reason.length > 0)
  assert.equal(await at.count(order), 0)
  return outcome
}

card('of a symbol that is not listed', [], async (at) => {
  const outcome = await refused(at, at.order({ symbol: at.venue.symbols.unknown }))
  assert.deepEqual([outcome.code, outcome.passing], ['venue.unknown_symbol', false])
})
card('for want of money may pass', [], async (at) => {
  const outcome = await refused(at, at.order({ quantity: at.venue.symbols.tooMany }))
  assert.deepEqual([outcome.code, outcome.passing], ['venue.insufficient_funds', true])
})
card('of a price between two ticks', [], async (at) => {
  const outcome = await refused(at, at.order({ limit: at.venue.symbols.share.betweenTicks }))
  assert.deepEqual([outcome.code, outcome.passing], ['venue.invalid_price', false])
})
card('of a part of a unit that is not divided', ['symbol:wholeOnly'], async (at) => {
  const { wholeOnly } = at.venue.symbols
  const order = at.order({ ...wholeOnly, quantity: '1.5' })
  assert.equal((await refused(at, order)).passing, false)
})
card('of a quantity of nothing', [], async (at) => {
  assert.equal((await refused(at, at.order({ quantity: '0' }))).passing, false)
})
card('of a sale of what is not held and cannot be borrowed', ['symbol:notShortable'], async (at) => {
  const { notShortable } = at.venue.symbols
  const order = at.order({
    side: 'sell',
    ...(notShortable === undefined ? {} : { symbol: notShortable }),
    orderType: 'market',
  })
  assert.equal((await refused(at, order)).code, 'venue.short_not_allowed')
})
card('of coins worth less than the least', ['symbol:pair'], async (at) => {
  assert.equal((await refused(at, at.order({ ...at.venue.symbols.pair, quantity: '0.000001' }))).passing, false)
})
card('of coins that are not held', ['symbol:pair'], async (at) => {
  assert.equal((await refused(at, at.order({ ...at.venue.symbols.pair, side: 'sell' }))).kind, 'refused')
})
card('of what is not traded now', ['symbol:halted'], async (at) => {
  const { halted } = at.venue.symbols
  const outcome = await refused(
    at,
    at.order({ ...(halted === undefined ? {} : { symbol: halted }), orderType: 'market' }),
  )
  assert.equal(outcome.code, 'venue.not_tradable')
})
card('of an order that could trade with our own', ['opposite orders refused', 'hand:fill'], async (at) => {
  await at.hold('10')
  await at.placeWorking({ side: 'sell', quantity: '5', limit: '240' })
  assert.equal((await refused(at, at.order({ quantity: '1', limit: '241' }))).code, 'venue.wash_trade')
})
card('of an account that may not trade', ['hand:blockAccount'], async (at) => {
  await at.hands.blockAccount()
  assert.equal((await refused(at, at.order())).code, 'venue.account_restricted')
})
card('leaves the name free: put right, it is taken', [], async (at) => {
  const order = at.order({ limit: at.venue.symbols.share.betweenTicks })
  await refused(at, order)
  const right = { ...order, ...pick(at.order()) }
  assert.equal((await at.submit(right)).kind, 'accepted')
})
const pick = ({ limitPrice }: OutgoingOrder) => (limitPrice === undefined ? {} : { limitPrice })
card('keeps the venue’s own words', [], async (at) => {
  const outcome = await refused(at, at.order({ symbol: at.venue.symbols.unknown }))
  const longest = outcome.reason.split(/\W+/).toSorted((a, b) => b.length - a.length)[0] ?? ''
  assert.ok(longest.length > 3 && JSON.stringify(outcome.evidence).includes(longest))
})
card('after it was accepted is a rejected order, not a refusal', ['hand:rejectNext'], async (at) => {
  await at.hands.rejectNext()
  const order = at.order({ limit: 'resting' })
  const outcome = await at.submit(order)
  assert.equal(outcome.kind, 'accepted')
  const report = await at.becomes(refTo(order, outcome), 'rejected')
  assert.ok(report.cumulativeQuantity?.isZero)
})
card('of a name that is taken says that it is taken', ['ids enforced for ever'], async (at) => {
  const { order } = await at.place({ limit: 'resting' })
  assert.equal((await at.submit(order)).kind, 'duplicate_id')
  assert.equal(await at.count(order), 1)
})
card('of a name that is taken holds after the order was called off', ['ids enforced for ever'], async (at) => {
  const { order, ...ref } = await at.placeWorking({ limit: 'resting' })
  await at.cancel(ref)
  await at.becomes(ref, 'cancelled')
  assert.equal((await at.submit(order)).kind, 'duplicate_id')
})
card('of a name that is taken holds after the order was filled', ['ids enforced for ever', 'hand:fill'], async (at) => {
  const { order, ...ref } = await at.placeWorking()
  await at.hands.fill(ref.clientOrderId)
  await at.becomes(ref, 'filled')
  assert.equal((await at.submit(order)).kind, 'duplicate_id')
  assert.equal(await at.count(order), 1)
})
card('of a name that is taken by other terms is no leave to send again', ['ids enforced for ever'], async (at) => {
  const { order } = await at.place({ limit: 'resting' })
  const other = { ...at.order({ limit: 'resting', quantity: '11' }), clientOrderId: order.clientOrderId }
  assert.equal((await at.submit(other)).kind, 'duplicate_id')
  assert.equal((await at.booked(order)).quantity, '10')
})
