import assert from 'node:assert/strict'
import { BrokerRateLimitError } from '../../../../src/core/errors.ts'
import type { AnswerSigns } from '../../../../src/ports/broker-gateway.ts'
import { type Bench, refTo } from '../bench.ts'
import { Chapter } from '../card.ts'

/** What the venue says of its limits is handed on, and no request is sent that nobody asked for. */
export const limits = new Chapter('limits and keys')
const card = limits.card.bind(limits)

function signsOf(at: Bench): AnswerSigns[] {
  const signs: AnswerSigns[] = []
  at.gateway.heedAnswers?.((sign) => signs.push(sign))
  return signs
}

card('a read that is told to wait is thrown with the wait', ['hand:strike'], async (at) => {
  await at.hands.strike('order list', 'rate limited')
  await assert.rejects(at.gateway.openOrders(), BrokerRateLimitError)
  assert.equal((await at.requests('read')).length, 1)
})
card('a read that is told to wait without a word for how long is thrown all the same', ['hand:strike'], async (at) => {
  await at.hands.strike('order list', 'rate limited without a word')
  await assert.rejects(at.gateway.openOrders(), BrokerRateLimitError)
})
card('the wait that an answer asks for is handed on', ['hand:strike'], async (at) => {
  const signs = signsOf(at)
  await at.hands.strike('order list', 'rate limited')
  await at.gateway.openOrders().catch(() => undefined)
  assert.deepEqual(
    signs.map(({ status, budget }) => [status, budget?.retryAfterMs]),
    [[429, 2_000]],
  )
})
card('every answer is told with the class of its call', [], async (at) => {
  const signs = signsOf(at)
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.cancel(placed)
  const classes = signs.map(({ callClass }) => callClass)
  assert.deepEqual([classes[0], classes.at(-1)], ['order', 'cancel'])
  assert.ok(classes.slice(1, -1).length > 0 && classes.slice(1, -1).every((one) => one === 'read'))
})
card('the limit and what is left of it are handed on', ['hand:limitRequests'], async (at) => {
  await at.hands.limitRequests(50)
  const signs = signsOf(at)
  await at.gateway.account()
  await at.gateway.account()
  const [first, second] = signs.map(({ budget }) => budget)
  assert.equal(first?.limit, 50)
  assert.equal((first?.remaining ?? 0) - (second?.remaining ?? 0), 1)
})
card(
  'a submit beyond the limit is unknown, sent once, and can be settled later',
  ['hand:limitRequests'],
  async (at) => {
    await at.hands.limitRequests(0)
    const order = at.order({ limit: 'resting' })
    assert.equal((await at.submit(order)).kind, 'unknown')
    assert.equal((await at.requests('submit')).length, 1)
    await at.hands.limitRequests(1_000)
    assert.equal((await at.gateway.lookUp(refTo(order))).kind, 'absent')
  },
)
card('every page of a list waits for its turn', ['hand:submitOutside'], async (at) => {
  const { share, limits: at_ } = at.venue.symbols
  for (let n = 0; n < 501; n += 1) {
    const order = { name: at.newName(), symbol: at.venue.symbols.cheap?.symbol ?? share.symbol, side: 'buy' } as const
    const limitPrice = at.venue.symbols.cheap?.limit ?? at_.resting
    await at.hands.submitOutside({ ...order, quantity: '1', limitPrice, timeInForce: 'day' })
  }
  let turns = 0
  at.gateway.paceReads?.(() => {
    turns += 1
    return Promise.resolve()
  })
  await at.gateway.openOrders()
  assert.deepEqual([turns, (await at.requests('read')).length], [2, 2])
})
card('a read whose turn does not come is not sent', [], async (at) => {
  at.gateway.paceReads?.(() => Promise.reject(new Error('the queue is too long')))
  await assert.rejects(at.gateway.openOrders(), /too long/)
  assert.equal((await at.requests('read')).length, 0)
})
card('an order takes no turn of the reads', [], async (at) => {
  at.gateway.paceReads?.(() => Promise.reject(new Error('the queue is too long')))
  assert.equal((await at.submit(at.order({ limit: 'resting' }))).kind, 'accepted')
})
card('a submit with keys that ended is no proof that nothing was done', ['hand:revokeKeys'], async (at) => {
  await at.hands.revokeKeys(true)
  const order = at.order({ limit: 'resting' })
  assert.equal((await at.submit(order)).kind, 'unknown')
  await at.hands.revokeKeys(false)
  assert.equal((await at.gateway.lookUp(refTo(order))).kind, 'absent')
})
card('a cancel with keys that ended is in doubt, and works once they are good', ['hand:revokeKeys'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.revokeKeys(true)
  assert.equal((await at.cancel(placed)).kind, 'unknown')
  await at.hands.revokeKeys(false)
  assert.equal((await at.cancel(placed)).kind, 'asked')
  await at.becomes(placed, 'cancelled')
})
card('a look-up with keys that ended is not absence', ['hand:revokeKeys'], async (at) => {
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.hands.revokeKeys(true)
  await assert.rejects(at.gateway.lookUp(placed), /keys/)
  await assert.rejects(at.gateway.openOrders(), /keys/)
})
