import { describe, expect, it } from 'vitest'
import { ExposureBook } from '../../../src/flow/checks/exposure-book.ts'
import { AccountCache } from '../../../src/flow/execution/account-cache.ts'
import type { VenueAccount } from '../../../src/ports/broker-gateway.ts'
import { HandTime } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'
import { ScriptedGateway, theAccount } from '../../support/scripted-gateway.ts'

function aCache() {
  const time = new HandTime(T0)
  const gateway = new ScriptedGateway()
  let reads = 0
  let power = '1000'
  gateway.onAccount = () => {
    reads += 1
    return theAccount(power)
  }
  const cache = new AccountCache(gateway, time, 5_000, () => new ExposureBook().buyCosts.mark())
  const setPower = (to: string): void => {
    power = to
  }
  return { time, gateway, cache, reads: () => reads, setPower }
}

describe('what is known of the account’s money', () => {
  it('is read once for all who ask at the same time', async () => {
    const { cache, reads } = aCache()
    await Promise.all([cache.read(), cache.read(), cache.read()])
    expect(reads()).toBe(1)
  })
  it('is believed for its lifetime and no longer', async () => {
    const { cache, reads, time } = aCache()
    await cache.read()
    time.set(T0 + 4_999)
    expect(cache.fresh?.buyingPower.toString()).toBe('1000')
    time.set(T0 + 5_000)
    expect(cache.fresh).toBeUndefined()
    await cache.read()
    expect(reads()).toBe(2)
  })
  it('is forgotten at a fill or a cancel', async () => {
    const { cache, setPower } = aCache()
    await cache.read()
    cache.invalidate()
    setPower('400')
    expect(cache.fresh).toBeUndefined()
    expect((await cache.read()).buyingPower.toString()).toBe('400')
  })
  it('forgotten during a read, that read’s answer is kept for nobody', async () => {
    const { cache, gateway, setPower } = aCache()
    const old = Promise.withResolvers<VenueAccount>()
    const normal = gateway.onAccount
    gateway.onAccount = () => old.promise
    const first = cache.read()
    cache.invalidate()
    gateway.onAccount = normal
    setPower('400')
    const second = cache.read()
    old.resolve(theAccount('1000'))
    expect((await first).buyingPower.toString()).toBe('1000')
    expect((await second).buyingPower.toString()).toBe('400')
    expect(cache.fresh?.buyingPower.toString()).toBe('400')
  })
  it('a read that fails is tried anew by the next who asks', async () => {
    const { cache, gateway } = aCache()
    const normal = gateway.onAccount
    gateway.onAccount = () => Promise.reject(new Error('no answer'))
    await expect(cache.read()).rejects.toThrow('no answer')
    gateway.onAccount = normal
    expect((await cache.read()).buyingPower.toString()).toBe('1000')
  })
})
