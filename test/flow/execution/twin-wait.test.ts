import { describe, expect, it } from 'vitest'
import { price } from '../../../src/core/money.ts'
import type { OrderDraft } from '../../../src/core/order.ts'
import { TwinWait } from '../../../src/flow/execution/twin-wait.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { CLASS_D } from '../../support/resend-classes.ts'
import { silence } from '../../support/scripted-gateway.ts'

const MAX_MS = 30_000
async function oneInDoubt() {
  const bench = await AccountBench.open({ capabilities: CLASS_D })
  bench.gateway.onSubmit = () => silence
  const first = await bench.send(1)
  const free: string[] = []
  const twins = new TwinWait({
    books: bench.books,
    clock: bench.time,
    timers: bench.time,
    maxQueueAgeMs: MAX_MS,
    onFree: ({ id }) => free.push(id),
  })
  bench.onChange = (after) => twins.changed(after)
  const next = (over: Partial<OrderDraft> = {}) => bench.take(2, over).order
  return { bench, first, twins, free, next }
}

describe('an order just like one that is in doubt', () => {
  it('waits, and goes when the doubt is settled', async () => {
    const { bench, first, twins, free, next } = await oneInDoubt()
    const second = next()
    expect(twins.holds(second)).toBe(true)
    const absent = { kind: 'fail', code: 'submit.absent', reason: 'x', proof: 'absent_after_settling' } as const
    await bench.books.apply(first, absent, bench.time.now())?.durable
    expect(free).toEqual([second.id])
    expect(twins.holds(second)).toBe(false)
  })
  it.each([
    ['price', { limitPrice: price('102') }],
    ['side', { side: 'sell' }],
    ['symbol', { symbol: 'MSFT' }],
  ] as const)('does not wait when its %s is another', async (_what, over) => {
    const { twins, next } = await oneInDoubt()
    expect(twins.holds(next(over))).toBe(false)
  })
  it('is denied when it has waited for as long as an order may', async () => {
    const { bench, twins, free, next } = await oneInDoubt()
    const second = next()
    twins.holds(second)
    await bench.time.pass(MAX_MS)
    expect(bench.now(second)).toMatchObject({ status: 'denied', reason: 'rate.queue_age' })
    expect([free, bench.time.waiting - 1]).toEqual([[], 0])
  })
})
