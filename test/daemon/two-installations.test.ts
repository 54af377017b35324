import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Trader } from '../kill/trader.ts'
import { truthInFile } from '../kill/venue-truth.ts'
import { verdictOn } from '../kill/verdict.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { settled } from './burst.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const WITHIN_MS = 30_000
const SHUT = { status: 403, body: { code: 'gate.foreign_installation', order: { status: 'denied' } } }
const limit = (id: string, symbol: string, price: string) => ({
  signal_id: id,
  symbol,
  side: 'buy',
  quantity: '3',
  limit_price: price,
})

describe('two stores on one account: each is an installation of its own (I-36, F-110)', () => {
  let venue: PaperVenueProcess
  let first: DaemonProcess
  let second: DaemonProcess
  beforeEach(async () => {
    venue = await PaperVenueProcess.start({ cash: '1000000000', allow_short: true })
    const accounts = { paper: { venue: 'paper', base_url: venue.url, allow_short: true } }
    const config = { accounts, order_management: { duplicate_policy: 'allow', sync_interval: '5s' } }
    first = await DaemonProcess.start({ config })
    second = DaemonProcess.prepared({ config })
  })
  afterEach(async () => {
    await second[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    await venue[Symbol.asyncDispose]()
  })

  const caseOf = async (daemon: DaemonProcess) =>
    (await daemon.client.get('/v1/cases?state=open')).body.items.find(({ kind }) => kind === 'other_installation')
  const shut = (daemon: DaemonProcess) =>
    until('the other installation is noticed', WITHIN_MS, async () => await caseOf(daemon))
  const send = (daemon: DaemonProcess, signal: object) => daemon.client.send({ ...signal }, '?wait=10&until=accepted')

  it('the one that comes later sends nothing, over a kill too, until its operator says that the other one is gone', async () => {
    expect(await send(first, limit('mine', 'AAPL', '225'))).toMatchObject({ body: { order: { status: 'accepted' } } })
    await second.start()
    expect(await send(second, limit('theirs', 'MSFT', '425'))).toMatchObject(SHUT)
    await second.restart('SIGKILL')
    expect(await send(second, limit('theirs-again', 'MSFT', '425'))).toMatchObject(SHUT)
    expect(venue.orderRequests).toHaveLength(1)

    const found = await shut(second)
    expect(await second.client.post(`/v1/cases/${found.id}/resolve`, { choice: 'acknowledge' })).toMatchObject({
      status: 200,
    })
    expect(await send(second, limit('now', 'MSFT', '425'))).toMatchObject({ body: { order: { status: 'accepted' } } })
    await shut(first)
    expect(await send(first, limit('mine-again', 'AAPL', '225'))).toMatchObject(SHUT)
    expect(venue.orderRequests).toHaveLength(2)
  })

  it('one that was there before the first order notices by itself; what the other one trades stays whole', async () => {
    await second.start()
    const trader = new Trader(() => 0.5)
    for (let n = 0; n < 20; n += 1) await trader.send(first.client, trader.next())
    await shut(second)
    expect(await send(second, limit('theirs', 'MSFT', '425'))).toMatchObject(SHUT)
    await settled(first.client)
    await second.stop()
    await first.stop()
    await venue.kill('SIGTERM')
    expect(second.rows("SELECT id FROM orders WHERE status <> 'denied'")).toEqual([])
    const verdict = await verdictOn(first, truthInFile(venue.stateFile), trader.sent)
    expect(verdict).toMatchObject({ orders: 20, lost: [], doubled: [], violations: [] })
  })
})
