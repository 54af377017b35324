import { describe, expect, it } from 'vitest'
import { price, quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { caseDeskOf } from '../../support/case-desk-of.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { CLASS_C } from '../../support/resend-classes.ts'
import { reportOf, silence } from '../../support/scripted-gateway.ts'

const LONG_MS = 600_000
const requested = { trigger: 'requested' } as const
const shown = (over = {}) =>
  reportOf('sf-1' as never, 'working', { symbol: 'AAPL', side: 'buy', quantity: quantity('10'), ...over })

/** Looked for until its absence was proof. */
async function givenUp(): Promise<{ bench: AccountBench; order: Order }> {
  const bench = await AccountBench.open({ capabilities: CLASS_C })
  bench.gateway.onSubmit = () => silence
  const order = await bench.send()
  void bench.resolver.resolve(order)
  await bench.time.pass(LONG_MS)
  expect(bench.now(order)).toMatchObject({ status: 'failed', reason: 'submit.absent' })
  return { bench, order }
}
const caseOf = (bench: AccountBench, order: Order) => bench.files.about('reappeared', order.id)

describe('an order that was given up with proof of absence', () => {
  it.each(['onList', 'onRecent'] as const)(
    'and is shown by %s is a case at once, with what the venue said (I-12, I-47)',
    async (source) => {
      const { bench, order } = await givenUp()
      bench.gateway[source] = () => [shown()]
      bench.gateway.onLookUp = () => ({ kind: 'found', report: shown({ channel: 'look_up' }) })
      expect(await bench.sync.run(requested)).toMatchObject({ cases: { opened: 1, open: 1 } })
      expect(await bench.sync.run(requested)).toMatchObject({ cases: { opened: 0, open: 1 } })
      expect(caseOf(bench, order)).toMatchObject({ state: 'open', symbol: 'AAPL', orderId: order.id })
      expect(caseOf(bench, order)?.evidence[0]).toMatchObject({ raw: { broker_order_id: 'b-sf-1' } })
      expect(bench.told.filter((event) => event === 'case.opened')).toHaveLength(1)
      expect(bench.log.events).toContain('order.reappeared')
      expect([bench.status(order), bench.files.holdsBack('AAPL'), bench.files.holdsBack('MSFT')]).toEqual([
        'failed',
        true,
        false,
      ])
    },
  )
  it('and appears on the stream is a case too, and ended for us as before (I-17)', async () => {
    const { bench, order } = await givenUp()
    await bench.door.apply(shown({ channel: 'stream' }))
    expect(caseOf(bench, order)?.evidence[0]?.channel).toBe('stream')
    expect(await bench.life(order)).toMatch(/unconfirmed failed$/)
  })
  it('is found in a list long after memory has let it go, and by the next owner (I-10)', async () => {
    const { bench, order } = await givenUp()
    const next = await AccountBench.open({ capabilities: CLASS_C, database: bench.database, time: bench.time })
    next.gateway.onList = () => [shown()]
    await next.sync.run({ trigger: 'start' })
    expect(caseOf(next, order)).toMatchObject({ state: 'open' })
  })
  it('and executes in part is booked, and a case for the rest', async () => {
    const { bench, order } = await givenUp()
    const part = { cumulativeQuantity: quantity('4'), averagePrice: price('100'), fills: [fillOf('4', '100')] }
    await bench.door.apply(shown({ channel: 'stream', ...part }))
    expect(bench.now(order)).toMatchObject({ status: 'failed' })
    expect(bench.now(order).filledQuantity.toString()).toBe('4')
    expect(caseOf(bench, order)).toMatchObject({ state: 'open' })
  })
  it('and is filled is corrected to filled, and its case closes', async () => {
    const { bench, order } = await givenUp()
    await bench.door.apply(shown({ channel: 'stream' }))
    await bench.door.apply(reportOf('sf-1' as never, 'filled', { fills: [fillOf('10', '100')] }))
    await settled()
    expect([bench.status(order), bench.files.open]).toEqual(['filled', []])
  })
  it('is asked for in every sync until the venue says that it is over, over a restart too (I-26)', async () => {
    const { bench, order } = await givenUp()
    await bench.door.apply(shown({ channel: 'stream' }))
    await settled()
    const next = await AccountBench.open({ capabilities: CLASS_C, database: bench.database, time: bench.time })
    await next.reappeared.start()
    next.gateway.onLookUp = () => ({ kind: 'found', report: shown({ status: 'cancelled', rawStatus: 'killed' }) })
    await next.sync.run({ trigger: 'start' })
    await settled()
    expect(next.gateway.lookUps).toHaveLength(1)
    const [event] = (await next.store.eventsAfter('paper', 0, 100)).filter((one) => one.event === 'case.closed')
    expect(JSON.parse(event?.line ?? '{}')).toMatchObject({
      order_id: order.id,
      reason: expect.stringContaining('killed'),
    })
  })
})

describe('an order that the venue refused', () => {
  const refused = { kind: 'refused', code: 'venue.refused', reason: 'no', proof: 'row 1', passing: false } as const

  it('and shows at work all the same is a case: the refusal was no proof (I-12)', async () => {
    const bench = await AccountBench.open({ capabilities: CLASS_C })
    bench.gateway.onSubmit = () => refused
    const order = await bench.send()
    expect(bench.status(order)).toBe('rejected')
    bench.gateway.onList = () => [shown()]
    await bench.sync.run(requested)
    expect(caseOf(bench, order)).toMatchObject({ state: 'open' })
    expect(bench.status(order)).toBe('rejected')
  })
})

describe('an operator', () => {
  it('may have it called off; the case closes when the venue says that it is over', async () => {
    const { bench, order } = await givenUp()
    await bench.door.apply(shown({ channel: 'stream' }))
    const found = caseOf(bench, order)
    if (found === undefined) throw new Error('no case was opened')
    bench.gateway.onLookUp = () => ({ kind: 'found', report: shown({ status: 'cancelled', channel: 'look_up' }) })
    const answer = await caseDeskOf(bench).resolve(found, { id: found.id, choice: 'cancel', by: 'anna', given: {} })
    await settled()
    expect(answer.kind).toBe('decided')
    expect(bench.gateway.cancels).toMatchObject([{ clientOrderId: 'sf-1' }])
    expect([bench.status(order), bench.files.open]).toEqual(['failed', []])
  })
  it('who knows of it is not asked again', async () => {
    const { bench, order } = await givenUp()
    await bench.door.apply(shown({ channel: 'stream' }))
    const found = caseOf(bench, order)
    if (found === undefined) throw new Error('no case was opened')
    await caseDeskOf(bench).resolve(found, { id: found.id, choice: 'acknowledge', by: 'anna', given: {} })
    await bench.door.apply(shown({ channel: 'stream' }))
    expect([bench.files.open, bench.files.holdsBack('AAPL')]).toEqual([[], false])
  })
})

describe('an order that the venue had shown', () => {
  it('and that has ended is no case when an older word comes late', async () => {
    const bench = await AccountBench.open()
    const order = await bench.send()
    await bench.door.apply(reportOf(order.clientOrderId, 'cancelled'))
    await bench.door.apply(shown({ channel: 'stream' }))
    expect([bench.status(order), bench.files.open]).toEqual(['cancelled', []])
  })
})
