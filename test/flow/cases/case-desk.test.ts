import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { brokerOrderId } from '../../../src/core/ids.ts'
import { quantity } from '../../../src/core/money.ts'
import { DOUBT_ALARM_MS } from '../../../src/flow/cases/doubt-watch.ts'
import type { CaseAnswer } from '../../../src/ports/order-commands.ts'
import { AccountBench, type BenchOptions } from '../../support/account-bench.ts'
import { caseDeskOf } from '../../support/case-desk-of.ts'
import { CLASS_C } from '../../support/resend-classes.ts'
import { reportOf, silence } from '../../support/scripted-gateway.ts'

const unreadable = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}
async function openCase(options: BenchOptions = { capabilities: CLASS_C }) {
  const bench = await AccountBench.open(options)
  bench.gateway.onSubmit = () => silence
  bench.gateway.onRecent = unreadable
  const order = await bench.send()
  void bench.resolver.resolve(order)
  await bench.time.pass(DOUBT_ALARM_MS)
  const found = bench.files.about('unconfirmed', order.id)
  if (found === undefined) throw new Error('no case was opened')
  const desk = caseDeskOf(bench)
  const decide = (choice: string, given = {}): Promise<CaseAnswer> =>
    desk.resolve(found, { id: found.id, choice, by: 'anna', given, reason: 'looked myself' })
  return { bench, order, found, desk, decide }
}

describe('an order that stays in doubt', () => {
  it('becomes a case within a minute, durable with its event, with all that was seen (I-15)', async () => {
    const { bench, order, found } = await openCase()
    expect(found).toMatchObject({ state: 'open', symbol: 'AAPL', orderId: order.id, account: 'paper' })
    expect(found.evidence.map(({ channel }) => channel)).toEqual(expect.arrayContaining(['submit', 'look_up', 'lists']))
    expect(await bench.store.case(found.id)).toEqual(found)
    expect(bench.told.filter((event) => event === 'case.opened')).toHaveLength(1)
    const [event] = (await bench.store.eventsAfter('paper', 0, 100)).filter((one) => one.event === 'case.opened')
    expect(JSON.parse(event?.line ?? '{}')).toMatchObject({
      order_id: order.id,
      reason: 'unconfirmed',
      detail: { case_id: found.id, choices: ['confirm_absent', 'adopt', 'keep_watching'] },
    })
  })
  it('is one case however long it lasts, and its evidence has a limit', async () => {
    const { bench, order } = await openCase()
    bench.gateway.onLookUp = (_order, nth) => {
      throw new BrokerConnectionError(`no answer to ${nth}`)
    }
    await bench.time.pass(3_600_000)
    const found = bench.files.about('unconfirmed', order.id)
    expect(found?.evidence).toHaveLength(50)
    expect(found?.evidenceLeftOut).toBeGreaterThan(0)
    expect(found?.evidence[0]?.channel).toBe('submit')
    expect(bench.told.filter((event) => event === 'case.opened')).toHaveLength(1)
  })
  it('closes its case in the moment the venue shows it', async () => {
    const { bench, order, found } = await openCase()
    const applied = await bench.door.apply(reportOf('sf-1' as never, 'working', { channel: 'stream' }))
    await applied?.durable
    await bench.time.pass(1)
    expect(bench.files.open).toEqual([])
    expect(await bench.store.case(found.id)).toMatchObject({ state: 'closed', outcome: 'the order is accepted' })
    expect(bench.status(order)).toBe('accepted')
  })
})

describe('a decision', () => {
  it('that it is absent ends the order as failed, in the name of whoever decided', async () => {
    const { bench, order, decide } = await openCase()
    const answer = await decide('confirm_absent')
    await bench.time.pass(1)
    expect(answer).toMatchObject({ kind: 'decided', found: { state: 'closed', decision: { by: 'anna' } } })
    expect(await bench.stored(order)).toMatchObject({
      status: 'failed',
      reason: 'operator.confirmed_absent',
      failureReason: 'anna has confirmed that the venue never took it: looked myself',
    })
    expect(bench.told.slice(-3)).toEqual(['case.decided', 'order.failed', 'case.closed'])
    expect(bench.files.open).toEqual([])
  })
  it('to adopt takes the order that is named, when it fits', async () => {
    const { bench, order, decide } = await openCase()
    const { clientOrderId: _none, ...theirs } = reportOf('-' as never, 'working')
    bench.gateway.onList = () => [
      { ...theirs, brokerOrderId: brokerOrderId('b-7'), symbol: 'AAPL', side: 'buy', quantity: quantity('10') },
    ]
    bench.gateway.onRecent = () => []
    expect((await decide('adopt', { broker_order_id: 'b-7' })).kind).toBe('decided')
    expect(await bench.stored(order)).toMatchObject({ status: 'accepted', brokerOrderId: 'b-7' })
    expect(bench.files.open).toEqual([])
  })
  it('to keep watching is kept, and leaves the case open', async () => {
    const { bench, order, decide } = await openCase()
    await decide('keep_watching')
    expect(bench.files.about('unconfirmed', order.id)).toMatchObject({
      state: 'open',
      decision: { choice: 'keep_watching', by: 'anna', reason: 'looked myself' },
    })
    expect(bench.status(order)).toBe('unconfirmed')
  })
  it.each([
    ['is no choice of this case', 'accept_venue', {}, 'case.choice'],
    ['lacks what it needs', 'adopt', {}, 'case.choice'],
    ['brings what it does not need', 'confirm_absent', { broker_order_id: 'b-7' }, 'case.choice'],
    ['names an order the venue cannot show', 'adopt', { broker_order_id: 'b-7' }, 'venue.unreadable'],
  ])('that %s changes nothing', async (_what, choice, given, code) => {
    const { bench, order, decide } = await openCase()
    expect(await decide(choice, given)).toMatchObject({ kind: 'refused', code })
    expect(bench.status(order)).toBe('unconfirmed')
    expect(bench.told).not.toContain('case.decided')
  })
  it.each([
    ['absent', [], 'case.order_absent'],
    ['of another symbol', [{ symbol: 'MSFT' }], 'case.order_misfit'],
    ['of another name', [{ clientOrderId: 'by-hand' as never }], 'case.order_misfit'],
  ])('to adopt an order that is %s is refused', async (_what, overs, code) => {
    const { bench, decide } = await openCase()
    const { clientOrderId: _none, ...theirs } = reportOf('-' as never, 'working')
    bench.gateway.onList = () => overs.map((over) => ({ ...theirs, brokerOrderId: brokerOrderId('b-7'), ...over }))
    bench.gateway.onRecent = () => []
    expect(await decide('adopt', { broker_order_id: 'b-7' })).toMatchObject({ kind: 'refused', code })
  })
  it('that was durable when the process died is carried out by the next owner', async () => {
    const { bench, order, found } = await openCase()
    await bench.files.decide(found, { choice: 'confirm_absent', by: 'anna', at: bench.time.now() })
    const again = await AccountBench.open({ capabilities: CLASS_C, database: bench.database, time: bench.time })
    again.doubts.start(again.books.pending)
    await caseDeskOf(again).start()
    expect(await again.stored(order)).toMatchObject({ status: 'failed', reason: 'operator.confirmed_absent' })
    await again.time.pass(1)
    expect(await again.store.openCases('paper')).toEqual([])
  })
  it('about a closed case is refused', async () => {
    const { bench, decide } = await openCase()
    await bench.door.apply(reportOf('sf-1' as never, 'working', { channel: 'stream' }))
    expect(await decide('confirm_absent')).toMatchObject({ kind: 'refused', code: 'case.closed' })
  })
})
