import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { CommitHost } from '../../../src/adapters/stores/sqlite/commit-host.ts'
import { inlineHost } from '../../../src/adapters/stores/sqlite/inline-host.ts'
import { openSqliteStore } from '../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { parseJsonText } from '../../../src/core/json-text.ts'
import { quantity } from '../../../src/core/money.ts'
import type { Order } from '../../../src/core/order.ts'
import { LeaseLost } from '../../../src/flow/execution/account-lease.ts'
import type { SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import type { Admission } from '../../../src/ports/order-commands.ts'
import { assembleTrading } from '../../../src/wiring/assemble-trading.ts'
import { HandTime, KeptLog, settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { accepted, reportOf, ScriptedGateway, silence, theAccount, theQuote } from '../../support/scripted-gateway.ts'

/** Goes on from floor to floor: chance does not repeat itself in the next run of a daemon. */
let draws = 0

/** A whole floor over a disk that can fail and a broker that does as it is told. */
async function aFloor({ database = new DatabaseSync(':memory:'), time = new HandTime(T0) } = {}) {
  const gateway = new ScriptedGateway()
  gateway.onAccount = () => theAccount('1000000')
  gateway.onQuote = (symbol) => ({ ...theQuote(symbol), time: time.now(), receivedAt: time.now() })
  const log = new KeptLog()
  const disk = { fails: false, isLost: false }
  const fatal: unknown[] = []
  const loaded = loadConfig({ env: {}, readFile: () => undefined })
  if (loaded instanceof Error) throw loaded
  const inline = inlineHost(database, { defer: (run) => run() })
  const full = { kind: 'failed', fatal: false, message: 'the disk is full' } as const
  const host: CommitHost = {
    ...inline,
    run: (batch) => (disk.fails ? Promise.resolve(full) : inline.run(batch)),
    probe: () => (disk.fails ? Promise.resolve({ ...full, fatal: disk.isLost }) : inline.probe()),
  }
  const trading = await assembleTrading(
    loaded.config,
    {
      clock: time,
      timers: time,
      random: {
        draw: () => {
          draws = (draws + 0.618_033) % 1
          return draws
        },
      },
      log,
      haltFile: { exists: () => false },
      onFatal: (cause) => fatal.push(cause),
      openStore: () => openSqliteStore({ database, host, now: () => time.now(), newInstallation: () => 'bench' }),
      openGateway: async () => gateway,
      openSinks: async () => [],
    },
    'test',
  )
  return { ...trading, gateway, log, disk, fatal, time, database }
}

type Floor = Awaited<ReturnType<typeof aFloor>>
const started = async (): Promise<Floor> => {
  const floor = await aFloor()
  await floor.floor.start()
  return floor
}
const signal = (at: Floor, n: number, over: object = {}): Promise<Admission> =>
  at.floor.admit({
    body: parseJsonText(
      JSON.stringify({ signal_id: `sig-${n}`, symbol: 'AAPL', side: 'buy', quantity: '10', ...over }),
    ),
    receivedAt: at.time.now(),
    by: 'the test',
  })
const orderOf = (admission: Admission): Order => {
  if (admission.kind !== 'taken') throw new Error(JSON.stringify(admission))
  return admission.order
}
const filled = (order: Order) =>
  reportOf(order.clientOrderId, 'filled', { cumulativeQuantity: quantity('10'), fills: [fillOf('10', '100')] })

describe('a floor at work', () => {
  it('answers when the intent is durable, sends after that, and tells whoever waits of the end', async () => {
    const at = await started()
    const order = orderOf(await signal(at, 1))
    expect(order.status).toBe('submitting')
    const end = at.floor.wait(order.id, 60_000, 'final')
    await settled()
    at.gateway.onList = () => [filled(order)]
    await at.time.pass(2_000)
    expect((await end)?.status).toBe('filled')
    expect(at.gateway.wire).toHaveLength(1)
  })
  it('an order in doubt is looked for and found, without anybody asking', async () => {
    const at = await started()
    at.gateway.onSubmit = () => silence
    at.gateway.onLookUp = ({ clientOrderId }) => ({ kind: 'found', report: reportOf(clientOrderId, 'working') })
    const order = orderOf(await signal(at, 1))
    await at.time.pass(1_000)
    expect((await at.floor.order(order.id))?.status).toBe('accepted')
  })
  it('an order that is meant to be immediate is called off when it has taken too long', async () => {
    const at = await started()
    const order = orderOf(await signal(at, 1, { time_in_force: 'ioc' }))
    at.gateway.onList = () => [reportOf(order.clientOrderId, 'working')]
    at.gateway.onLookUp = () => ({ kind: 'found', report: reportOf(order.clientOrderId, 'working') })
    at.gateway.onCancel = () => ({ kind: 'asked', report: reportOf(order.clientOrderId, 'cancelled') })
    await at.time.pass(4 * 60_000)
    expect((await at.floor.order(order.id))?.status).toBe('accepted')
    await at.time.pass(2 * 60_000)
    expect(await at.floor.order(order.id)).toMatchObject({ status: 'cancelled', cancelledReason: 'timeout' })
  })
  it('a resting limit is alive a week later', async () => {
    const at = await started()
    const order = orderOf(await signal(at, 1, { time_in_force: 'gtc' }))
    at.gateway.onList = () => [reportOf(order.clientOrderId, 'working')]
    await at.time.pass(6 * 3_600_000)
    expect((await at.floor.order(order.id))?.status).toBe('accepted')
    expect(at.gateway.cancels).toEqual([])
  })
  it('a cancel that the venue took and forgot is asked for again by the watch itself', async () => {
    const at = await started()
    const order = orderOf(await signal(at, 1))
    await settled()
    at.gateway.onList = () => [reportOf(order.clientOrderId, 'working')]
    expect((await at.floor.cancel(order.id, 'me')).kind).toBe('asked')
    await at.time.pass(120_000)
    expect(at.gateway.cancels.length).toBeGreaterThanOrEqual(3)
    expect(at.gateway.cancels.length).toBeLessThanOrEqual(5)
  })
})

describe('a store that fails', () => {
  it('lets nothing out, is waited for, and everything goes on from what is on disk', async () => {
    const at = await started()
    const order = orderOf(await signal(at, 1))
    await settled()
    at.disk.fails = true
    expect((await signal(at, 2)).kind).toBe('unavailable')
    expect(at.floor.status().ready).toBe(false)
    await at.time.pass(30_000)
    expect((await signal(at, 3)).kind).toBe('unavailable')
    expect(at.gateway.wire).toHaveLength(1)
    at.disk.fails = false
    at.gateway.onList = () => [filled(order)]
    await at.time.pass(5_000)
    expect([at.log.events.includes('store.mended'), at.fatal]).toEqual([true, []])
    expect((await at.floor.order(order.id))?.status).toBe('filled')
    expect((await signal(at, 2)).kind).toBe('taken')
  })
  it('is not mended into by an owner that another has relieved meanwhile (I-33, I-36)', async () => {
    const slept = await started()
    slept.disk.fails = true
    await signal(slept, 1)
    const { database, time } = slept
    const newer = await aFloor({ database, time })
    await newer.floor.start()
    slept.disk.fails = false
    await time.pass(5_000)
    expect(slept.fatal).toEqual([new LeaseLost('_')])
    expect(slept.log.events).not.toContain('store.mended')
    expect((await signal(newer, 2)).kind).toBe('taken')
    expect(newer.fatal).toEqual([])
  })
  it('an answer that comes back to the desk that was thrown away harms nobody', async () => {
    const at = await started()
    const answer = Promise.withResolvers<SubmitOutcome>()
    at.gateway.onSubmit = () => answer.promise
    const order = orderOf(await signal(at, 1))
    await settled()
    at.disk.fails = true
    expect((await signal(at, 2, { symbol: 'MSFT' })).kind).toBe('unavailable')
    at.disk.fails = false
    at.gateway.onList = () => [reportOf(order.clientOrderId, 'working')]
    await at.time.pass(5_000)
    expect(at.log.events).toContain('store.mended')
    answer.resolve(accepted(order.clientOrderId))
    await at.time.pass(1_000)
    expect(at.fatal).toEqual([])
    expect((await at.floor.order(order.id))?.status).toBe('accepted')
    expect(at.gateway.wire).toHaveLength(1)
  })
  it('is noticed whoever wrote, and mended without anybody trading (I-27, I-48)', async () => {
    const at = await started()
    at.disk.fails = true
    await at.store.saveSinkPositions('receiver', new Map([['paper', 1]])).catch(() => undefined)
    expect(at.floor.status().ready).toBe(false)
    expect((await signal(at, 1)).kind).toBe('unavailable')
    at.disk.fails = false
    await at.time.pass(5_000)
    expect([at.floor.status().ready, at.fatal]).toEqual([true, []])
    expect((await signal(at, 1)).kind).toBe('taken')
  })
  it('for good while it is waited for ends the process', async () => {
    const at = await started()
    at.disk.fails = true
    await signal(at, 1)
    at.disk.isLost = true
    await at.time.pass(3_000)
    expect(at.fatal).toHaveLength(1)
  })
  it('notes of the session have ids of their own after it was mended', async () => {
    const at = await started()
    at.disk.fails = true
    await signal(at, 1)
    at.disk.fails = false
    await at.time.pass(5_000)
    await at.floor.halt({ reason: 'panic', by: 'me', cancelOpen: false })
    expect(at.fatal).toEqual([])
    const events = await at.store.eventsAfter('_', 0, 50)
    expect(events.map(({ event }) => event)).toEqual(['session.started', 'halt.on'])
  })
})

describe('a floor that is opened anew', () => {
  it('has asked about every order before anything new leaves', async () => {
    const before = await started()
    before.gateway.onSubmit = () => new Promise(() => undefined)
    const order = orderOf(await signal(before, 1))
    await settled()
    const after = await aFloor({ database: before.database, time: before.time })
    const list = Promise.withResolvers<never[]>()
    after.gateway.onList = () => list.promise
    const ready = after.floor.start()
    await settled()
    expect((await signal(after, 2, { symbol: 'MSFT' })).kind).toBe('unavailable')
    expect(after.gateway.wire).toEqual([])
    after.gateway.onLookUp = ({ clientOrderId }) => ({ kind: 'found', report: reportOf(clientOrderId, 'working') })
    list.resolve([])
    await ready
    expect((await after.floor.order(order.id))?.status).toBe('accepted')
    expect(await signal(after, 2, { symbol: 'MSFT' })).toMatchObject({ kind: 'taken' })
  })
})
