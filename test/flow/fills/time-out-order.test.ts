import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { quantity } from '../../../src/core/money.ts'
import { timeOutOrder } from '../../../src/flow/fills/time-out-order.ts'
import type { LookUp } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const ID = 'sf-1' as never
const found = (report: ReturnType<typeof reportOf>): LookUp => ({ kind: 'found', report })
const filled = reportOf(ID, 'filled', { cumulativeQuantity: quantity('10'), fills: [fillOf('10', '100')] })
const unanswered = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}

async function tooLate() {
  const bench = await AccountBench.open()
  const order = await bench.send()
  return { bench, order, timeOut: () => timeOutOrder(order, bench) }
}

describe('an order that took too long', () => {
  it('is looked at once more first: what is filled is not called off', async () => {
    const { bench, order, timeOut } = await tooLate()
    bench.gateway.onLookUp = () => found(filled)
    await timeOut()
    expect(bench.status(order)).toBe('filled')
    expect(bench.gateway.cancels).toEqual([])
  })
  it('unfilled, it is called off and ends cancelled by the time-out', async () => {
    const { bench, order, timeOut } = await tooLate()
    bench.gateway.onLookUp = (_order, nth) => found(reportOf(ID, nth === 1 ? 'working' : 'cancelled'))
    await timeOut()
    expect(await bench.stored(order)).toMatchObject({ status: 'cancelled', cancelledReason: 'timeout' })
  })
  it('filled between the look and the cancel, it ends filled', async () => {
    const { bench, order, timeOut } = await tooLate()
    bench.gateway.onLookUp = (_order, nth) => found(nth === 1 ? reportOf(ID, 'working') : filled)
    bench.gateway.onCancel = () => ({ kind: 'already_final' })
    await timeOut()
    expect(bench.status(order)).toBe('filled')
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('10')
  })
  it('half filled, it keeps what it has', async () => {
    const { bench, order, timeOut } = await tooLate()
    const half = { cumulativeQuantity: quantity('4'), fills: [fillOf('4', '100')] }
    bench.gateway.onLookUp = (_order, nth) => found(reportOf(ID, nth === 1 ? 'working' : 'cancelled', half))
    await timeOut()
    expect(bench.now(order)).toMatchObject({ status: 'cancelled', reason: 'timeout' })
    expect(bench.now(order).filledQuantity.toString()).toBe('4')
  })
  it('a look that fails does not keep it from being called off, and the watch goes on', async () => {
    const { bench, order, timeOut } = await tooLate()
    bench.gateway.onLookUp = unanswered
    await timeOut()
    expect(bench.gateway.cancels).toHaveLength(1)
    expect(bench.now(order)).toMatchObject({ status: 'accepted', cancelReason: 'timeout' })
  })
  it('a venue that will not cancel keeps it alive, and is asked again', async () => {
    const { bench, order, timeOut } = await tooLate()
    bench.gateway.onLookUp = () => found(reportOf(ID, 'working'))
    bench.gateway.onCancel = () => ({ kind: 'refused', code: 'venue.no', reason: 'not now' })
    void timeOut()
    await bench.time.pass(120_000)
    expect(bench.status(order)).toBe('accepted')
    expect(bench.gateway.cancels.length).toBeGreaterThan(3)
    bench.isActive = false
    await bench.time.pass(60_000)
    await settled()
  })
})
