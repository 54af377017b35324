import { describe, expect, it } from 'vitest'
import { AccountLease, LEASE_MS } from '../../../src/flow/execution/account-lease.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { T0 } from '../../support/orders.ts'
import { unreachable } from '../../support/scripted-gateway.ts'

/** Two clocks that need not agree. */
function aLease() {
  const time = { wall: T0, monotonic: 0 }
  const lease = new AccountLease({ now: () => time.wall, monotonic: () => time.monotonic })
  const pass = (ms: number): void => {
    time.wall += ms
    time.monotonic += ms
  }
  return { lease, time, pass }
}

describe('a lease (I-36)', () => {
  it('has run out before the next owner counts on it', () => {
    const { lease, pass } = aLease()
    pass(LEASE_MS - 1_001)
    expect(lease.holds).toBe(true)
    pass(1)
    expect(lease.holds).toBe(false)
  })
  it('counts from before the commit that confirmed it was asked for', () => {
    const { lease, pass } = aLease()
    pass(8_000)
    const asked = lease.mark()
    pass(5_000)
    lease.confirm(asked)
    expect(lease.holds).toBe(true)
    pass(4_000)
    expect(lease.holds).toBe(false)
  })
  it('runs out when either clock says so', () => {
    const asleep = aLease()
    asleep.time.wall += LEASE_MS
    expect(asleep.lease.holds).toBe(false)
    const setBack = aLease()
    setBack.time.wall -= 3_600_000
    setBack.time.monotonic += LEASE_MS
    expect(setBack.lease.holds).toBe(false)
  })
  it('an answer that overtook another takes nothing back', () => {
    const { lease, pass } = aLease()
    const early = lease.mark()
    pass(5_000)
    lease.confirm(lease.mark())
    lease.confirm(early)
    pass(5_000)
    expect(lease.holds).toBe(true)
  })
})

describe('an order that was about to leave when its daemon was paused', () => {
  it('asks the store again, and leaves once the store says that the account is still ours', async () => {
    const bench = await AccountBench.open()
    bench.holdsLease = false
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await bench.time.pass(0)
    expect(bench.gateway.wire).toEqual([])
    bench.holdsLease = true
    await bench.time.pass(1_000)
    await sent
    expect(await bench.life(order)).toBe('created submitting submitting submitted accepted')
    expect(bench.gateway.wire).toHaveLength(1)
  })
  it('never leaves once another owner is there', async () => {
    const bench = await AccountBench.open()
    bench.holdsLease = false
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable).catch((error: unknown) => error)
    await bench.time.pass(0)
    await bench.store.openAccount('paper')
    bench.holdsLease = true
    await bench.time.pass(1_000)
    expect(await sent).toMatchObject({ name: 'LeaseLost' })
    expect(bench.gateway.wire).toEqual([])
  })
})

describe('an order that is proven unsent when the daemon stops', () => {
  it('stays marked: it was taken, and the next run sees it through (I-38)', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => {
      bench.gate.close('stopping')
      return undefined
    }
    const order = await bench.send()
    expect(await bench.life(order)).toBe('created submitting')
    expect(bench.gateway.wire).toEqual([])
  })
  it('stays so too when it waits to be tried again, and holds the stop up no longer', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => unreachable
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await bench.time.pass(0)
    bench.gate.close('stopping')
    expect(bench.submitter.inFlight).toBe(1)
    bench.submitter.wake()
    await sent
    expect([await bench.life(order), bench.submitter.inFlight]).toEqual(['created submitting', 0])
  })
  it('stays in doubt when it is the store that cannot be trusted', async () => {
    const bench = await AccountBench.open()
    bench.gateway.beforeWire = () => {
      bench.gate.close('store')
      return undefined
    }
    expect(await bench.life(await bench.send())).toBe('created submitting')
  })
})
