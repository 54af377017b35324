import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { AMPLE, type Stream, settled, steadily } from './burst.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

vi.setConfig({ testTimeout: 120_000 })

const PER_SECOND = 200
/** After the answer nothing may leave later than this. */
const LATEST_MS = 100
const SMALL = { strategy: 's', symbol: 'TSLA', side: 'buy', quantity: '1' }
/** Below the market, so that it waits there. */
const RESTING = { ...SMALL, signal_id: 'resting', limit_price: '308' }

describe('the kill switch at two hundred orders a second', () => {
  let venue: PaperVenueProcess
  let daemon: DaemonProcess
  let stream: Stream | undefined
  const startDaemon = async (account: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    const paper = { venue: 'paper', base_url: venue.url, ...account }
    daemon = await DaemonProcess.start({ config: { ...AMPLE, accounts: { paper } } })
  }
  /** Until so many orders have reached the venue. */
  const underFire = async (orders: number): Promise<void> => {
    stream = steadily(daemon.client, PER_SECOND, 'fire')
    await until('orders reach the venue', 10_000, () => (venue.orderRequests.length >= orders ? true : undefined))
  }
  /** Long enough for a late order to show. */
  const goOn = async (answers: number): Promise<void> => {
    const before = stream?.answers.length ?? 0
    await until('more signals are answered', 10_000, () =>
      (stream?.answers.length ?? 0) >= before + answers ? true : undefined,
    )
    await stream?.stop()
  }
  const arrivalsAfter = (at: number): number => venue.orderRequests.filter((arrival) => arrival.at > at).length
  const haltOf = async () => (await daemon.client.get('/v1/status')).body.halt

  beforeEach(async () => {
    venue = await PaperVenueProcess.start({ cash: '100000000', allow_short: true })
  })
  afterEach(async () => {
    await stream?.stop()
    await daemon[Symbol.asyncDispose]()
    await venue[Symbol.asyncDispose]()
  })

  it('lets nothing out once it has answered, stays on over a kill, and lets cancels and a resume pass', async () => {
    await startDaemon()
    const resting = await daemon.client.send(RESTING, '?wait=5&until=accepted')
    expect(resting.body.order).toMatchObject({ status: 'accepted' })
    await underFire(150)

    const halt = await daemon.client.post('/v1/halt', { reason: 'too fast' })
    const answeredAt = Date.now()
    expect(halt).toMatchObject({ status: 200, body: { halted: true, reason: 'too fast', by: 'generated' } })
    await goOn(100)
    expect(arrivalsAfter(answeredAt + LATEST_MS)).toBe(0)
    const last = stream?.answers.at(-1)
    expect(last).toMatchObject({ status: 403, body: { code: 'halted', order: { status: 'denied' } } })

    await daemon.restart('SIGKILL')
    const restartedAt = Date.now()
    expect(await haltOf()).toMatchObject({ halted: true, reason: 'too fast', since: halt.body.since })
    expect(await daemon.client.send({ ...RESTING, signal_id: 'after-restart' })).toMatchObject({
      status: 403,
      body: { code: 'halted' },
    })
    expect(arrivalsAfter(restartedAt)).toBe(0)

    const { id } = resting.body.order
    expect(await daemon.client.post(`/v1/orders/${id}/cancel`)).toMatchObject({ status: 202 })
    await until('the cancel', 5_000, async () =>
      (await daemon.client.get(`/v1/orders/${id}`)).body.status === 'cancelled' ? true : undefined,
    )
    await settled(daemon.client)
    expect(arrivalsAfter(restartedAt)).toBe(0)

    expect(await daemon.client.post('/v1/resume', { since: '2020-01-01T00:00:00.000Z' })).toMatchObject({ status: 409 })
    expect(await daemon.client.post('/v1/resume', { since: halt.body.since })).toMatchObject({ status: 200 })
    const flowing = await daemon.client.send({ ...SMALL, signal_id: 'flowing' }, '?wait=5')
    expect(flowing).toMatchObject({ status: 200, body: { order: { status: 'filled' } } })
  })

  it('ends a backlog that waits for the rate budget: what had not left is denied, and says so', async () => {
    await startDaemon({ rate_limit: [{ class: 'order', requests: 40, per: '1s' }] })
    await underFire(40)
    await until('a backlog', 10_000, async () => {
      const { body } = await daemon.client.get('/v1/orders?status=created&limit=100')
      return body.items.length >= 60 ? true : undefined
    })

    const { body } = await daemon.client.post('/v1/halt', { reason: 'backlog' })
    const answeredAt = Date.now()
    expect(body.denied).toBeGreaterThanOrEqual(30)
    await goOn(100)
    await settled(daemon.client)
    expect(arrivalsAfter(answeredAt + LATEST_MS)).toBe(0)
    const denied = (await daemon.client.get('/v1/orders?reason=halted&limit=500')).body.items
    expect(denied.length).toBeGreaterThanOrEqual(100)
    expect(new Set(denied.map(({ status }) => status))).toEqual(new Set(['denied']))
  })

  it('also holds an order that did not get through and waits for its next try', async () => {
    await startDaemon({ allow_short: true })
    const sell = { ...SMALL, side: 'sell' }
    expect(await daemon.client.send({ ...sell, signal_id: 'before' }, '?wait=5')).toMatchObject({ status: 200 })
    await venue.kill()
    const waiting = await daemon.client.send({ ...sell, signal_id: 'waiting' })
    expect(waiting).toMatchObject({ status: 202 })
    await until('the first try fails', 5_000, () => (notSent(daemon) ? true : undefined))
    expect(await daemon.client.post('/v1/halt', { reason: 'no line' })).toMatchObject({ status: 200 })
    await venue.start()
    await settled(daemon.client)
    expect((await daemon.client.get(`/v1/orders/${waiting.body.order.id}`)).body).toMatchObject({ status: 'failed' })
    expect(venue.orderRequests).toHaveLength(1)
  })

  it('is also a file: nothing leaves while it lies there, nobody can resume, and taking it away resumes nothing', async () => {
    await startDaemon()
    await underFire(150)
    const file = daemon.path('data/HALT')
    writeFileSync(file, '')
    const layAt = Date.now()
    await goOn(100)
    expect(arrivalsAfter(layAt + LATEST_MS)).toBe(0)
    await until('the switch has noticed', 5_000, async () => ((await isHalted(daemon)) ? true : undefined))
    expect(await daemon.client.post('/v1/resume')).toMatchObject({ status: 409, body: { code: 'halt.file_present' } })

    await daemon.restart('SIGKILL')
    expect(await haltOf()).toMatchObject({ halted: true, by: 'file' })
    expect(await daemon.client.post('/v1/resume')).toMatchObject({ status: 409, body: { code: 'halt.file_present' } })

    rmSync(file)
    expect(await daemon.client.send({ ...RESTING, signal_id: 'file-gone' })).toMatchObject({ status: 403 })
    expect(await daemon.client.post('/v1/resume')).toMatchObject({ status: 200, body: { halted: false } })
    const flowing = await daemon.client.send({ ...SMALL, signal_id: 'flowing' }, '?wait=5')
    expect(flowing).toMatchObject({ status: 200, body: { order: { status: 'filled' } } })
  })

  it('laid as a file before the start, it is on from the first moment', async () => {
    daemon = DaemonProcess.prepared({ config: { accounts: { paper: { venue: 'paper', base_url: venue.url } } } })
    mkdirSync(daemon.path('data'))
    writeFileSync(daemon.path('data/HALT'), '')
    await daemon.start()
    expect(await daemon.client.send(RESTING)).toMatchObject({ status: 403, body: { code: 'halted' } })
    expect(venue.orderRequests).toEqual([])
  })
})

const notSent = (daemon: DaemonProcess): boolean => daemon.log().some(({ event }) => event === 'submit.not_sent')

async function isHalted(daemon: DaemonProcess): Promise<boolean> {
  const { halt } = (await daemon.client.get('/v1/status')).body
  return typeof halt === 'object' && halt !== null && 'halted' in halt && halt.halted === true
}
