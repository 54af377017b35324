import { describe, expect, it } from 'vitest'
import { price } from '../../../src/core/money.ts'
import { MAX_RETRY_AFTER_MS } from '../../../src/core/retry-policy.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import { DIALECTS, type Dialect } from './dialect.ts'
import { anOrder, eager, PlainClient, ScriptedFaults, type Strike } from './plain-client.ts'

const { alpha, bravo, charlie, delta } = DIALECTS
type Script = Partial<Record<FaultId, Strike>>
const clientOf = (script: Script, dialect: Dialect = alpha): PlainClient =>
  new PlainClient(dialect, new ScriptedFaults(script))
const LONG_MS = 120_000

describe('a submit at a venue that misbehaves', () => {
  it.each<[string, Script, string, number]>([
    ['F-34: silent, and never taken', { 'F-34': { draws: { way: 0 } } }, 'unknown', 0],
    ['F-34: silent, and taken at once', { 'F-34': { draws: { way: 0.5 } } }, 'unknown', 1],
    ['F-37: given up before it was taken', { 'F-37': { draws: { when: 0 } } }, 'unknown', 0],
    ['F-37: given up after it was taken', { 'F-37': { draws: { when: 0.9 } } }, 'unknown', 1],
    ['F-38: a no that is none', { 'F-38': { draws: { form: 0.9 } } }, 'unknown', 1],
    ['F-38: a no that is none, from something in front', { 'F-38': { draws: { form: 0 } } }, 'unknown', 1],
    ['F-39: its id is taken, by itself', { 'F-39': {} }, 'duplicate_id', 1],
    ['F-40: 200 with an error in it', { 'F-40': { draws: { form: 0 } } }, 'unknown', 1],
    ['F-40: 200 with nothing in it', { 'F-40': { draws: { form: 0.6 } } }, 'unknown', 1],
    ['F-40: 200 with a page in it', { 'F-40': { draws: { form: 0.9 } } }, 'unknown', 1],
    ['F-41: the session is over', { 'F-41': {} }, 'refused', 0],
    ['F-42: too many', { 'F-42': {} }, 'refused', 0],
    ['F-43: cut off', { 'F-43': { draws: { cut: 0.99 } } }, 'unknown', 1],
    ['F-44: a field nobody knows', { 'F-44': { draws: { form: 0 } } }, 'accepted', 1],
    ['F-44: a number for a text', { 'F-44': { draws: { form: 0.3 } } }, 'unknown', 1],
    ['F-44: null', { 'F-44': { draws: { form: 0.5 } } }, 'unknown', 1],
    ['F-44: a key twice', { 'F-44': { draws: { form: 0.7 } } }, 'unknown', 1],
    ['F-44: a key that reaches for a prototype', { 'F-44': { draws: { form: 0.9 } } }, 'unknown', 1],
  ])('%s', async (_, script, outcome, taken) => {
    const client = clientOf(script)
    expect((await client.submit()).kind).toBe(outcome)
    expect(client.truth).toHaveLength(taken)
  })
  it('F-34: silent, and taken long after the time-out, within the settling time', async () => {
    const client = clientOf({ 'F-34': { draws: { way: 0.9, late: 0.99 } } }, charlie)
    expect((await client.submit()).kind).toBe('unknown')
    expect(client.truth).toHaveLength(0)
    await client.time.pass(charlie.settlesMs)
    expect(client.onlyTruth.acceptedAt - client.time.now()).toBeLessThan(-charlie.settlesMs / 2)
  })
  it.each([alpha, charlie, delta])('F-46: the answer of another order is none of ours ($name)', async (dialect) => {
    const client = clientOf({ 'F-46': { after: 0 } }, dialect)
    expect((await client.submit(anOrder({ symbol: 'MSFT', limitPrice: price('300') }))).kind).toBe('accepted')
    expect((await client.submit()).kind).toBe('unknown')
    expect(client.truth).toHaveLength(2)
  })
  it('F-51: a word nobody knows stays unknown, and passes', async () => {
    const client = clientOf({ 'F-51': { draws: { word: 0, long: 0.5 } } })
    const order = anOrder()
    expect(await client.submit(order)).toMatchObject({ report: { status: 'unknown', rawStatus: 'under_review' } })
    await client.time.pass(LONG_MS)
    expect(await client.lookUp(order)).toMatchObject({ report: { status: 'working' } })
  })
  it('F-78: is overtaken by the stream', async () => {
    const client = clientOf({ 'F-78': {} }, bravo)
    client.listen()
    await client.submit()
    expect(client.sequence[0]).toBe('frame')
  })
  it('F-41: nobody is let in for a while, and then everybody', async () => {
    const client = clientOf({ 'F-41': { draws: { long: 0.2 } } })
    await client.submit()
    await expect(client.until(client.gateway.openOrders())).rejects.toThrow('401')
    await client.time.pass(LONG_MS)
    expect(await client.until(client.gateway.openOrders())).toEqual([])
  })
  it.each([
    ['seconds', 0.15, 7_000],
    ['a date', 0.26, 3_000],
    ['nothing to wait for', 0.4, undefined],
    ['less than nothing', 0.55, undefined],
    ['an age', 0.7, undefined],
    ['no number', 0.8, undefined],
    ['no wait at all', 0.95, undefined],
  ])('F-42: a read that is too many names %s', async (_, after, waitMs) => {
    const client = clientOf({ 'F-42': { draws: { after } } })
    const error = await client.until(client.gateway.openOrders()).catch((thrown: unknown) => thrown)
    const { retryAfterMs = 0 } = error as { readonly retryAfterMs?: number }
    expect(error).toMatchObject({ kind: 'rate_limit' })
    if (waitMs === undefined) expect(retryAfterMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS)
    else expect(Math.abs(retryAfterMs - waitMs)).toBeLessThan(1_000)
  })
})

describe('a cancel at a venue that misbehaves', () => {
  it.each<[string, Script, string, boolean]>([
    ['F-57: no answer and no effect', { 'F-57': { draws: { way: 0 } } }, 'unknown', false],
    ['F-57: no answer, and off', { 'F-57': { draws: { way: 0.9 } } }, 'unknown', true],
    ['F-58: the order is not there', { 'F-58': {} }, 'absent', false],
    ['F-37: given up before', { 'F-37': { after: 1, draws: { when: 0 } } }, 'unknown', false],
    ['F-37: given up after', { 'F-37': { after: 1, draws: { when: 0.9 } } }, 'unknown', true],
    ['F-42: too many', { 'F-42': { after: 1 } }, 'refused', false],
    ['F-40: a hollow yes', { 'F-40': { after: 1 } }, 'unknown', true],
  ])('%s', async (_, script, outcome, isOff) => {
    const client = clientOf(script)
    const order = anOrder()
    await client.submit(order)
    expect((await client.cancel(order)).kind).toBe(outcome)
    await client.time.pass(2_000)
    expect(client.onlyTruth.status).toBe(isOff ? 'cancelled' : 'working')
  })
  it('F-55: the market is quicker', async () => {
    const client = clientOf({ 'F-55': { draws: { part: 0 } } })
    const order = anOrder()
    await client.submit(order)
    await client.cancel(order)
    await client.time.pass(2_000)
    expect(client.onlyTruth).toMatchObject({ status: 'filled', filled: '10' })
  })
  it.each([
    ['some of the rest', 0.9, 'cancelled', '5'],
    ['all of the rest', 0, 'filled', '10'],
  ])('F-56: an execution of %s after the order was said to be over', async (_, part, status, filled) => {
    const client = clientOf({ 'F-56': { draws: { part } } })
    client.listen()
    const order = anOrder()
    await client.submit(order)
    await client.cancel(order)
    await client.time.pass(1_000)
    expect(client.reports.at(-1)?.status).toBe('cancelled')
    await client.time.pass(LONG_MS)
    expect(client.onlyTruth).toMatchObject({ status, filled })
    expect(client.reports.at(-1)?.fills).toHaveLength(1)
  })
})

describe('the life of an order at a venue where things go wrong', () => {
  it.each<[string, Script, object]>([
    ['F-54: the rest is called off', { 'F-54': { draws: { end: 0 } } }, { status: 'cancelled' }],
    ['F-54: the rest runs out', { 'F-54': { draws: { end: 0.9 } } }, { status: 'expired' }],
    ['F-59: more than was asked for', { 'F-59': {} }, { status: 'filled', filled: '11' }],
    ['F-65: refused after all', { 'F-65': {} }, { status: 'rejected', filled: '0' }],
  ])('%s', async (_, script, end) => {
    const client = clientOf(script)
    await client.submit(eager())
    await client.time.pass(LONG_MS)
    expect(client.onlyTruth).toMatchObject(end)
    if ('F-54' in script) expect(Number(client.onlyTruth.filled)).toBeGreaterThan(0)
  })
  it('F-59: an execution of nothing is told and is in no list', async () => {
    const client = clientOf({ 'F-59': { after: 1, draws: { sign: 0.9 } } })
    client.listen()
    await client.submit(eager())
    await client.time.pass(LONG_MS)
    const told = client.reports.flatMap(({ fills }) => fills.map(({ quantity }) => quantity.sign))
    expect(told).toContain(-1)
    const listed = await client.until(client.gateway.executions(0))
    expect(listed.every(({ quantity }) => quantity.isPositive)).toBe(true)
  })
  it.each([
    ['undone', 0, '0'],
    ['put right in price', 0.6, undefined],
    ['put right in quantity', 0.9, undefined],
  ])('F-60: an execution is %s, and position and order follow', async (_, kind, quantity) => {
    const client = clientOf({ 'F-60': { draws: { kind, wait: 0.1 } } })
    await client.submit(eager())
    await client.time.pass(LONG_MS)
    const { executions, filled } = client.onlyTruth
    const amended = executions.find(({ busted }) => busted)
    if (quantity !== undefined) expect(amended?.quantity).toBe(quantity)
    expect(amended).toBeDefined()
    expect(executions.reduce((sum, one) => sum + Number(one.quantity), 0)).toBe(Number(filled))
    expect(client.opened.venue.truth.positions.get('AAPL')).toBe(filled === '0' ? undefined : filled)
  })
  it('F-64: a broker id comes again, never while its order may still be asked for', async () => {
    const client = clientOf({ 'F-64': { times: 9 } }, bravo)
    const [first, second, third] = [eager(), eager(), eager()]
    await client.submit(first)
    await client.submit(second)
    expect(new Set(client.truth.map(({ brokerOrderId }) => brokerOrderId)).size).toBe(2)
    await client.time.pass(200_000)
    await client.submit(third)
    expect(client.truth.map(({ brokerOrderId }) => brokerOrderId)).toEqual(['1', '2', '1'])
    expect(await client.lookUp(third)).toMatchObject({ report: { clientOrderId: third.clientOrderId } })
  })
  it('F-66: money that was no trade is in the list and no execution', async () => {
    const client = clientOf({ 'F-66': { times: 99 } })
    await client.submit(anOrder())
    expect(await client.until(client.gateway.executions(0))).toEqual([])
    expect(client.bytesIn.at(-1)).toContain('"type":"funding"')
  })
})

describe('a stream that misbehaves', () => {
  const streamed = async (script: Script, dialect: Dialect = alpha): Promise<PlainClient> => {
    const client = clientOf(script, dialect)
    client.listen()
    await client.submit(eager())
    await client.time.pass(LONG_MS)
    return client
  }
  const words = (client: PlainClient): string[] =>
    client.reports.map(({ status, cumulativeQuantity }) => `${status} ${cumulativeQuantity}`)

  it('F-71: says a thing up to six times', async () => {
    const client = await streamed({ 'F-71': { draws: { copies: 0.99 } } })
    expect(words(client).slice(0, 6)).toEqual(Array(6).fill('working 0'))
  })
  it('F-71: tells the whole day again to whoever comes', async () => {
    const quiet = await streamed({})
    const client = clientOf({ 'F-71': {} })
    await client.submit(eager())
    await client.time.pass(LONG_MS)
    client.listen()
    expect(words(client)).toEqual(words(quiet))
  })
  it('F-72: tells in another order', async () => {
    const client = await streamed({ 'F-72': {} })
    const told = client.reports.map(({ cumulativeQuantity }) => Number(cumulativeQuantity))
    expect(told[0]).toBeGreaterThan(0)
    expect(told[1]).toBe(0)
  })
  it('F-73: leaves one out', async () => {
    const [whole, less] = [await streamed({}), await streamed({ 'F-73': { after: 1 } })]
    expect(words(less)).toEqual(words(whole).filter((_, n) => n !== 1))
  })
  it('F-53: goes back to what was', async () => {
    const client = await streamed({ 'F-53': { after: 1, draws: { wait: 0.9 } } })
    const told = client.reports.map(({ cumulativeQuantity }) => Number(cumulativeQuantity))
    expect(told.at(-1)).toBeLessThan(10)
    expect(client.onlyTruth.filled).toBe('10')
  })
  it('F-52: calls a filled order cancelled', async () => {
    expect(words(await streamed({ 'F-52': {} })).slice(-2)).toEqual(['filled 10', 'cancelled 10'])
  })
  it('F-89: begins with a picture of what was told before', async () => {
    const client = clientOf({ 'F-89': {} })
    await client.submit(eager())
    await client.time.pass(LONG_MS)
    client.listen()
    expect(words(client)).toEqual(['filled 10'])
    expect(client.reports[0]?.fills).toHaveLength(client.onlyTruth.executions.length)
  })
  it('F-82: is ahead of REST for minutes', async () => {
    const client = clientOf({ 'F-82': { draws: { long: 0.9 } } })
    client.listen()
    const order = eager()
    await client.submit(order)
    await client.time.pass(25_000)
    expect(client.reports.at(-1)?.status).toBe('filled')
    expect(await client.lookUp(order)).toMatchObject({ report: { status: 'working' } })
    await client.time.pass(LONG_MS)
    expect(await client.lookUp(order)).toMatchObject({ report: { status: 'working' } })
    await client.time.pass(300_000)
    expect(await client.lookUp(order)).toMatchObject({ report: { status: 'filled' } })
  })
})

describe('reads that lie', () => {
  it('F-83: an order is on one face and not yet on another', async () => {
    const client = clientOf({ 'F-83': { draws: { point: 0.9 } } }, { ...alpha, settlesMs: 200_000 })
    const order = anOrder()
    await client.submit(order)
    expect(await client.lookUp(order)).toEqual({ kind: 'absent' })
    expect(await client.until(client.gateway.openOrders())).toHaveLength(1)
    await client.time.pass(60_000)
    expect((await client.lookUp(order)).kind).toBe('found')
  })
  it('F-84: a list is old, and the next one is not', async () => {
    const client = clientOf({ 'F-84': {} })
    await client.submit()
    const lists = [await client.until(client.gateway.openOrders()), await client.until(client.gateway.openOrders())]
    expect(lists.map(({ length }) => length)).toEqual([0, 1])
  })
  it.each([
    ['again is counted once', 0, 3],
    ['not at all is missed, and the list read anew', 0.9, 5],
  ])('F-85: a row that comes %s', async (_, direction, requests) => {
    const client = clientOf({ 'F-85': { draws: { direction } } }, { ...alpha, pageSize: 2 })
    for (let n = 0; n < 5; n += 1) await client.submit()
    const asked = client.bytesOut.length
    const open = await client.until(client.gateway.openOrders())
    expect(open.map(({ brokerOrderId }) => `${brokerOrderId}`)).toEqual(client.opened.human.openOrders())
    expect(client.bytesOut.length - asked).toBe(requests)
  })
  it('F-85: a list that never holds still is an error, never a part of one', async () => {
    const client = clientOf({ 'F-85': { times: 10_000, draws: { direction: 0.9 } } }, { ...alpha, pageSize: 2 })
    for (let n = 0; n < 5; n += 1) await client.submit()
    await expect(client.until(client.gateway.openOrders())).rejects.toThrow('would not hold still')
  })
  it('F-87: positions have not heard of the last execution', async () => {
    const client = clientOf({ 'F-87': { draws: { behind: 0.99 } } })
    await client.submit(eager())
    await client.time.pass(20_000)
    expect(await client.until(client.gateway.positions())).toEqual([])
    expect(await client.until(client.gateway.positions())).toHaveLength(1)
  })
  it('end all at once when the venue is healed', async () => {
    const client = clientOf({ 'F-83': { times: 3 }, 'F-41': { after: 3 } }, charlie)
    const order = anOrder()
    await client.submit(order)
    expect((await client.lookUp(order)).kind).toBe('absent')
    client.opened.heal()
    await client.time.pass(charlie.lags.point)
    expect((await client.lookUp(order)).kind).toBe('found')
  })
})
