import { describe, expect, it } from 'vitest'
import { quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { CANCEL_ALARM_MS } from '../../../src/flow/cases/cancel-watch.ts'
import { timeOutOrder } from '../../../src/flow/fills/time-out-order.ts'
import type { CancelOutcome } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { caseDeskOf } from '../../support/case-desk-of.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const LONG_MS = 600_000
const REFUSED: CancelOutcome = { kind: 'refused', code: 'venue.too_late', reason: 'pending elsewhere' }
const ANSWERS: readonly (readonly [string, CancelOutcome, RegExp])[] = [
  ['refuses', REFUSED, /refuses it: pending elsewhere \(venue\.too_late\)/],
  ['takes and never confirms', { kind: 'asked' }, /has taken the cancel/],
  ['does not answer', { kind: 'unknown', reason: 'no answer in time' }, /no answer in time/],
  ['does not know', { kind: 'absent', reason: 'no such order' }, /does not know the order/],
  ['calls over', { kind: 'already_final' }, /says that the order has ended/],
  ['cannot be reached for', { kind: 'not_sent', reason: 'connection refused' }, /could not be sent/],
]

/** It is too old, and the venue goes on showing it at work. */
async function timedOut(answer: CancelOutcome): Promise<{ bench: AccountBench; order: Order }> {
  const bench = await AccountBench.open()
  const order = await bench.send()
  bench.gateway.onCancel = () => answer
  bench.gateway.onLookUp = () => ({ kind: 'found', report: reportOf(order.clientOrderId, 'working') })
  void timeOutOrder(order, bench)
  return { bench, order }
}
const caseOf = (bench: AccountBench, order: Order) => bench.files.about('stuck_cancel', order.id)

describe('a time-out whose cancel the venue', () => {
  it.each(ANSWERS)('%s leaves the order live, and is a case after a minute', async (_how, answer, told) => {
    const { bench, order } = await timedOut(answer)
    await bench.time.pass(CANCEL_ALARM_MS - 1)
    expect(bench.files.open).toEqual([])
    await bench.time.pass(1)
    const found = caseOf(bench, order)
    expect(found).toMatchObject({ state: 'open', symbol: 'AAPL', orderId: order.id })
    expect(found?.evidence[0]?.summary).toMatch(/^called off since .* \(timeout\), and it lives at the venue$/)
    expect(found?.evidence[1]?.summary).toMatch(told)
    expect(bench.now(order)).toMatchObject({ status: 'accepted', cancelReason: 'timeout' })
    expect(bench.told.filter((event) => event === 'case.opened')).toHaveLength(1)
    expect(bench.log.events).toContain('order.stuck_cancel')
  })
  it('refuses is asked for on, and its fill is booked; the case closes then', async () => {
    const { bench, order } = await timedOut(REFUSED)
    await bench.time.pass(LONG_MS)
    expect(bench.gateway.cancels.length).toBeGreaterThan(10)
    await bench.door.apply(
      reportOf(order.clientOrderId, 'filled', { cumulativeQuantity: quantity('10'), fills: [fillOf('10', '100')] }),
    )
    await settled()
    expect([bench.status(order), bench.files.open]).toEqual(['filled', []])
  })
  it('confirms within a minute is no case', async () => {
    const { bench, order } = await timedOut({ kind: 'asked' })
    await bench.time.pass(1_000)
    await bench.door.apply(reportOf(order.clientOrderId, 'cancelled'))
    await bench.time.pass(LONG_MS)
    expect(bench.now(order)).toMatchObject({ status: 'cancelled', reason: 'timeout' })
    expect(bench.told).not.toContain('case.opened')
  })
})

describe('a cancel that is stuck', () => {
  it('when the account is taken over is a case a minute after it was asked for, once (I-26)', async () => {
    const { bench, order } = await timedOut(REFUSED)
    await bench.time.pass(CANCEL_ALARM_MS)
    const next = await AccountBench.open({ database: bench.database, time: bench.time })
    next.cancels.start(next.books.pending)
    await next.time.pass(LONG_MS)
    expect(next.files.open).toHaveLength(1)
    await next.door.apply(reportOf(order.clientOrderId, 'cancelled'))
    await settled()
    expect(next.files.open).toEqual([])
  })
  it('is not told again to an operator who knows', async () => {
    const { bench, order } = await timedOut(REFUSED)
    await bench.time.pass(CANCEL_ALARM_MS)
    const found = caseOf(bench, order)
    if (found === undefined) throw new Error('no case was opened')
    await caseDeskOf(bench).resolve(found, { id: found.id, choice: 'acknowledge', by: 'anna', given: {} })
    await bench.door.apply(
      reportOf(order.clientOrderId, 'working', { cumulativeQuantity: quantity('1'), fills: [fillOf('1', '100')] }),
    )
    await bench.time.pass(LONG_MS)
    expect([bench.status(order), bench.files.open]).toEqual(['partially_filled', []])
  })
})
