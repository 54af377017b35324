import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { agreement } from './agreement.ts'
import { AMPLE, idsOf, settled, signals } from './burst.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

vi.setConfig({ testTimeout: 180_000 })

/** Sells: they need no word on buying power, so that nothing but the venue's answers holds them up. */
const BURST = signals(300, 'orphan').map((signal) => ({ ...signal, side: 'sell' }))
/** An outage is not what is judged here, so it must not stop the account either. */
const PATIENT = {
  ...AMPLE,
  breaker: { consecutive_failures: null, unconfirmed_orders: null },
  retry: { max_attempts: 20, initial_delay: '50ms', max_delay: '250ms' },
  rate_limit: { max_queue_age: '60s' },
}

/** So that a part of the burst is still to come when the venue is frozen, however late this process gets its turn. */
const PACED = { rate_limit: [{ class: 'order', requests: 150, per: '2s' }] }

describe('a venue that dies in the middle of a burst and comes back with its memory', () => {
  let venue: PaperVenueProcess
  let daemon: DaemonProcess
  beforeEach(async () => {
    venue = await PaperVenueProcess.start({ cash: '100000000', allow_short: true })
    const accounts = { paper: { venue: 'paper', base_url: venue.url, allow_short: true, ...PACED } }
    daemon = await DaemonProcess.start({ config: { ...PATIENT, accounts } })
  })
  afterEach(async () => {
    await daemon[Symbol.asyncDispose]()
    await venue[Symbol.asyncDispose]()
  })

  it('killed at full speed: no order is lost, none is there twice', async () => {
    const burst = daemon.client.burst(BURST)
    await until('orders reach the venue', 10_000, () => (venue.orderRequests.length >= 100 ? true : undefined))
    await venue.kill('SIGKILL')
    await venue.start()
    expect((await burst).filter((answer) => answer?.status !== 202)).toEqual([])
    await expectOneEach()
  })

  it('frozen first, so that requests are on the wire: they become unconfirmed and are resolved one by one', async () => {
    const burst = daemon.client.burst(BURST)
    await until('orders reach the venue', 10_000, () => (venue.orderRequests.length >= 100 ? true : undefined))
    venue.freeze()
    await until('requests hang', 10_000, () => (hanging() >= 2 ? true : undefined))
    await venue.kill('SIGKILL')
    await until('doubt', 5_000, () => (eventsNamed('order.unconfirmed') >= 2 ? true : undefined))
    expect(await daemon.client.get('/health/ready')).toMatchObject({ status: 200 })
    await venue.start()
    expect((await burst).filter((answer) => answer?.status !== 202)).toEqual([])
    await expectOneEach()
  })

  it('and the daemon with it, while requests are on the wire: what was being sent is looked for, then sent once', async () => {
    const burst = daemon.client.burst(BURST)
    await until('orders reach the venue', 10_000, () => (venue.orderRequests.length >= 100 ? true : undefined))
    venue.freeze()
    await until('requests hang', 10_000, () => (hanging() >= 4 ? true : undefined))
    await daemon.kill('SIGKILL')
    await venue.kill('SIGKILL')
    const left = hanging()
    expect(left).toBeGreaterThanOrEqual(3)
    const answers = await burst

    // Whatever was in doubt was so by our own end: it must not stop the account either.
    daemon.configure({ ...AMPLE, accounts: { paper: { venue: 'paper', base_url: venue.url, allow_short: true } } })
    await venue.start()
    await daemon.start()
    const again = await daemon.client.burst(BURST.filter((_, n) => answers[n]?.status !== 202))
    expect(again.filter((answer) => answer?.status !== 202 && answer?.status !== 200)).toEqual([])
    await expectOneEach()
    expect(eventsNamed('order.unconfirmed')).toBeGreaterThanOrEqual(left)
  })

  const hanging = (): number => daemon.rows("SELECT id FROM orders WHERE status = 'submitting'").length
  const eventsNamed = (name: string): number => daemon.audit().filter(({ event }) => event === name).length

  async function expectOneEach(): Promise<void> {
    await settled(daemon.client)
    expect(await daemon.stop()).toMatchObject({ code: 0 })
    await venue.kill('SIGTERM')
    expect(await agreement(daemon, idsOf(BURST), venue.stateFile)).toEqual({
      notOnce: [],
      statuses: { filled: BURST.length },
      venueOrders: BURST.length,
      differences: [],
    })
  }

  it('and stays dead: a daemon in doubt about its orders still stops in time (I-37)', async () => {
    void daemon.client.burst(BURST).catch(() => undefined)
    await until('orders reach the venue', 10_000, () => (venue.orderRequests.length >= 100 ? true : undefined))
    venue.freeze()
    await until('requests hang', 10_000, () => (hanging() >= 2 ? true : undefined))
    await venue.kill('SIGKILL')
    await until('doubt', 5_000, () => (eventsNamed('order.unconfirmed') >= 2 ? true : undefined))
    expect(await daemon.stop()).toMatchObject({ code: 0, signal: null })
    await venue.start()
    await daemon.start()
  })
})
