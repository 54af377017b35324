import assert from 'node:assert/strict'
import { clientOrderId } from '../../../../src/core/ids.ts'
import { price, quantity } from '../../../../src/core/money.ts'
import type { OrderRef } from '../../../../src/ports/broker-gateway.ts'
import { type Bench, NO_PASS } from '../bench.ts'
import { Chapter } from '../card.ts'
import type { NewTerms } from '../conformance-venue.ts'

/** An order with new terms is followed under our first name, whatever the venue makes of it. */
export const replacements = new Chapter('replacements')
const card = replacements.card.bind(replacements)
const REPLACE = 'gateway:replace'

const nearby = (at: Bench): string => at.venue.symbols.limits.nearby[0]
const newTerms = (at: Bench, more: { readonly limit?: string; readonly quantity?: string }): NewTerms => ({
  clientOrderId: clientOrderId(at.newName()),
  ...(more.limit === undefined ? {} : { limitPrice: price(more.limit) }),
  ...(more.quantity === undefined ? {} : { quantity: quantity(more.quantity) }),
})
const replace = async (at: Bench, order: OrderRef, terms: NewTerms) => {
  const outcome = await at.gateway.replace?.(order, terms, at.pass(at.gateway.replacementOf?.(terms)))
  return outcome ?? assert.fail('the gateway replaces')
}
const standsAt = (at: Bench, order: OrderRef, limit: string) =>
  at.until(`it stands at ${limit}`, async () => {
    const report = await at.find(order)
    return `${report.limitPrice}` === limit && report.rawStatus === 'new' && report
  })

card('of the price: the order lives on under our first name', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  assert.equal((await replace(at, placed, newTerms(at, { limit: nearby(at) }))).kind, 'asked')
  const report = await standsAt(at, placed, nearby(at))
  assert.equal(report.clientOrderId, placed.clientOrderId)
  assert.equal((await at.booked(placed)).state, 'replaced')
})
card('of the quantity: it is the total', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await replace(at, placed, newTerms(at, { quantity: '7' }))
  const report = await at.until('it is for seven', async () => {
    const now = await at.find(placed)
    return `${now.quantity}` === '7' && now
  })
  assert.ok(report.cumulativeQuantity?.isZero)
})
card('sends the bytes that were approved, under one pass', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  const terms = newTerms(at, { limit: nearby(at) })
  await replace(at, placed, terms)
  const bytes = at.gateway.replacementOf?.(terms)
  assert.deepEqual(
    (await at.requests('replace')).map(({ body }) => body),
    [bytes],
  )
  assert.deepEqual(at.passes.at(-1)?.seen, [bytes])
})
card('without leave does not leave', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  const outcome = await at.gateway.replace?.(placed, newTerms(at, { limit: nearby(at) }), NO_PASS)
  assert.equal(outcome?.kind, 'not_sent')
  assert.equal((await at.requests('replace')).length, 0)
})
card('three times is a chain, and is followed to its end', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  for (const limit of at.venue.symbols.limits.nearby) {
    await replace(at, placed, newTerms(at, { limit }))
    await standsAt(at, placed, limit)
  }
  assert.equal((await at.gateway.openOrders()).length, 1)
})
card('after a part has traded: what filled is the sum over the chain', [REPLACE, 'hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  const terms = newTerms(at, { limit: '239' })
  await replace(at, placed, terms)
  await standsAt(at, placed, '239')
  await at.hands.fill(terms.clientOrderId)
  const report = await at.filled(placed, '10')
  assert.deepEqual([report.status, `${report.cumulativeQuantity}`], ['filled', '10'])
  assert.equal(new Set(report.fills.map(({ executionId }) => executionId)).size, 2)
})
card('is called off where it lives now', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await replace(at, placed, newTerms(at, { limit: nearby(at) }))
  await standsAt(at, placed, nearby(at))
  assert.equal((await at.cancel(placed)).kind, 'asked')
  await at.becomes(placed, 'cancelled')
  assert.deepEqual(await at.gateway.openOrders(), [])
})
card('of a filled order says that it is over', [REPLACE, 'hand:fill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  assert.equal((await replace(at, placed, newTerms(at, { limit: '239' }))).kind, 'already_final')
})
card('under a name that is taken is told as such', [REPLACE], async (at) => {
  const [one, other] = [await at.placeWorking({ limit: 'resting' }), await at.placeWorking({ limit: 'resting' })]
  const terms = { ...newTerms(at, { limit: nearby(at) }), clientOrderId: other.clientOrderId }
  assert.equal((await replace(at, one, terms)).kind, 'duplicate_id')
  assert.equal(`${(await at.find(one)).limitPrice}`, at.venue.symbols.limits.resting)
})
card('to a price between two ticks is refused, and the order stands', [REPLACE], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  const { betweenTicks } = at.venue.symbols.share
  assert.equal((await replace(at, placed, newTerms(at, { limit: betweenTicks }))).kind, 'refused')
  assert.equal(`${(await at.find(placed)).limitPrice}`, at.venue.symbols.limits.resting)
})
card('that loses against a fill: the first order is filled, once', [REPLACE, 'hand:replaceLosesToFill'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.replaceLosesToFill()
  assert.equal((await replace(at, placed, newTerms(at, { limit: '239' }))).kind, 'asked')
  assert.equal((await at.filled(placed, '10')).status, 'filled')
  assert.deepEqual(await at.gateway.openOrders(), [])
})
card('that is turned down: the first order stands', [REPLACE, 'hand:turnReplaceDown'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.turnReplaceDown()
  assert.equal((await replace(at, placed, newTerms(at, { limit: nearby(at) }))).kind, 'asked')
  await standsAt(at, placed, at.venue.symbols.limits.resting)
})
card('whose answer is lost is in doubt, and the look-up tells', [REPLACE, 'hand:strike'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.strike('replace', 'answer lost')
  assert.equal((await replace(at, placed, newTerms(at, { limit: nearby(at) }))).kind, 'unknown')
  await standsAt(at, placed, nearby(at))
  assert.equal((await at.requests('replace')).length, 1)
})
card('by somebody else at the venue is told under our name', ['hand:replaceOutside'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.replaceOutside(placed.clientOrderId, { limitPrice: nearby(at) })
  assert.equal((await standsAt(at, placed, nearby(at))).clientOrderId, placed.clientOrderId)
})
