import { describe, expect, it } from 'vitest'
import { clientOrderId } from '../../../src/core/ids.ts'
import { quantity } from '../../../src/core/money.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'
import { fillOf } from '../../support/orders.ts'
import { reportOf, silence } from '../../support/scripted-gateway.ts'

const requested = { trigger: 'requested' } as const
const SETTLES_MS = 5_000
async function filledBench(): Promise<AccountBench> {
  const bench = await AccountBench.open()
  const order = await bench.send()
  bench.door.applyTo(order, reportOf(order.clientOrderId, 'working', { fills: [fillOf('4', '100')] }))
  bench.gateway.onExecutions = () => []
  return bench
}
const holds = (bench: AccountBench, size: string): void => {
  bench.gateway.onPositions = () => [{ symbol: 'AAPL', quantity: quantity(size) }]
}

describe('a position that differs from the venue’s (I-21, R9)', () => {
  it('is a mismatch only once it stayed for the settling time; then the symbol is held back', async () => {
    const bench = await filledBench()
    holds(bench, '7')
    const first = await bench.sync.run(requested)
    expect([first.differences.length, first.mismatches, bench.watch.isQuarantined('AAPL')]).toEqual([1, [], false])
    await bench.time.pass(SETTLES_MS - 1)
    expect(bench.findings).toEqual([])
    await bench.time.pass(SETTLES_MS)
    expect(bench.findings).toEqual(['mismatch AAPL 4 7'])
    expect([bench.watch.isQuarantined('AAPL'), bench.watch.isQuarantined('MSFT')]).toEqual([true, false])
    expect(bench.books.position('AAPL')?.quantity.toString()).toBe('4')
    expect(bench.gateway.wire).toHaveLength(1)
  })
  it('that changes meanwhile begins to settle anew', async () => {
    const bench = await filledBench()
    holds(bench, '7')
    await bench.sync.run(requested)
    await bench.time.pass(SETTLES_MS - 1)
    holds(bench, '8')
    await bench.time.pass(SETTLES_MS)
    expect(bench.findings).toEqual([])
  })
  it('is released when both agree again', async () => {
    const bench = await filledBench()
    holds(bench, '7')
    await bench.sync.run(requested)
    await bench.time.pass(2 * SETTLES_MS)
    holds(bench, '4')
    await bench.sync.run(requested)
    expect(bench.findings).toEqual(['mismatch AAPL 4 7', 'agreed AAPL'])
    expect(bench.watch.quarantined).toEqual([])
  })
  it('waits while an order of the symbol is in doubt: that may be the whole difference', async () => {
    const bench = await filledBench()
    bench.gateway.onSubmit = () => silence
    await bench.send(2)
    holds(bench, '14')
    await bench.sync.run(requested)
    await bench.time.pass(4 * SETTLES_MS)
    expect(bench.findings).toEqual([])
  })
  it('explained by an execution that we had not heard of, is none', async () => {
    const bench = await filledBench()
    holds(bench, '7')
    await bench.sync.run(requested)
    const of = { symbol: 'AAPL', side: 'buy', clientOrderId: clientOrderId('by-hand') } as const
    bench.gateway.onExecutions = () => [{ ...fillOf('3', '100', { id: 'h1' }), ...of }]
    await bench.time.pass(3 * SETTLES_MS)
    expect(bench.findings).toEqual([])
    expect(bench.watch.quarantined).toEqual([])
  })
  it('found at the start holds the symbol back from the first moment', async () => {
    const bench = await AccountBench.open()
    holds(bench, '7')
    await bench.sync.run({ trigger: 'start' })
    expect([bench.watch.quarantined, bench.findings]).toEqual([['AAPL'], []])
  })
})

describe('after a fill', () => {
  it('the venue is read once for all fills of a second, and a difference makes it look at everything', async () => {
    const bench = await filledBench()
    let reads = 0
    bench.gateway.onPositions = () => {
      reads += 1
      return [{ symbol: 'AAPL', quantity: quantity('5') }]
    }
    for (let n = 0; n < 5; n += 1) bench.watch.fillBooked()
    expect(reads).toBe(0)
    await bench.time.pass(1_000)
    await settled()
    expect([reads, bench.gateway.lists]).toEqual([1, 1])
  })
  it('an answer that does not come is no difference', async () => {
    const bench = await filledBench()
    bench.gateway.onPositions = () => {
      throw new Error('no answer')
    }
    bench.watch.fillBooked()
    await bench.time.pass(60_000)
    expect([bench.findings, bench.gateway.lists]).toEqual([[], 0])
  })
})
