import assert from 'node:assert/strict'
import type { Bench } from '../bench.ts'
import { Chapter } from '../card.ts'
import type { OutsideOrder } from '../conformance-venue.ts'

/** An account may have other hands: what they do is told, and is not taken for ours. */
export const outside = new Chapter('orders of others')
const card = outside.card.bind(outside)
const SUBMIT = 'hand:submitOutside'

async function bySomebody(at: Bench, more: Partial<OutsideOrder> = {}): Promise<string> {
  const { share, limits } = at.venue.symbols
  const name = `by-hand-${at.newName()}`
  const usual = {
    symbol: share.symbol,
    side: 'buy',
    quantity: '3',
    limitPrice: limits.resting,
    timeInForce: 'day',
  } as const
  await at.hands.submitOutside({ ...usual, ...more, name })
  return name
}

card('an open order of somebody else is listed among ours', [SUBMIT], async (at) => {
  const ours = await at.placeWorking({ limit: 'resting' })
  const theirs = await bySomebody(at)
  const names = (await at.gateway.openOrders()).map(({ clientOrderId }) => clientOrderId)
  assert.deepEqual(new Set(names), new Set([ours.clientOrderId, theirs]))
})
card('it is among the recent ones after it is over', [SUBMIT, 'hand:cancelOutside'], async (at) => {
  const ours = await at.placeWorking({ limit: 'resting' })
  const since = (await at.find(ours)).takenAt ?? 0
  const theirs = await bySomebody(at)
  await at.hands.cancelOutside(theirs)
  const listed = (await at.gateway.recentOrders(since)).find(({ clientOrderId }) => clientOrderId === theirs)
  assert.equal(listed?.status, 'cancelled')
})
card('its executions are listed, and are not those of our order', [SUBMIT, 'hand:fill'], async (at) => {
  const ours = await at.placeWorking()
  const since = (await at.find(ours)).takenAt ?? 0
  const theirs = await bySomebody(at, { limitPrice: at.venue.symbols.limits.crossing })
  await at.hands.fill(theirs)
  const rows = await at.until('it is listed', async () => {
    const listed = await at.gateway.executions(since)
    return listed.length > 0 && listed
  })
  assert.deepEqual(
    rows.map(({ quantity, brokerOrderId }) => [`${quantity}`, brokerOrderId === ours.brokerOrderId]),
    [['3', false]],
  )
  assert.deepEqual((await at.find(ours)).fills, [])
})
card('what it bought is held', [SUBMIT, 'hand:fill'], async (at) => {
  const theirs = await bySomebody(at, { limitPrice: at.venue.symbols.limits.crossing })
  await at.hands.fill(theirs)
  const held = (await at.gateway.positions()).map(({ symbol, quantity }) => [symbol, `${quantity}`])
  assert.deepEqual(held, [[at.venue.symbols.share.symbol, '3']])
})
card('the stream tells it under its own name', [SUBMIT, 'streams', 'hand:fill'], async (at) => {
  const heard = await at.listen()
  const theirs = await bySomebody(at, { limitPrice: at.venue.symbols.limits.crossing })
  await at.hands.fill(theirs)
  await at.until('the fill is heard', () => heard.executionsOf(theirs).size === 1)
})
card('an order of ours that somebody calls off is told as cancelled', ['hand:cancelOutside', 'streams'], async (at) => {
  const heard = await at.listen()
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.cancelOutside(placed.clientOrderId)
  await at.until('it is heard', () => heard.of(placed.clientOrderId).some(({ status }) => status === 'cancelled'))
  assert.equal((await at.find(placed)).status, 'cancelled')
  assert.equal((await at.cancel(placed)).kind === 'unknown', false)
})
card(
  'money that somebody else’s order binds is not ours to spend',
  [SUBMIT, 'open orders counted in buying power'],
  async (at) => {
    const before = await at.gateway.account()
    await bySomebody(at, { quantity: '100' })
    const after = await at.gateway.account()
    assert.ok(after.buyingPower.lessThan(before.buyingPower))
    assert.equal(`${after.cash}`, `${before.cash}`)
  },
)
