import assert from 'node:assert/strict'
import { isRetryableError } from '../../../../src/core/errors.ts'
import { type Bench, refTo } from '../bench.ts'
import { Chapter } from '../card.ts'

/** A list is whole or it is thrown. */
export const lists = new Chapter('lists')
const card = lists.card.bind(lists)

/** More than any page holds, with the smallest claim on the account. */
const MANY = 1_030
/** What the record waits before it calls an order absent has to be more than the venue may hide it. */
const MOST_OF_IT = 0.8
async function many(at: Bench): Promise<Set<string>> {
  const { cheap, share, limits } = at.venue.symbols
  const names = new Set<string>()
  for (let n = 0; n < MANY; n += 1) {
    const name = at.newName()
    names.add(name)
    const [symbol, limitPrice] = cheap === undefined ? [share.symbol, limits.resting] : [cheap.symbol, cheap.limit]
    await at.hands.submitOutside({ name, symbol, side: 'buy', quantity: '1', limitPrice, timeInForce: 'day' })
  }
  return names
}
const namesOf = (rows: readonly { readonly clientOrderId?: string }[]) =>
  rows.map(({ clientOrderId }) => `${clientOrderId}`)

card('of an account without orders are empty', ['fresh account'], async (at) => {
  assert.deepEqual(
    [
      await at.gateway.openOrders(),
      await at.gateway.recentOrders(0),
      await at.gateway.executions(0),
      await at.gateway.positions(),
    ],
    [[], [], [], []],
  )
})
card('of open orders are whole over all their pages, and name each once', ['hand:submitOutside'], async (at) => {
  const names = await many(at)
  const listed = namesOf(await at.gateway.openOrders())
  assert.deepEqual([listed.length, new Set(listed)], [MANY, names])
})
card('of recent orders are whole over all their pages, and name each once', ['hand:submitOutside'], async (at) => {
  const since = (await at.find(await at.place({ limit: 'resting' }))).takenAt ?? 0
  const names = await many(at)
  const listed = namesOf(await at.gateway.recentOrders(since)).filter((name) => names.has(name))
  assert.deepEqual([listed.length, new Set(listed).size], [MANY, MANY])
})
card('of executions are whole over all their pages', ['hand:fill'], async (at) => {
  const placed = await at.placeWorking({ quantity: '130' })
  const since = (await at.find(placed)).takenAt ?? 0
  for (let n = 0; n < 130; n += 1) await at.hands.fill(placed.clientOrderId, '1')
  const rows = await at.until('all are listed', async () => {
    const listed = await at.gateway.executions(since)
    return listed.length === 130 && listed
  })
  assert.equal(new Set(rows.map(({ executionId }) => executionId)).size, 130)
  assert.equal((await at.filled(placed, '130')).fills.length, 130)
})
card(
  'whose second page fails are thrown, and may be tried again',
  ['hand:submitOutside', 'hand:strike'],
  async (at) => {
    await many(at)
    await at.hands.strike('order list', 'unavailable', 2)
    await assert.rejects(at.gateway.openOrders(), isRetryableError)
    assert.equal((await at.gateway.openOrders()).length, MANY)
  },
)
for (const trouble of ['cut answer', 'page for an answer', 'empty answer'] as const) {
  card(`met by: ${trouble}; are thrown, never empty`, ['hand:strike'], async (at) => {
    await at.place({ limit: 'resting' })
    await at.hands.strike('order list', trouble)
    await assert.rejects(at.gateway.openOrders())
  })
}
card('of executions met by a cut answer are thrown, never empty', ['hand:strike', 'hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  await at.hands.strike('executions', 'cut answer')
  await assert.rejects(at.gateway.executions(0))
})
card(
  'of recent orders hold every end an order can have',
  ['hand:fill', 'hand:expire', 'hand:cancelOutside'],
  async (at) => {
    const [filled, called, expired] = [
      await at.placeWorking(),
      await at.placeWorking({ limit: 'resting' }),
      await at.placeWorking({ limit: 'resting' }),
    ]
    const since = (await at.find(filled)).takenAt ?? 0
    await at.hands.fill(filled.clientOrderId)
    await at.hands.cancelOutside(called.clientOrderId)
    await at.hands.expire(expired.clientOrderId)
    const ends = new Map(
      (await at.gateway.recentOrders(since)).map(({ clientOrderId, status }) => [clientOrderId, status]),
    )
    assert.deepEqual(
      [filled, called, expired].map(({ clientOrderId }) => ends.get(clientOrderId)),
      ['filled', 'cancelled', 'expired'],
    )
  },
)
card('of open orders lose an order that is over', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  assert.equal((await at.gateway.openOrders()).length, 1)
  await at.cancel(placed)
  await at.becomes(placed, 'cancelled')
  assert.deepEqual(await at.gateway.openOrders(), [])
})
card('of recent orders begin with the very instant that is asked for', ['hand:wait'], async (at) => {
  const before = await at.placeWorking({ limit: 'resting' })
  await at.hands.wait(60_000)
  const first = await at.place({ limit: 'resting' })
  const since = (await at.find(first)).takenAt ?? 0
  const names = namesOf(await at.gateway.recentOrders(since))
  assert.deepEqual([names.includes(first.clientOrderId), names.includes(before.clientOrderId)], [true, false])
})
card(
  'that do not show an order yet make it absent and no more than that',
  ['hand:hideNext', 'hand:wait'],
  async (at) => {
    const hidden = at.gateway.capabilities.absenceSettlesMs * MOST_OF_IT
    await at.hands.hideNext(hidden)
    const order = at.order({ limit: 'resting' })
    assert.equal((await at.submit(order)).kind, 'accepted')
    assert.equal((await at.gateway.lookUp(refTo(order))).kind, 'absent')
    assert.deepEqual(await at.gateway.openOrders(), [])
    await at.hands.wait(hidden)
    await at.becomes(refTo(order), 'working')
  },
)
card('that lag take nothing from the look-up', ['hand:staleLists'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.staleLists()
  assert.deepEqual(await at.gateway.openOrders(), [])
  assert.equal((await at.find(placed)).status, 'working')
})
