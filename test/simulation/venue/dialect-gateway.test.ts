import { describe, expect, it } from 'vitest'
import type { ClientOrderId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import { seededRandom } from '../../../src/simulator/seeded-random.ts'
import { DIALECTS, type Dialect } from './dialect.ts'
import { anOrder, eager, PlainClient } from './plain-client.ts'
import { randomDialect } from './random-dialect.ts'

const { alpha, bravo, charlie, delta } = DIALECTS
const wild = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((seed) => randomDialect(seededRandom(seed)))
const all: [string, Dialect][] = [alpha, bravo, charlie, delta, ...wild].map((one, n) => [`${one.name} ${n}`, one])
const DAY_MS = 86_400_000
const SETTLED_MS = 30_000

describe.each(all)('a venue that speaks %s', (_, dialect) => {
  it('takes an order once, fills it, and tells the same on every channel', async () => {
    const client = new PlainClient(dialect)
    client.listen()
    const order = eager()
    expect((await client.submit(order)).kind).toBe('accepted')
    await client.time.pass(SETTLED_MS)
    const truth = client.onlyTruth
    expect([truth.status, truth.filled, truth.tag]).toEqual(['filled', '10', order.clientOrderId])
    const found = await client.lookUp(order)
    const report = found.kind === 'found' ? found.report : undefined
    expect([report?.status, report?.cumulativeQuantity?.toString()]).toEqual(['filled', '10'])
    expect(client.reports.at(-1)?.status).toBe('filled')
    const [held] = await client.until(client.gateway.positions())
    expect([held?.symbol, held?.quantity.toString()]).toEqual(['AAPL', '10'])
    const executions = await client.until(client.gateway.executions(0))
    expect(executions.map((one) => one.quantity.toString())).toEqual(truth.executions.map((one) => one.quantity))
    const streamed = client.reports.flatMap(({ fills }) => fills.map(({ executionId }) => `${executionId}`))
    if (dialect.namesExecutions) expect(streamed).toEqual(truth.executions.map(({ id }) => id))
    else expect(streamed).toEqual([])
  })
  it('lists what is open, whole, however small its pages are', async () => {
    const client = new PlainClient(dialect)
    for (let n = 0; n < 9; n += 1) await client.submit()
    await client.time.pass(SETTLED_MS)
    const open = await client.until(client.gateway.openOrders())
    expect(open.map(({ brokerOrderId }) => `${brokerOrderId}`)).toEqual(client.opened.human.openOrders())
    expect(open.every(({ status }) => status === 'working')).toBe(true)
    expect(await client.until(client.gateway.recentOrders(0))).toHaveLength(9)
  })
  it('calls an order off and says so', async () => {
    const client = new PlainClient(dialect)
    const order = anOrder()
    await client.submit(order)
    expect((await client.cancel(order)).kind).toBe('asked')
    await client.time.pass(SETTLED_MS)
    expect(client.onlyTruth.status).toBe('cancelled')
    expect((await client.cancel(order)).kind).toBe('already_final')
    expect(await client.lookUp(order)).toMatchObject({ kind: 'found', report: { status: 'cancelled' } })
  })
  it('refuses what breaks its rules, with a proof, and has nothing of it', async () => {
    const client = new PlainClient(dialect)
    const broken = [
      anOrder({ symbol: 'NOSUCH' }),
      anOrder({ quantity: quantity('0.5') }),
      anOrder({ limitPrice: price('150.001') }),
      anOrder({ quantity: quantity('100000000') }),
    ]
    for (const order of broken) {
      expect(await client.submit(order)).toMatchObject({ kind: 'refused', proof: expect.stringContaining('.ts') })
    }
    expect(client.truth).toEqual([])
  })
  it('says absent of what never came', async () => {
    const client = new PlainClient(dialect)
    expect(await client.lookUp(anOrder())).toEqual({ kind: 'absent' })
    expect(await client.until(client.gateway.quote('NOSUCH'))).toBeUndefined()
    expect(await client.until(client.gateway.instrument('NOSUCH'))).toBeUndefined()
  })
  it('tells its time as closely as it says, and nothing of a clock it does not show', async () => {
    const client = new PlainClient(dialect)
    const told: (number | undefined)[] = []
    client.gateway.heedAnswers?.(({ venueTime }) => told.push(venueTime?.withinMs))
    await client.submit()
    expect(told).toEqual([{ to_the_millisecond: 0, to_the_second: 1_000, never: undefined }[dialect.tellsTime]])
  })
  it('never shows the tag', async () => {
    const client = new PlainClient(dialect)
    client.listen()
    const order = eager()
    await client.submit(order)
    await client.time.pass(SETTLED_MS)
    await client.lookUp(order)
    const shown = [...client.bytesOut, ...client.bytesIn].some((bytes) => bytes.includes(order.clientOrderId))
    expect(shown).toBe(dialect.resendClass !== 'D')
  })
  it('is a function of its seed: the same bytes twice, and others with another', async () => {
    const life = async (seed: string): Promise<string> => {
      const client = new PlainClient(dialect, undefined, seed)
      client.listen()
      const order = eager({ clientOrderId: 'sf-abc123-same01' as ClientOrderId })
      await client.submit(order)
      await client.time.pass(SETTLED_MS)
      await client.lookUp(order)
      return client.bytesIn.join('\n')
    }
    expect(await life('7')).toBe(await life('7'))
    expect(await life('7')).not.toBe(await life('8'))
  })
})

describe('a repeated client order id (I-01)', () => {
  const twice = async (dialect: Dialect, apartMs: number, order = anOrder()) => {
    const client = new PlainClient(dialect)
    await client.submit(order)
    await client.time.pass(apartMs)
    return { second: await client.submit(order), orders: client.truth.length }
  }
  it('is refused for ever by class A', async () => {
    expect(await twice(alpha, DAY_MS)).toMatchObject({ second: { kind: 'duplicate_id' }, orders: 1 })
  })
  it('is refused by class B on the same day and makes another order on the next', async () => {
    expect(await twice(bravo, 1_000)).toMatchObject({ second: { kind: 'duplicate_id' }, orders: 1 })
    expect(await twice(bravo, DAY_MS)).toMatchObject({ second: { kind: 'accepted' }, orders: 2 })
  })
  it('makes another order at class C, at once or once the first is over', async () => {
    expect(await twice(charlie, 0)).toMatchObject({ second: { kind: 'accepted' }, orders: 2 })
    const whileOpen: Dialect = { ...charlie, clientId: { ...charlie.clientId, enforced: 'while_open' } }
    expect(await twice(whileOpen, 0)).toMatchObject({ second: { kind: 'duplicate_id' }, orders: 1 })
    expect(await twice(whileOpen, SETTLED_MS, eager())).toMatchObject({ second: { kind: 'accepted' }, orders: 2 })
  })
  it('does not exist at class D', async () => {
    expect(await twice(delta, 0)).toMatchObject({ second: { kind: 'accepted' }, orders: 2 })
  })
})

describe('somebody at the site', () => {
  it('places, changes and cancels, with no tag, and every channel tells of it', async () => {
    const client = new PlainClient(alpha)
    client.listen()
    const { human } = client.opened
    const id = human.place({ symbol: 'MSFT', side: 'buy', quantity: '3', limitPrice: '300' })
    await client.time.pass(2_000)
    expect(human.modify(id, { quantity: '5', limitPrice: '301' })).toBe(true)
    expect(client.reports.at(-1)?.limitPrice?.toString()).toBe('301')
    expect(human.cancel(id)).toBe(true)
    await client.time.pass(2_000)
    expect(human.cancel(id)).toBe(false)
    expect(client.onlyTruth).toMatchObject({ status: 'cancelled', quantity: '5', limitPrice: '301' })
    expect(client.onlyTruth.tag).toBeUndefined()
  })
  it('may have used one of our ids first', async () => {
    const client = new PlainClient(alpha)
    const order = anOrder()
    client.opened.human.place({ ...MSFT, clientOrderId: order.clientOrderId })
    expect((await client.submit(order)).kind).toBe('duplicate_id')
  })
})
const MSFT = { symbol: 'MSFT', side: 'buy', quantity: '3', limitPrice: '300' } as const
