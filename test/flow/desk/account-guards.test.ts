import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { parseJsonText } from '../../../src/core/json-text.ts'
import { price } from '../../../src/core/money.ts'
import type { Admission } from '../../../src/ports/order-commands.ts'
import { assembleTrading } from '../../../src/wiring/assemble-trading.ts'
import { HandTime, KeptLog, settled } from '../../support/hand-time.ts'
import { fillOf, T0 } from '../../support/orders.ts'
import { accepted, reportOf, ScriptedGateway, silence, theAccount, theQuote } from '../../support/scripted-gateway.ts'
import { until } from '../../support/until.ts'

let draws = 0

/** A floor of one account over a disk that outlives it, under the rules that a test gives. */
async function aFloor(
  config: object = {},
  { database = new DatabaseSync(':memory:'), time = new HandTime(T0), gateway = new ScriptedGateway() } = {},
) {
  gateway.onAccount = () => theAccount('1000000')
  gateway.onQuote = (symbol) => ({ ...theQuote(symbol), time: time.now(), receivedAt: time.now() })
  const log = new KeptLog()
  const evidence: string[] = []
  const text = JSON.stringify({ ...config, accounts: { paper: { venue: 'paper' } } })
  const loaded = loadConfig({ path: 'config.json', env: {}, readFile: () => text })
  if (loaded instanceof Error) throw loaded
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
      onFatal: () => undefined,
      openStore: () => openSqliteStore({ database, now: () => time.now(), newInstallation: () => 'bench' }),
      openGateway: async () => gateway,
      openSinks: async () => [],
      keepEvidence: (name) => evidence.push(name),
    },
    'test',
  )
  await trading.floor.start()
  let sent = 0
  const send = (over: object = {}): Promise<Admission> => {
    sent += 1
    const body = { signal_id: `sig-${draws}-${sent}`, symbol: 'AAPL', side: 'buy', quantity: '10', ...over }
    return trading.floor.admit({
      body: parseJsonText(JSON.stringify(body)),
      receivedAt: time.now(),
      by: 'the test',
    })
  }
  const answer = async (over: object = {}): Promise<string> => {
    const admission = await send(over)
    await settled()
    return admission.kind === 'denied' ? admission.code : admission.kind
  }
  const account = () => {
    const [status] = trading.floor.status().accounts
    if (status === undefined) throw new Error('no account')
    return status
  }
  const events = async (): Promise<string[]> =>
    (await trading.store.eventsAfter('paper', 0, 1_000)).map(({ event }) => event)
  const signs = (over: object) =>
    gateway.signs({ callClass: 'read', status: 200, at: time.now(), tookMs: 5, inFlight: 0, ...over })
  return { ...trading, gateway, log, time, database, answer, account, events, signs, evidence, config }
}
type Floor = Awaited<ReturnType<typeof aFloor>>

/** The venue fills everything at once. */
const fillsAll = (at: Floor, paid = '100'): void => {
  let fills = 0
  at.gateway.onSubmit = (order) => {
    fills += 1
    const fill = fillOf(order.quantity.toString(), paid, {
      id: `e${fills}-${order.clientOrderId}`,
      time: at.time.now(),
    })
    return {
      kind: 'accepted',
      report: reportOf(order.clientOrderId, 'filled', {
        at: at.time.now(),
        fills: [fill],
        cumulativeQuantity: order.quantity,
      }),
    }
  }
}
const falls = (at: Floor, bid: string): void => {
  at.gateway.onQuote = (symbol) => ({
    ...theQuote(symbol),
    bid: price(bid),
    ask: price(bid),
    last: price(bid),
    time: at.time.now(),
    receivedAt: at.time.now(),
  })
}
const again = (at: Floor): Promise<Floor> =>
  aFloor(at.config, { database: at.database, time: at.time, gateway: at.gateway })

describe('the breaker of an account', () => {
  it('opens when the clocks differ, says so, and comes back after quiet time', async () => {
    const at = await aFloor()
    at.signs({ venueTime: { at: at.time.now() + 5_000, withinMs: 0 } })
    expect(at.account()).toMatchObject({
      breaker: 'reduce_only',
      trips: [{ trigger: 'clock_skew', value: '5000', limit: '2000', isOver: false, resumes: 'automatic' }],
    })
    expect(await at.answer()).toBe('breaker.reduce_only')
    at.signs({ venueTime: { at: at.time.now(), withinMs: 0 } })
    await at.time.pass(31_000)
    expect(at.account()).toMatchObject({ breaker: 'open_for_business', trips: [] })
    expect(await at.answer()).toBe('taken')
    expect(await at.events()).toEqual(expect.arrayContaining(['breaker.opened', 'breaker.closed']))
  })
  it('lets reductions through, and nothing larger than the position', async () => {
    const at = await aFloor({ order_management: { duplicate_policy: 'allow' } })
    fillsAll(at)
    expect(await at.answer()).toBe('taken')
    at.signs({ venueTime: { at: at.time.now() + 5_000, withinMs: 0 } })
    expect(await at.answer({ side: 'sell', quantity: '11' })).toBe('breaker.reduce_only')
    expect(await at.answer({ side: 'buy', quantity: '1' })).toBe('breaker.reduce_only')
    expect(await at.answer({ side: 'sell', quantity: '4' })).toBe('taken')
  })
  it('halted lets nothing through, then reductions, then everything', async () => {
    const at = await aFloor({ breaker: { action: 'halt' } })
    fillsAll(at)
    await at.answer()
    at.signs({ venueTime: { at: at.time.now() - 9_000, withinMs: 0 } })
    expect(await at.answer({ side: 'sell' })).toBe('breaker.open')
    at.signs({ venueTime: { at: at.time.now(), withinMs: 0 } })
    await at.time.pass(31_000)
    expect([at.account().breaker, await at.answer()]).toEqual(['reduce_only', 'breaker.reduce_only'])
    await at.time.pass(31_000)
    expect([at.account().breaker, await at.answer()]).toEqual(['open_for_business', 'taken'])
  })
  it('that waits for an operator waits over a restart too, until one resumes', async () => {
    const at = await aFloor({ breaker: { operator_resumes: ['clock_skew'] } })
    at.signs({ venueTime: { at: at.time.now() + 5_000, withinMs: 0 } })
    at.signs({ venueTime: { at: at.time.now(), withinMs: 0 } })
    await at.time.pass(120_000)
    expect(at.account()).toMatchObject({ breaker: 'reduce_only', trips: [{ isOver: true, resumes: 'operator' }] })
    const next = await again(at)
    next.signs({ venueTime: { at: next.time.now(), withinMs: 0 } })
    await next.time.pass(120_000)
    expect(next.account().breaker).toBe('reduce_only')
    expect(await next.floor.resume({ by: 'me' })).toEqual({ kind: 'resumed' })
    await next.time.pass(1_000)
    expect(next.account()).toMatchObject({ breaker: 'open_for_business', trips: [] })
  })
  it('opens for orders whose fate is unknown, and closes once it is known', async () => {
    const at = await aFloor({ breaker: { unconfirmed_orders: 1, consecutive_failures: null } })
    at.gateway.onSubmit = () => silence
    at.gateway.onLookUp = () => new Promise(() => undefined)
    expect(await at.answer()).toBe('taken')
    await at.time.pass(0)
    expect(at.account()).toMatchObject({ unconfirmed: 1, trips: [{ trigger: 'unconfirmed_orders' }] })
  })
  it('counts a loss on paper, and opens without an order being asked for', async () => {
    const at = await aFloor({ risk: { max_daily_loss: '50' } })
    fillsAll(at)
    await at.answer()
    await at.time.pass(2_000)
    falls(at, '94')
    at.gateway.onSubmit = (order) => accepted(order.clientOrderId)
    at.gateway.onLookUp = (ref) => ({ kind: 'found', report: reportOf(ref.clientOrderId, 'working') })
    expect(await at.answer({ side: 'sell', quantity: '1' })).toBe('taken')
    await at.time.pass(1_000)
    expect(at.account().trips).toMatchObject([{ trigger: 'daily_loss', value: '60', stance: 'reduce_only' }])
  })
  it('opens when the stream owes word of our orders, and the stream is replaced long before', async () => {
    const at = await aFloor({ breaker: { stream_silence: '30s' }, fill_detection: { streaming: true } })
    at.gateway.listeners[0]?.opened()
    at.gateway.onSubmit = (order) => accepted(order.clientOrderId)
    at.gateway.onList = () => []
    at.gateway.onLookUp = (ref) => ({
      kind: 'found',
      report: reportOf(ref.clientOrderId, 'working', { at: at.time.now() }),
    })
    expect(await at.answer({ limit_price: '97', time_in_force: 'gtc' })).toBe('taken')
    await at.time.pass(11_000)
    expect(at.log.lines.filter(({ event }) => event === 'stream.closed')).toHaveLength(1)
    await at.time.pass(21_000)
    expect(at.account().trips).toMatchObject([{ trigger: 'stream_silence', limit: '30000' }])
  })
})

describe('limits of one strategy', () => {
  const LIMITED = {
    order_management: { duplicate_policy: 'allow' },
    risk: {
      per_strategy: { careful: { max_position_notional: '1500', max_total_exposure: '2500', max_daily_loss: '40' } },
    },
  }
  const careful = { strategy: 'careful' }

  it('let it trade up to them, and no further; another strategy is none of theirs', async () => {
    const at = await aFloor(LIMITED)
    fillsAll(at)
    expect(await at.answer(careful)).toBe('taken')
    expect(await at.answer(careful)).toBe('risk.per_strategy.position_notional')
    expect(await at.answer({ ...careful, symbol: 'MSFT' })).toBe('taken')
    expect(await at.answer({ ...careful, symbol: 'NVDA' })).toBe('risk.per_strategy.total_exposure')
    expect(await at.answer({ strategy: 'bold', quantity: '100' })).toBe('taken')
    expect(await at.answer({ ...careful, side: 'sell' })).toBe('taken')
    expect(await at.answer({ ...careful, quantity: '5' })).toBe('taken')
  })
  it('know after a restart what it holds', async () => {
    const at = await aFloor(LIMITED)
    fillsAll(at)
    await at.answer({ strategy: 'bold', quantity: '100' })
    await at.answer(careful)
    const next = await again(at)
    fillsAll(next)
    expect(await next.answer(careful)).toBe('risk.per_strategy.position_notional')
    expect(await next.answer({ ...careful, quantity: '4' })).toBe('taken')
  })
  it('stop it at its loss of the day, over a restart, until the next day', async () => {
    const at = await aFloor(LIMITED)
    fillsAll(at, '100')
    await at.answer(careful)
    await at.time.pass(2_000)
    falls(at, '95')
    fillsAll(at, '95')
    expect(await at.answer({ ...careful, side: 'sell' })).toBe('taken')
    expect(await at.answer({ ...careful, quantity: '1' })).toBe('risk.per_strategy.daily_loss')
    expect(await at.answer({ strategy: 'bold', quantity: '1' })).toBe('taken')
    const next = await again(at)
    expect(await next.answer({ ...careful, quantity: '1' })).toBe('risk.per_strategy.daily_loss')
    await next.time.pass(24 * 3_600_000)
    expect(await next.answer({ ...careful, quantity: '1' })).toBe('taken')
  })
})

describe('a budget that the venue closes', () => {
  it('keeps orders back for as long as it said, and no longer', async () => {
    const at = await aFloor({ rate_limit: { requests: 1000, per: '1m', max_queue_age: '30s' } })
    await at.answer({ symbol: 'MSFT' })
    const before = at.gateway.wire.length
    at.signs({ callClass: 'order', status: 429, budget: { retryAfterMs: 4_000 } })
    // Once both reads have their turn, two timers are left: the signal's patience, and the lanes'.
    const timers = at.time.waiting
    const waiting = at.answer({ symbol: 'NVDA' })
    await until('reads in the lanes', 2_000, () => at.time.waiting === timers + 2 || undefined)
    await at.time.pass(3_900)
    expect(at.gateway.wire).toHaveLength(before)
    await at.time.pass(200)
    expect(await waiting).toBe('taken')
    await until('the order on the wire', 2_000, () => at.gateway.wire.length > before || undefined)
    expect(at.gateway.wire).toHaveLength(before + 1)
  })
})

describe('a promise that the daemon breaks', () => {
  it('closes the gate until it is started anew, keeps watching, and leaves what shows it', async () => {
    const at = await aFloor()
    await at.answer()
    at.floor.distrust('paper', { invariant: 'I-05', message: 'sent twice', evidence: { order_id: 'x' } })
    expect(at.account().gate).toEqual({ open: false, closedFor: ['self_check'] })
    expect(at.floor.status().ready).toBe(true)
    const before = at.gateway.wire.length
    await at.answer({ symbol: 'MSFT' })
    await at.time.pass(5_000)
    expect(at.gateway.wire).toHaveLength(before)
    expect(at.gateway.lists).toBeGreaterThan(0)
    expect((await at.store.eventsAfter('_', 0, 100)).map(({ event }) => event)).toContain('self_check.failed')
    expect(at.log.events).toContain('self_check.failed')
  })
  it('is found by itself: a fill that the store counts and did not book', async () => {
    const at = await aFloor()
    fillsAll(at)
    await at.answer()
    at.database.exec('DROP TRIGGER fills_are_kept; DELETE FROM fills')
    await at.time.pass(2_000)
    expect(at.floor.status().selfCheck.violations).toMatchObject([{ account: 'paper', invariant: 'I-19' }])
    expect(at.evidence).toEqual(['I-19'])
    expect(at.account().gate.open).toBe(false)
  })
})
