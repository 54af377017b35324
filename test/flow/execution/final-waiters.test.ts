import { describe, expect, it } from 'vitest'
import { evolveAll } from '../../../src/core/evolve.ts'
import type { Order } from '../../../src/core/order.ts'
import { FinalWaiters } from '../../../src/flow/execution/final-waiters.ts'
import { HandTime } from '../../support/hand-time.ts'
import { created, eventOf, T0 } from '../../support/orders.ts'

const at = (...kinds: string[]): Order => evolveAll(undefined, [created(), ...kinds.map(eventOf)]) as Order
const sent = at('submitting')
const accepted = at('submitting', 'accepted')
const filled = at('submitting', 'accepted', 'filled')

describe('whoever waits for an order', () => {
  it('hears of its end, not of what comes before', async () => {
    const time = new HandTime(T0)
    const waiters = new FinalWaiters(time)
    const end = waiters.wait(sent.id, 60_000, 'final')
    waiters.committed(sent)
    waiters.committed(accepted)
    expect(waiters.size).toBe(1)
    waiters.committed(filled)
    expect((await end)?.status).toBe('filled')
    expect([waiters.size, time.waiting]).toEqual([0, 0])
  })
  it('until it is accepted: hears of that, or of an end that came instead', async () => {
    const waiters = new FinalWaiters(new HandTime(T0))
    const one = waiters.wait(sent.id, 60_000, 'accepted')
    waiters.committed(accepted)
    expect((await one)?.status).toBe('accepted')
    const two = waiters.wait(sent.id, 60_000, 'accepted')
    waiters.committed(at('denied'))
    expect((await two)?.status).toBe('denied')
  })
  it('hears nothing when the time is up, and is not remembered', async () => {
    const time = new HandTime(T0)
    const waiters = new FinalWaiters(time)
    const end = waiters.wait(sent.id, 1_000, 'final')
    await time.pass(1_000)
    expect(await end).toBeUndefined()
    expect(waiters.size).toBe(0)
    waiters.committed(filled)
  })
  it('is not the only one: all who wait hear of it', async () => {
    const waiters = new FinalWaiters(new HandTime(T0))
    const all = [1, 2, 3].map(() => waiters.wait(sent.id, 60_000, 'final'))
    waiters.committed(filled)
    expect((await Promise.all(all)).map((order) => order?.status)).toEqual(['filled', 'filled', 'filled'])
  })
})
