import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderId } from '../../../src/core/ids.ts'
import { type CallClass, LANES, type Lane, RateBudget, type RateRule } from '../../../src/core/rate-budget.ts'
import { RateLanes, WaitedTooLong } from '../../../src/flow/execution/rate-lanes.ts'
import { HandTime, settled } from '../../support/hand-time.ts'

function lanesWith(...rules: RateRule[]) {
  const time = new HandTime(0)
  return { time, lanes: new RateLanes(new RateBudget(rules), time, time) }
}
const ONE_A_SECOND: RateRule = { class: 'order', requests: 1, perMs: 1_000 }

describe('waiting for the venue’s budget', () => {
  it('whoever finds a token goes at once', async () => {
    const { lanes, time } = lanesWith(ONE_A_SECOND)
    expect(await lanes.take('order', 'submit', 0)).toBe(0)
    expect(time.waiting).toBe(0)
  })
  it('those who wait go by lane, then by age', async () => {
    const { lanes, time } = lanesWith(ONE_A_SECOND)
    const gone: string[] = []
    await lanes.take('order', 'submit', 0)
    const asked: [string, Lane][] = [
      ['verify', 'verify'],
      ['submit 1', 'submit'],
      ['submit 2', 'submit'],
      ['reduce', 'reduce'],
    ]
    for (const [name, lane] of asked) void lanes.take('order', lane, 60_000).then(() => gone.push(name))
    await time.pass(10_000)
    expect(gone).toEqual(['reduce', 'submit 1', 'submit 2', 'verify'])
    expect([lanes.waiting, time.waiting]).toEqual([0, 0])
  })
  it('nobody overtakes one who waits in his lane or a better one', async () => {
    const { lanes, time } = lanesWith(ONE_A_SECOND)
    await lanes.take('order', 'submit', 0)
    const waiting = lanes.take('order', 'submit', 60_000)
    time.set(1_000)
    expect(lanes.tryTake('order', 'submit')).toBe(false)
    expect(lanes.tryTake('order', 'verify')).toBe(false)
    await time.pass(1)
    await waiting
  })
  it('nobody waits longer than it said it would, and who gave up uses nothing up', async () => {
    const { lanes, time } = lanesWith({ class: 'order', requests: 1, perMs: 60_000 })
    await lanes.take('order', 'submit', 0)
    const late = lanes.take('order', 'submit', 5_000).catch((error) => error)
    await time.pass(4_999)
    expect(lanes.waiting).toBe(1)
    await time.pass(1)
    expect(await late).toBeInstanceOf(WaitedTooLong)
    await time.pass(55_001)
    expect(lanes.tryTake('order', 'submit')).toBe(true)
  })
  it('an order whose mark takes long keeps its token, and the next one goes a whole window after it has left (I-42)', async () => {
    const { lanes, time } = lanesWith(ONE_A_SECOND)
    expect(lanes.tryHold(orderId('slow'), 'submit')).toBe(true)
    let gone: number | undefined
    void lanes.hold(orderId('next'), 'submit', 60_000).then(() => {
      gone = time.monotonic()
    })
    await time.pass(30_000)
    expect(gone).toBeUndefined()
    lanes.left(orderId('slow'))
    await time.pass(2_000)
    expect(gone).toBe(31_001)
  })
  it('an order of which nothing left gives its token to the next, and a desk that stops leaves none held', async () => {
    const { lanes, time } = lanesWith(ONE_A_SECOND)
    lanes.tryHold(orderId('first'), 'submit')
    const waited = lanes.hold(orderId('second'), 'submit', 60_000)
    await time.pass(10)
    lanes.unused(orderId('first'))
    expect(await waited).toBe(10)
    lanes.stop()
    lanes.unused(orderId('second'))
    expect(lanes.tryHold(orderId('third'), 'submit')).toBe(false)
    await time.pass(1_001)
    expect(lanes.tryHold(orderId('third'), 'submit')).toBe(true)
  })
  it('a cancel is not held up by a thousand submits', async () => {
    const { lanes, time } = lanesWith({ class: 'all', requests: 10, perMs: 1_000 })
    for (let n = 0; n < 1_000; n += 1) void lanes.take('order', 'submit', 600_000).catch(() => undefined)
    await settled()
    expect(lanes.tryTake('cancel', 'cancel')).toBe(true)
    await time.pass(1_000)
    expect(await lanes.take('cancel', 'cancel', 0)).toBe(0)
  })
  it('whatever the pattern, no window of the budget is ever exceeded, and everybody is answered', async () => {
    const call = fc.record({
      afterMs: fc.nat(400),
      callClass: fc.constantFrom<CallClass>('order', 'cancel', 'read'),
      lane: fc.constantFrom(...LANES),
      maxWaitMs: fc.nat(3_000),
    })
    const rule = fc.record({ requests: fc.integer({ min: 1, max: 5 }), perMs: fc.integer({ min: 50, max: 1_500 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 40 }), rule, async (calls, { requests, perMs }) => {
        const { lanes, time } = lanesWith({ class: 'all', requests, perMs })
        const went: number[] = []
        let answered = 0
        for (const { afterMs, callClass, lane, maxWaitMs } of calls) {
          await time.pass(afterMs)
          const since = time.now()
          void lanes.take(callClass, lane, maxWaitMs).then(
            (waited) => {
              answered += 1
              went.push(time.now())
              expect(time.now() - since).toBe(waited)
              expect(waited).toBeLessThan(Math.max(1, maxWaitMs))
            },
            () => {
              answered += 1
              expect(time.now() - since).toBeLessThanOrEqual(maxWaitMs + 1)
            },
          )
        }
        await time.pass(4_000)
        expect([answered, lanes.waiting]).toEqual([calls.length, 0])
        for (const at of went) {
          expect(went.filter((other) => other > at - perMs && other <= at).length).toBeLessThanOrEqual(requests)
        }
      }),
      { numRuns: 60 },
    )
  })
})
