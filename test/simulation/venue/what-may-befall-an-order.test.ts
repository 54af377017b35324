import { describe, expect, it } from 'vitest'
import { price } from '../../../src/core/money.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import { DIALECTS, type Dialect } from './dialect.ts'
import { anOrder, PlainClient, ScriptedFaults, type Strike } from './plain-client.ts'

const { alpha, delta } = DIALECTS
type Script = Partial<Record<FaultId, Strike>>
const clientOf = (script: Script, dialect: Dialect = alpha): PlainClient =>
  new PlainClient(dialect, new ScriptedFaults(script))
const LONG_MS = 120_000
const resting = () => anOrder({ limitPrice: price('150') })

describe('what may befall an order at a venue', () => {
  it('F-63: the venue puts one of its own beside it, the other way, without our id', async () => {
    const client = clientOf({ 'F-63': { draws: { wait: 0.1 } } })
    await client.submit(resting())
    await client.time.pass(LONG_MS)
    const [mine, child] = client.truth
    expect(mine).toMatchObject({ side: 'buy' })
    expect(child).toMatchObject({ side: 'sell' })
    expect(child).not.toHaveProperty('tag')
    expect(child).not.toHaveProperty('clientOrderId')
  })

  it.each([
    ['charged for', 0, '0.35 USD'],
    ['paid for', 0.3, '-0.02 USD'],
    ['charged for in another currency', 0.9, '0.0007 BTC'],
  ])('F-67: its executions are %s', async (_, fee, told) => {
    const client = clientOf({ 'F-67': { draws: { fee } } })
    await client.submit(anOrder({ limitPrice: price('300') }))
    await client.time.pass(LONG_MS)
    const [first] = await client.until(client.gateway.executions(0))
    expect(`${first?.commission} ${first?.commissionCurrency}`).toBe(told)
  })

  it('F-68: it lies outside the band, and was never taken', async () => {
    const client = clientOf({ 'F-68': {} })
    expect(await client.submit()).toMatchObject({ kind: 'refused', reason: 'outside the price band' })
    expect(client.truth).toHaveLength(0)
  })

  it('F-69: the session that it was taken for ends soon', async () => {
    const client = clientOf({ 'F-69': { draws: { next: 0.9, end: 0.5 } } })
    await client.submit({ ...resting(), timeInForce: 'day' })
    expect(client.onlyTruth.status).toBe('working')
    await client.time.pass(LONG_MS)
    expect(client.onlyTruth.status).toBe('expired')
  })

  it('F-86: once it is over who asks by name is told that there is none, and the history has it', async () => {
    const client = clientOf({ 'F-86': {} })
    const order = anOrder({ limitPrice: price('300') })
    await client.submit(order)
    await client.time.pass(LONG_MS)
    expect(client.onlyTruth.status).toBe('filled')
    expect(await client.lookUp(order)).toEqual({ kind: 'absent' })
    expect(await client.until(client.gateway.recentOrders(0))).toHaveLength(1)
  })

  it.each<[string, Script]>([
    ['F-30: a time that is no time', { 'F-30': { draws: { false: 0.9, form: 0.99 } } }],
    ['F-31: a second that no clock has', { 'F-31': { draws: { form: 0.4 } } }],
  ])('%s is no answer, and not a wrong one', async (_, script) => {
    const client = clientOf(script)
    const order = resting()
    expect((await client.submit(order)).kind).toBe('unknown')
    expect((await client.lookUp(order)).kind).toBe('found')
  })

  it('F-30: the same time in another zone is the same time', async () => {
    const client = clientOf({ 'F-30': { draws: { false: 0.9, form: 0.4 } } })
    const now = client.time.now()
    const outcome = await client.submit(resting())
    const takenAt = outcome.kind === 'accepted' ? outcome.report.takenAt : undefined
    expect(Math.abs((takenAt ?? 0) - now)).toBeLessThan(1_000)
  })

  it.each([alpha, delta])('F-88: what may be spent is what it was before ($name)', async (dialect) => {
    const client = clientOf({ 'F-88': {} }, dialect)
    const before = await client.until(client.gateway.account())
    await client.submit(anOrder({ limitPrice: price('300') }))
    await client.time.pass(LONG_MS)
    expect((await client.until(client.gateway.account())).buyingPower.equals(before.buyingPower)).toBe(true)
    expect((await client.until(client.gateway.account())).buyingPower.equals(before.buyingPower)).toBe(false)
  })

  it('F-90: there is no price', async () => {
    const client = clientOf({ 'F-90': { draws: { way: 0.9 } } })
    expect(await client.until(client.gateway.quote('AAPL'))).toBeUndefined()
    expect(await client.until(client.gateway.quote('AAPL'))).toBeDefined()
  })

  it('F-125: a reason that wants to be read as something else is read as a reason', async () => {
    const client = clientOf({ 'F-68': {}, 'F-125': { draws: { text: 0.3 } } })
    expect(await client.submit()).toMatchObject({ kind: 'refused', reason: 'gone\r\n{"event":"order.filled","seq":1}' })
  })
})
