import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Answer, SignalText } from '../support/daemon-client.ts'
import { type ConfigText, DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { settled } from './burst.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

vi.setConfig({ testTimeout: 30_000 })

const LIMITED: ConfigText = {
  accounts: { paper: { venue: 'paper', cash: '40000' } },
  risk: {
    deny_symbols: ['TSLA'],
    max_position_notional: '30000',
    max_total_exposure: '35000',
    per_strategy: {
      tiny: { max_order_notional: '100' },
      single: { max_open_orders: 1 },
      slow: { max_orders_per_minute: 1 },
      picky: { allow_symbols: ['MSFT'] },
    },
  },
}
/** Everything a decision can depend on, changed. */
const OTHERWISE: ConfigText = {
  accounts: { paper: { venue: 'paper', cash: '1' } },
  order_management: { buy_offset: 50, sell_offset: 50, max_slippage_pct: 9, order_types: ['limit', 'market'] },
  risk: {
    deny_symbols: ['AAPL'],
    max_order_notional: '1',
    max_position_notional: '2',
    max_total_exposure: '3',
    max_open_orders: 4,
    max_orders_per_minute: 5,
    max_daily_loss: '6',
    price_collar_pct: 7,
    max_signal_age: '8s',
    max_reference_age: '9s',
  },
}

type Change = Readonly<Record<string, unknown>>
interface Told {
  readonly value: unknown
  readonly limit: unknown
}
const from = (ms: number): string => new Date(Date.now() + ms).toISOString()
const filled = { wait: '?wait=10', status: 'filled' } as const
const resting = { wait: '?wait=10&until=accepted', status: 'accepted' } as const
interface Before {
  readonly change: Change
  readonly until: { readonly wait: string; readonly status: string }
}

interface Case {
  readonly code: string
  readonly change: () => Change
  readonly told: Partial<Told>
  readonly before?: Before
}
/** Code, what provokes it, what it is told with, and what has to happen before. */
const DENIALS: readonly Case[] = [
  { code: 'symbol.unknown', change: () => ({ symbol: 'NOPE' }), told: { value: 'NOPE' } },
  { code: 'symbol.denied', change: () => ({ symbol: 'TSLA' }), told: { value: 'TSLA', limit: 'TSLA' } },
  { code: 'symbol.not_allowed', change: () => ({ strategy: 'picky' }), told: { value: 'AAPL', limit: 'MSFT' } },
  {
    code: 'signal.stale',
    change: () => ({ generated_at: from(-61_000) }),
    told: { value: /^61\d{3}$/, limit: '60000' },
  },
  {
    code: 'signal.future',
    change: () => ({ generated_at: from(60_000) }),
    told: { value: /^(60000|59\d{3})$/, limit: '5000' },
  },
  {
    code: 'signal.expired',
    change: () => ({ expires_at: from(-1) }),
    told: { value: /^\d{4}-.*Z$/, limit: /^\d{4}-.*Z$/ },
  },
  {
    code: 'price.stale_reference',
    change: () => ({ reference_price: '228', reference_time: from(-16_000) }),
    told: { value: /^16\d{3} ms$/, limit: '15000 ms' },
  },
  { code: 'price.slippage_guard', change: () => ({ limit_price: '300' }), told: { value: '300', limit: /^23\d/ } },
  { code: 'price.collar', change: () => ({ limit_price: '150' }), told: { value: '150', limit: /^2\d\d.* to 2\d\d/ } },
  {
    code: 'price.invalid',
    change: () => ({ reference_price: '0.001' }),
    told: { value: /^0\.0010/, limit: 'above 0' },
  },
  {
    code: 'order_type.not_enabled',
    change: () => ({ order_type: 'market' }),
    told: { value: 'market', limit: 'limit' },
  },
  { code: 'order_type.not_enabled', change: () => ({ order_type: 'stop' }), told: { value: 'stop', limit: 'limit' } },
  { code: 'quantity.below_lot', change: () => ({ quantity: '0.5' }), told: { value: '0.5', limit: '1' } },
  {
    code: 'quantity.below_lot',
    change: () => ({ quantity: undefined, amount: '1' }),
    told: { value: '1', limit: /^2\d\d/ },
  },
  { code: 'quantity.off_lot', change: () => ({ quantity: '1.5' }), told: { value: '1.5', limit: '1' } },
  { code: 'short.not_allowed', change: () => ({ side: 'sell' }), told: { value: '1', limit: '0' } },
  { code: 'risk.reduce_only', change: () => ({ reduce_only: true }), told: { value: '1', limit: '0' } },
  { code: 'risk.order_notional', change: () => ({ quantity: '120' }), told: { value: /^2\d{4}/, limit: '25000' } },
  {
    code: 'risk.per_strategy.order_notional',
    change: () => ({ strategy: 'tiny' }),
    told: { value: /^2\d\d/, limit: '100' },
  },
  {
    code: 'risk.per_strategy.orders_per_minute',
    change: () => ({ strategy: 'slow' }),
    told: { value: '2', limit: '1' },
    before: { change: { strategy: 'slow', symbol: 'AMZN' }, until: filled },
  },
  {
    code: 'risk.per_strategy.open_orders',
    change: () => ({ strategy: 'single' }),
    told: { value: '2', limit: '1' },
    before: { change: { strategy: 'single', symbol: 'GOOG', limit_price: '168' }, until: resting },
  },
  { code: 'duplicate.working_order', change: () => ({ symbol: 'GOOG' }), told: { value: '1', limit: '0' } },
  {
    code: 'risk.position_notional',
    change: () => ({ symbol: 'MSFT', quantity: '50' }),
    told: { value: /^4\d{4}/, limit: '30000' },
    before: { change: { symbol: 'MSFT', quantity: '50' }, until: filled },
  },
  { code: 'risk.total_exposure', change: () => ({ quantity: '100' }), told: { value: /^4\d{4}/, limit: '35000' } },
]

let count = 0
async function send(daemon: DaemonProcess, change: Change, query = ''): Promise<Answer> {
  count += 1
  const signal: SignalText = { signal_id: `d-${count}`, strategy: 's', symbol: 'AAPL', side: 'buy', quantity: '1' }
  return daemon.client.send({ ...signal, ...change }, query)
}

async function expectDenied(daemon: DaemonProcess, code: string, change: Change, told: Partial<Told>): Promise<string> {
  const { status, body } = await send(daemon, change)
  expect({ status, code: body.code }, JSON.stringify(body)).toEqual({ status: 403, code })
  expect(body).toMatchObject({ order: { status: 'denied', reason: code, attempt: 0 }, order_id: body.order.id })
  expect(body.detail).toMatch(/./)
  expect(body.remedy).toMatch(/./)
  for (const [name, expected] of Object.entries(told))
    expect(body[name], name).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected)
  return body.order.id
}

describe('an order that is denied', () => {
  let daemon: DaemonProcess
  const denied: string[] = []
  beforeAll(async () => {
    daemon = await DaemonProcess.start({ config: LIMITED })
  })
  afterAll(() => daemon[Symbol.asyncDispose]())

  it.each(DENIALS)('says $code with what it came to and what is allowed', async ({ code, change, told, before }) => {
    if (before !== undefined) {
      const { body } = await send(daemon, before.change, before.until.wait)
      expect(body, JSON.stringify(body)).toMatchObject({ order: { status: before.until.status } })
    }
    denied.push(await expectDenied(daemon, code, change(), told))
  })

  it('tells why from what was stored when it was decided, whatever the configuration says since', async () => {
    const before = await stories(daemon, denied)
    await daemon.stop()
    daemon.configure(OTHERWISE)
    await daemon.start()
    expect(before.length).toBeGreaterThan(0)
    expect(await stories(daemon, denied)).toEqual(before)
    await expectDenied(daemon, 'symbol.denied', {}, {})
  })

  it('never left', async () => {
    await daemon.stop()
    const sent = daemon.audit().filter(({ event }) => event === 'order.submitting')
    expect(sent.filter(({ order_id }) => denied.includes(String(order_id)))).toEqual([])
    expect(daemon.venueRows('SELECT id FROM orders')).toHaveLength(sent.length)
  })
})

describe('an account with little room', () => {
  it('says which room it lacks: money, open orders, orders a minute', async () => {
    const accounts = { paper: { venue: 'paper', cash: '1000' } }
    const risk = { max_open_orders: 1, max_orders_per_minute: 2 }
    await using daemon = await DaemonProcess.start({ config: { accounts, risk } })
    await expectDenied(daemon, 'risk.buying_power', { quantity: '10' }, { value: /^2\d{3}/, limit: '1000' })
    const waiting = await send(daemon, { symbol: 'GOOG', limit_price: '168' }, '?wait=10&until=accepted')
    await expectDenied(daemon, 'risk.open_orders', {}, { value: '2', limit: '1' })
    await daemon.client.post(`/v1/orders/${waiting.body.order.id}/cancel`)
    await settled(daemon.client)
    expect(await send(daemon, {}, '?wait=10')).toMatchObject({ status: 200 })
    await expectDenied(daemon, 'risk.orders_per_minute', {}, { value: '3', limit: '2' })
  })

  it('that has lost what it may lose in a day only takes reductions', async () => {
    const accounts = { paper: { venue: 'paper', commission: '10' } }
    await using daemon = await DaemonProcess.start({ config: { accounts, risk: { max_daily_loss: '15' } } })
    for (let n = 0; n < 2; n += 1) expect(await send(daemon, {}, '?wait=10')).toMatchObject({ status: 200 })
    await expectDenied(daemon, 'breaker.reduce_only', {}, { value: 'reduce_only', limit: 'open_for_business' })
    expect(await send(daemon, { side: 'sell', quantity: '2' }, '?wait=10')).toMatchObject({ status: 200 })
    await expectDenied(daemon, 'breaker.reduce_only', {}, {})
  })
})

describe('a venue that cannot be asked', () => {
  it('denies for want of a quote, and an order that waits too long for its turn is not sent late', async () => {
    await using venue = await PaperVenueProcess.start()
    const paper = { venue: 'paper', base_url: venue.url, rate_limit: [{ class: 'order', requests: 1, per: '1h' }] }
    await using daemon = await DaemonProcess.start({
      config: { accounts: { paper }, rate_limit: { max_queue_age: '200ms' }, retry: { read: { max_attempts: 1 } } },
    })
    expect(await send(daemon, {}, '?wait=10')).toMatchObject({ status: 200 })
    expect(await send(daemon, {}, '?wait=10')).toMatchObject({
      status: 403,
      body: { code: 'rate.queue_age', order: { status: 'denied' } },
    })
    expect(venue.orderRequests).toHaveLength(1)
    await venue.kill()
    const unquoted = await until('the last quote is too old to use', 10_000, async () => {
      const { status, body } = await send(daemon, { side: 'sell' })
      return status === 403 && body.code === 'price.no_quote' ? body : undefined
    })
    expect(unquoted).toMatchObject({ order: { status: 'denied', reason: 'price.no_quote' } })
  })
})

/** Everything the API tells of them, but for the time of telling. */
const stories = (daemon: DaemonProcess, ids: readonly string[]): Promise<readonly unknown[]> =>
  Promise.all(
    ids.map(async (id) => ({
      why: (await daemon.client.get(`/v1/orders/${id}/why`)).body,
      events: (await daemon.client.get(`/v1/orders/${id}/events`)).body,
      order: (await daemon.client.get(`/v1/orders/${id}`)).body,
    })),
  )
