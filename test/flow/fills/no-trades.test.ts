import { describe, expect, it } from 'vitest'
import { brokerOrderId } from '../../../src/core/ids.ts'
import { NoTrades, toldNoTrades, toldNoTradesFact } from '../../../src/flow/fills/no-trades.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { reportOf } from '../../support/scripted-gateway.ts'

const funding = (id = 'f-1') => ({
  id,
  type: 'funding',
  at: T0,
  symbol: 'AAPL',
  brokerOrderId: brokerOrderId('b-sf-1'),
})
async function listening(bench: AccountBench): Promise<void> {
  const told = toldNoTrades(await bench.store.fact(toldNoTradesFact('paper')))
  const { journal, time: clock, log } = bench
  const noTrades = new NoTrades({ account: 'paper', told, journal, clock, log })
  bench.gateway.heedNoTrades((row) => noTrades.found(row))
}
const toldBy = (bench: AccountBench) => bench.told.filter((event) => event === 'execution.ignored')

describe('a row among the executions that is no trade (I-23)', () => {
  it('is told, in an event and in the log, and moves neither order nor position', async () => {
    const bench = await AccountBench.open()
    await listening(bench)
    const order = await bench.send()
    await bench.door.apply(reportOf(order.clientOrderId, 'working', { fills: [fillOf('4', '100')] }))
    bench.gateway.noTrade(funding())
    await settled()
    const [event] = (await bench.store.eventsAfter('paper', 0, 100)).filter((one) => one.event === 'execution.ignored')
    expect(JSON.parse(event?.line ?? '{}')).toMatchObject({
      symbol: 'AAPL',
      reason: 'no_trade',
      detail: { execution_id: 'f-1', type: 'funding', broker_order_id: 'b-sf-1' },
    })
    expect(bench.log.events).toContain('execution.ignored')
    expect([bench.now(order).filledQuantity.toString(), bench.books.position('AAPL')?.quantity.toString()]).toEqual([
      '4',
      '4',
    ])
  })
  it('is told once, however often it is listed, over a restart too', async () => {
    const bench = await AccountBench.open()
    await listening(bench)
    for (const id of ['f-1', 'f-1', 'f-2', 'f-1']) bench.gateway.noTrade(funding(id))
    await settled()
    const next = await AccountBench.open({ database: bench.database, time: bench.time })
    await listening(next)
    for (const id of ['f-1', 'f-2', 'f-3']) next.gateway.noTrade(funding(id))
    await settled()
    expect([toldBy(bench).length, toldBy(next).length]).toEqual([2, 1])
  })
})
