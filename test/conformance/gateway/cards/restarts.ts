import assert from 'node:assert/strict'
import { Chapter } from '../card.ts'

/** A gateway that begins anew knows by asking what one that stayed would know. */
export const restarts = new Chapter('restarts')
const card = restarts.card.bind(restarts)

card('an order that worked works', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  const before = await at.find(placed)
  await at.venue.restart()
  const { at: _when, latencyMs: _took, ...after } = await at.find(placed)
  const { at: _then, latencyMs: _long, ...known } = before
  assert.deepEqual(JSON.stringify(after), JSON.stringify(known))
  assert.deepEqual(
    (await at.gateway.openOrders()).map(({ clientOrderId }) => clientOrderId),
    [placed.clientOrderId],
  )
})
card('an order that was filled meanwhile is found, with its executions', ['hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.venue.restart()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.hands.fill(placed.clientOrderId)
  await at.venue.restart()
  const report = await at.filled(placed, '10')
  assert.deepEqual([report.status, report.fills.length], ['filled', 2])
})
card('executions have the names they had', ['hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  const before = (await at.filled(placed, '4')).fills.map(({ executionId }) => executionId)
  await at.venue.restart()
  assert.deepEqual(
    (await at.filled(placed, '4')).fills.map(({ executionId }) => executionId),
    before,
  )
})
card('an order that was called off meanwhile is cancelled', ['hand:cancelOutside'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.cancelOutside(placed.clientOrderId)
  await at.venue.restart()
  assert.equal((await at.find(placed)).status, 'cancelled')
  assert.deepEqual(await at.gateway.openOrders(), [])
})
card('an order that expired meanwhile is expired', ['hand:expire'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.expire(placed.clientOrderId)
  await at.venue.restart()
  assert.equal((await at.find(placed)).status, 'expired')
})
card(
  'an order that was replaced is still followed to its end',
  ['gateway:replace', 'hand:replaceOutside'],
  async (at) => {
    const placed = await at.placeWorking({ limit: 'resting' })
    await at.hands.replaceOutside(placed.clientOrderId, { limitPrice: '202' })
    await at.venue.restart()
    await at.until('it stands at 202', async () => `${(await at.find(placed)).limitPrice}` === '202')
    await at.until('it works', async () => (await at.find(placed)).rawStatus === 'new')
    assert.equal((await at.cancel({ clientOrderId: placed.clientOrderId, symbol: placed.symbol })).kind, 'asked')
    await at.becomes(placed, 'cancelled')
  },
)
card('a submit in doubt is settled by the next gateway', ['hand:strike', 'carried ids'], async (at) => {
  await at.hands.strike('submit', 'answer lost')
  const order = at.order({ limit: 'resting' })
  assert.equal((await at.submit(order)).kind, 'unknown')
  await at.venue.restart()
  const { clientOrderId, symbol } = order
  assert.equal((await at.find({ clientOrderId, symbol })).clientOrderId, clientOrderId)
})
card('what was taken while nobody looked is among the recent orders', ['hand:strike'], async (at) => {
  const first = await at.place({ limit: 'resting' })
  const since = (await at.find(first)).takenAt ?? 0
  await at.hands.strike('submit', 'answer lost')
  const order = at.order({ limit: 'resting' })
  await at.submit(order)
  await at.venue.restart()
  const names = (await at.gateway.recentOrders(since)).map(({ clientOrderId }) => clientOrderId)
  assert.deepEqual(new Set(names), new Set([first.clientOrderId, order.clientOrderId]))
})
card('executions that happened meanwhile are listed', ['hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  const since = (await at.find(placed)).takenAt ?? 0
  await at.hands.fill(placed.clientOrderId)
  await at.venue.restart()
  const rows = await at.until('it is listed', async () => {
    const listed = await at.gateway.executions(since)
    return listed.length > 0 && listed
  })
  assert.deepEqual(
    rows.map(({ quantity }) => `${quantity}`),
    ['10'],
  )
})
card('a stream opened anew tells what comes', ['streams', 'hand:fill'], async (at) => {
  await at.listen()
  const placed = await at.placeWorking()
  await at.venue.restart()
  const heard = await at.listen()
  await at.hands.fill(placed.clientOrderId)
  await at.until('the fill is heard', () => heard.executionsOf(placed.clientOrderId).size === 1)
})
