import { describe, expect, it, vi } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

vi.setConfig({ testTimeout: 60_000 })

const signal = (n: number, symbol = 'AAPL') => ({
  signal_id: `lane-${String(n).padStart(3, '0')}`,
  symbol,
  side: 'sell',
  quantity: String(n),
})
const rules = (requests: number, per: string) => ({ rate_limit: [{ class: 'order', requests, per }] })
const configFor = (url: string, own: object, more: object = {}) => ({
  ...more,
  order_management: { duplicate_policy: 'allow' },
  risk: {
    max_orders_per_minute: null,
    max_order_notional: null,
    max_position_notional: null,
    max_total_exposure: null,
  },
  accounts: { paper: { venue: 'paper', base_url: url, allow_short: true, ...own } },
})
const aVenue = () => PaperVenueProcess.start({ cash: '100000000', allow_short: true })

describe('orders that wait for the budget', () => {
  it('reach the venue in the order in which they were taken', async () => {
    await using venue = await aVenue()
    await using daemon = await DaemonProcess.start({
      config: configFor(venue.url, rules(5, '500ms'), { rate_limit: { max_queue_age: '60s' } }),
    })
    for (let n = 1; n <= 25; n += 1) await daemon.client.send(signal(n))
    await until('all have arrived', 20_000, () => (venue.orderRequests.length === 25 ? true : undefined))
    const sent = daemon.rows("SELECT line FROM events WHERE event = 'order.submitting' ORDER BY seq")
    const ids = sent.map(({ line }) => JSON.parse(String(line)).signal_id)
    expect(ids).toEqual(Array.from({ length: 25 }, (_, n) => `lane-${String(n + 1).padStart(3, '0')}`))
  })

  it('too long are refused, and whoever waits for the answer is told the limit', async () => {
    await using venue = await aVenue()
    await using daemon = await DaemonProcess.start({
      config: configFor(venue.url, rules(1, '1m'), { rate_limit: { max_queue_age: '300ms' } }),
    })
    await daemon.client.send(signal(1))
    const told = await daemon.client.send(signal(2), '?wait=10')
    expect(told).toMatchObject({ status: 403, body: { code: 'rate.queue_age', limit: '300 ms', final: true } })
  })

  it('never leave sooner because the daemon was started anew (I-42)', async () => {
    await using venue = await aVenue()
    const config = configFor(venue.url, rules(4, '10s'), { rate_limit: { max_queue_age: '60s' } })
    await using daemon = await DaemonProcess.start({ config })
    for (let n = 1; n <= 6; n += 1) await daemon.client.send(signal(n))
    await until('the budget is used', 10_000, () => (venue.orderRequests.length === 4 ? true : undefined))
    await daemon.restart('SIGKILL')
    await until('the others have left', 30_000, () => (venue.orderRequests.length === 6 ? true : undefined))
    const [first, , , , fifth] = venue.orderRequests.map(({ at }) => at)
    expect((fifth ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(9_900)
  })
})

describe('a daemon that is told to stop while its venue cannot be reached', () => {
  it('keeps the order that it had taken, and the next start sends it, once (I-38)', async () => {
    await using venue = await aVenue()
    await using daemon = await DaemonProcess.start({
      config: configFor(venue.url, {}, { retry: { initial_delay: '20s', max_delay: '30s' } }),
    })
    await daemon.client.send(signal(1), '?wait=5&until=accepted')
    await venue.kill()
    await daemon.client.send(signal(2))
    await until('the order waits', 10_000, () => (daemon.stderr.includes('submit.not_sent') ? true : undefined))
    expect(await daemon.stop()).toMatchObject({ code: 0 })
    const status = (): unknown =>
      daemon.rows("SELECT status FROM orders WHERE signal_id = 'lane-002'").map((row) => row.status)[0]
    expect(status()).toBe('submitting')

    await venue.start()
    await daemon.start()
    await until('the order is filled', 20_000, () => (status() === 'filled' ? true : undefined))
    expect(venue.orderRequests).toHaveLength(2)
  })
})
