import assert from 'node:assert/strict'
import { isRetryableError } from '../../../../src/core/errors.ts'
import { refTo } from '../bench.ts'
import { Chapter } from '../card.ts'
import type { Trouble } from '../conformance-venue.ts'

/** What no evidence settles is unknown, and nobody sends it again. */
export const doubt = new Chapter('doubt')
const card = doubt.card.bind(doubt)
const STRIKE = 'hand:strike'
/** What the record waits before it calls an order absent has to be more than the venue may take. */
const MOST_OF_IT = 0.8

const DONE: readonly Trouble[] = [
  'answer lost',
  'server error after it was done',
  'forbidden after it was done',
  'cut answer',
  'page for an answer',
  'empty answer',
  'reset before headers',
  'reset after headers',
]
for (const trouble of DONE) {
  card(`a submit met by: ${trouble}; is unknown, was sent once, and is found`, [STRIKE], async (at) => {
    await at.hands.strike('submit', trouble)
    const order = at.order({ limit: 'resting' })
    assert.equal((await at.submit(order)).kind, 'unknown')
    assert.deepEqual([(await at.requests('submit')).length, await at.count(order)], [1, 1])
    assert.equal((await at.find(refTo(order))).clientOrderId, order.clientOrderId)
  })
}
const NOT_DONE: readonly Trouble[] = ['request lost', 'unavailable', 'rate limited', 'rate limited without a word']
for (const trouble of NOT_DONE) {
  card(`a submit met by: ${trouble}; is unknown all the same, was sent once, and is absent`, [STRIKE], async (at) => {
    await at.hands.strike('submit', trouble)
    const order = at.order({ limit: 'resting' })
    assert.equal((await at.submit(order)).kind, 'unknown')
    assert.deepEqual([(await at.requests('submit')).length, await at.count(order)], [1, 0])
    assert.equal((await at.gateway.lookUp(refTo(order))).kind, 'absent')
  })
}
card('an answer about another order says nothing about this one', [STRIKE], async (at) => {
  await at.place({ limit: 'resting' })
  await at.hands.strike('submit', 'answer about another order')
  const order = at.order({ limit: 'resting' })
  assert.equal((await at.submit(order)).kind, 'unknown')
  assert.equal((await at.find(refTo(order))).clientOrderId, order.clientOrderId)
})
card('a look-up answered about another order is neither found nor absent', [STRIKE], async (at) => {
  await at.place({ limit: 'resting', quantity: '3' })
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.strike('look-up', 'answer about another order')
  await assert.rejects(at.gateway.lookUp(placed))
  assert.equal(`${(await at.find(placed)).quantity}`, '10')
})
card('an order that is taken late is absent first, then found', ['hand:acceptLate', 'hand:wait'], async (at) => {
  const late = at.gateway.capabilities.absenceSettlesMs * MOST_OF_IT
  await at.hands.acceptLate(late)
  const order = at.order({ limit: 'resting' })
  assert.equal((await at.submit(order)).kind, 'unknown')
  assert.equal((await at.gateway.lookUp(refTo(order))).kind, 'absent')
  await at.hands.wait(late)
  await at.until('it is found', async () => (await at.gateway.lookUp(refTo(order))).kind === 'found')
})
card('the same bytes again after a lost answer are told as taken', [STRIKE, 'ids enforced for ever'], async (at) => {
  await at.hands.strike('submit', 'answer lost')
  const order = at.order({ limit: 'resting' })
  await at.submit(order)
  assert.equal((await at.submit(order)).kind, 'duplicate_id')
  const [first, again] = await at.requests('submit')
  assert.deepEqual([again?.body, await at.count(order)], [first?.body, 1])
})
card('the same bytes again after a lost request are one order', [STRIKE], async (at) => {
  await at.hands.strike('submit', 'request lost')
  const order = at.order({ limit: 'resting' })
  await at.submit(order)
  assert.equal((await at.submit(order)).kind, 'accepted')
  assert.equal(await at.count(order), 1)
})
card('a venue that does not listen was sent nothing', ['hand:stopListening'], async (at) => {
  const order = at.order()
  await at.hands.stopListening()
  assert.equal((await at.submit(order)).kind, 'not_sent')
  assert.deepEqual(
    at.passes.map(({ seen }) => seen),
    [[]],
  )
})
card('a cancel whose answer is lost is in doubt, and came true', [STRIKE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.strike('cancel', 'answer lost')
  assert.equal((await at.cancel(placed)).kind, 'unknown')
  await at.becomes(placed, 'cancelled')
  assert.equal((await at.requests('cancel')).length, 1)
})
card('a cancel that is lost is in doubt, and the order works', [STRIKE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.strike('cancel', 'request lost')
  assert.equal((await at.cancel(placed)).kind, 'unknown')
  assert.equal((await at.find(placed)).status, 'working')
  assert.equal((await at.requests('cancel')).length, 1)
})
for (const trouble of ['server error after it was done', 'forbidden after it was done', 'rate limited'] as const) {
  card(`a cancel met by: ${trouble}; is in doubt, and was sent once`, [STRIKE], async (at) => {
    const placed = await at.placeWorking({ limit: 'resting' })
    await at.hands.strike('cancel', trouble)
    assert.equal((await at.cancel(placed)).kind, 'unknown')
    assert.equal((await at.requests('cancel')).length, 1)
  })
}
card('a cancel that has to look the order up and cannot was not sent', [STRIKE, 'carried ids'], async (at) => {
  const { clientOrderId, symbol } = await at.placeWorking({ limit: 'resting' })
  await at.venue.restart()
  await at.hands.strike('look-up', 'unavailable')
  assert.equal((await at.cancel({ clientOrderId, symbol })).kind, 'not_sent')
  assert.equal((await at.requests('cancel')).length, 0)
})
for (const trouble of ['unavailable', 'answer lost', 'rate limited'] as const) {
  card(`a look-up met by: ${trouble}; is neither found nor absent, and may be tried again`, [STRIKE], async (at) => {
    const placed = await at.placeWorking({ limit: 'resting' })
    await at.hands.strike('look-up', trouble)
    await assert.rejects(at.gateway.lookUp(placed), isRetryableError)
    assert.equal((await at.find(placed)).status, 'working')
  })
}
for (const trouble of ['cut answer', 'page for an answer', 'empty answer'] as const) {
  card(`a look-up met by: ${trouble}; is neither found nor absent`, [STRIKE], async (at) => {
    const placed = await at.placeWorking({ limit: 'resting' })
    await at.hands.strike('look-up', trouble)
    await assert.rejects(at.gateway.lookUp(placed))
  })
}
card('a field that nobody has heard of changes nothing', [STRIKE], async (at) => {
  await at.hands.strike('submit', 'unheard-of field')
  const order = at.order({ limit: 'resting' })
  assert.equal((await at.submit(order)).kind, 'accepted')
  await at.hands.strike('look-up', 'unheard-of field')
  assert.equal(`${(await at.find(refTo(order))).quantity}`, '10')
})
card(
  'a status that nobody has heard of is kept as it is and guessed at by nobody',
  ['hand:unheardOfStatus'],
  async (at) => {
    const placed = await at.placeWorking({ limit: 'resting' })
    await at.hands.unheardOfStatus(placed.clientOrderId)
    const report = await at.becomes(placed, 'unknown')
    assert.equal(report.rawStatus, 'awaiting_moonrise')
  },
)
