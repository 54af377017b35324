import assert from 'node:assert/strict'
import { clientOrderId } from '../../../../src/core/ids.ts'
import { NO_PASS } from '../bench.ts'
import { Chapter } from '../card.ts'

/** A cancel is asked for once, and what became of the order is the venue's word, never ours. */
export const cancels = new Chapter('cancels')
const card = cancels.card.bind(cancels)
const SETTLED: ReadonlySet<string> = new Set(['asked', 'already_final'])

card('of a working order ends it', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  assert.equal((await at.cancel(placed)).kind, 'asked')
  assert.ok((await at.becomes(placed, 'cancelled')).cumulativeQuantity?.isZero)
  assert.equal((await at.booked(placed)).state, 'cancelled')
})
card('goes out once, under its own pass', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.cancel(placed)
  assert.equal((await at.requests('cancel')).length, 1)
  assert.deepEqual(
    at.passes.map(({ seen }) => seen.length),
    [1, 1],
  )
})
card('without leave does not leave', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  assert.equal((await at.gateway.cancel(placed, NO_PASS)).kind, 'not_sent')
  assert.equal((await at.requests('cancel')).length, 0)
  assert.equal((await at.find(placed)).status, 'working')
})
card('by our name alone finds the order', ['carried ids'], async (at) => {
  const { clientOrderId: name, symbol, order } = await at.placeWorking({ limit: 'resting' })
  assert.equal((await at.cancel({ clientOrderId: name, symbol })).kind, 'asked')
  assert.equal((await at.becomes({ clientOrderId: name, symbol }, 'cancelled')).clientOrderId, order.clientOrderId)
})
card('of a partly filled order ends the rest', ['hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  assert.equal((await at.cancel(placed)).kind, 'asked')
  assert.equal(`${(await at.becomes(placed, 'cancelled')).cumulativeQuantity}`, '4')
})
card('of a filled order says that it is over', ['hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  assert.equal((await at.cancel(placed)).kind, 'already_final')
  assert.equal((await at.booked(placed)).state, 'filled')
})
card('of an expired order says that it is over', ['hand:expire'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.expire(placed.clientOrderId)
  assert.equal((await at.cancel(placed)).kind, 'already_final')
})
card('of a rejected order says that it is over', ['hand:rejectNext'], async (at) => {
  await at.hands.rejectNext()
  const placed = await at.place({ limit: 'resting' })
  await at.becomes(placed, 'rejected')
  assert.equal((await at.cancel(placed)).kind, 'already_final')
})
card('of an order that nobody knows says that it is absent', [], async (at) => {
  const name = clientOrderId(at.newName())
  assert.equal((await at.cancel({ clientOrderId: name, symbol: at.venue.symbols.share.symbol })).kind, 'absent')
  assert.equal((await at.requests('cancel')).length, 0)
})
card('twice at once ends it once', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  const kinds = await Promise.all([at.cancel(placed), at.cancel(placed)])
  assert.ok(
    kinds.every(({ kind }) => SETTLED.has(kind)),
    JSON.stringify(kinds),
  )
  await at.becomes(placed, 'cancelled')
})
card('again after it came true says nothing new', [], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.cancel(placed)
  await at.becomes(placed, 'cancelled')
  assert.ok(SETTLED.has((await at.cancel(placed)).kind))
  assert.equal((await at.find(placed)).status, 'cancelled')
})
card('leaves the other orders alone', [], async (at) => {
  const [one, other] = [await at.placeWorking({ limit: 'resting' }), await at.placeWorking({ limit: 'resting' })]
  await at.cancel(one)
  await at.becomes(one, 'cancelled')
  assert.equal((await at.find(other)).status, 'working')
})
card(
  'that is only asked for is not believed: the order may still be filled',
  ['hand:fillInsteadOfCancel'],
  async (at) => {
    const placed = await at.placeWorking()
    await at.hands.fillInsteadOfCancel()
    const outcome = await at.cancel(placed)
    assert.equal(outcome.kind, 'asked')
    assert.ok(!('report' in outcome) || outcome.report?.status !== 'cancelled')
    assert.equal((await at.filled(placed, '10')).status, 'filled')
  },
)
card('that hangs leaves an order that works', ['hand:neverCancel'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.neverCancel()
  assert.equal((await at.cancel(placed)).kind, 'asked')
  assert.equal((await at.find(placed)).status, 'working')
  assert.equal((await at.gateway.openOrders()).length, 1)
})
card('that hangs and is asked for again is still only asked for', ['hand:neverCancel'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.neverCancel()
  await at.cancel(placed)
  assert.equal((await at.cancel(placed)).kind, 'asked')
  assert.equal((await at.find(placed)).status, 'working')
})
card(
  'that is turned down leaves an order that works and can be filled',
  ['hand:turnCancelDown', 'hand:fill'],
  async (at) => {
    const placed = await at.placeWorking()
    await at.hands.turnCancelDown()
    assert.equal((await at.cancel(placed)).kind, 'asked')
    await at.until('it is turned down', async () => (await at.find(placed)).rawStatus === 'new')
    await at.hands.fill(placed.clientOrderId)
    assert.equal((await at.filled(placed, '10')).status, 'filled')
  },
)
card('of everything ends everything, in one request under one pass', ['gateway:cancelEverything'], async (at) => {
  const placed = [await at.placeWorking({ limit: 'resting' }), await at.placeWorking({ limit: 'resting' })]
  const outcome = await at.gateway.cancelEverything?.(at.pass())
  assert.equal(outcome?.kind, 'asked')
  for (const one of placed) await at.becomes(one, 'cancelled')
  assert.deepEqual([(await at.requests('cancel everything')).length, (await at.requests('cancel')).length], [1, 0])
})
