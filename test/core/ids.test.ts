import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientOrderIdFor, installationTag, newOrderId, ownerOf, type SendIdentity } from '../../src/core/ids.ts'

const identity: SendIdentity = { installation: 'i1', account: 'paper', signalId: 'sig-1', leg: 1, generation: 1 }
const id = (over: Partial<SendIdentity> = {}, maxLength = 64): string =>
  clientOrderIdFor({ ...identity, ...over }, { maxLength })

describe('an order id', () => {
  const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  it('is a UUID of version 7 that begins with its time', () => {
    const at = Date.UTC(2026, 2, 2, 15)
    const made = newOrderId(at, () => 0.999999)
    expect(made).toMatch(UUID_V7)
    expect(Number.parseInt(made.replaceAll('-', '').slice(0, 12), 16)).toBe(at)
  })
  it('is well formed at every time and for every draw, and sorts by time', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const time = fc.integer({ min: 0, max: 2 ** 47 })
    fc.assert(
      fc.property(time, time, draw, (a, b, chance) => {
        const [one, two] = [newOrderId(a, () => chance), newOrderId(b, () => 0)]
        expect(one).toMatch(UUID_V7)
        if (a !== b) expect(one < two).toBe(a < b)
      }),
    )
  })
})

describe('a client order id', () => {
  it('is a function of what it identifies: the same signal meets itself at the venue', () => {
    expect(id()).toBe(id())
    expect(id()).toMatch(/^sf-[0-9a-z]{26}$/)
  })
  it.each<[string, Partial<SendIdentity>]>([
    ['another installation', { installation: 'i2' }],
    ['another account', { account: 'live' }],
    ['another signal', { signalId: 'sig-2' }],
    ['another leg', { leg: 2 }],
    ['another generation', { generation: 2 }],
  ])('%s is another id', (_what, over) => expect(id(over)).not.toBe(id()))
  it('no two identities share one by the way they are written', () => {
    expect(id({ account: 'a', signalId: 'b:c' })).not.toBe(id({ account: 'a:b', signalId: 'c' }))
    expect(id({ leg: 1, generation: 11 })).not.toBe(id({ leg: 11, generation: 1 }))
  })
  it('fits the venue, and one that cannot hold it is refused', () => {
    for (const maxLength of [17, 20, 36, 64]) expect(id({}, maxLength).length).toBeLessThanOrEqual(maxLength)
    expect(() => id({}, 16)).toThrow('its own rule')
  })
  it('a hundred thousand signals make a hundred thousand ids, at the shortest length too', () => {
    const ids = new Set<string>()
    for (let n = 0; n < 100_000; n += 1) ids.add(id({ signalId: `sig-${n}` }, 20))
    expect(ids.size).toBe(100_000)
  })
  it('shows whose it is', () => {
    expect(ownerOf(id(), 'i1')).toBe('ours')
    expect(ownerOf(id({ installation: 'i2' }), 'i1')).toBe('another_installation')
    expect(ownerOf('web-17', 'i1')).toBe('foreign')
    expect(ownerOf('sf-', 'i1')).toBe('another_installation')
    expect(id().startsWith(`sf-${installationTag('i1')}`)).toBe(true)
  })
})
