import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

vi.setConfig({ testTimeout: 60_000 })

const signal = (n: number) => ({
  signal_id: `one-${n}`,
  symbol: n % 2 === 0 ? 'AAPL' : 'MSFT',
  side: 'sell',
  quantity: '1',
})

describe('an account has one owner (I-36)', () => {
  let venue: PaperVenueProcess
  let first: DaemonProcess
  let second: DaemonProcess
  beforeEach(async () => {
    venue = await PaperVenueProcess.start({ cash: '100000000', allow_short: true })
    const accounts = { paper: { venue: 'paper', base_url: venue.url, allow_short: true } }
    const config = { accounts, order_management: { duplicate_policy: 'allow' } }
    first = await DaemonProcess.start({ config })
    second = DaemonProcess.over(first.folder, { config })
  })
  afterEach(async () => {
    await second[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    await venue[Symbol.asyncDispose]()
  })

  it('a second daemon on the same store ends with code 3 and says why', async () => {
    expect(await second.launch()).toMatchObject({ code: 3 })
    expect(second.stderr).toMatch(/another instance is working on .*surefill\.db/)
    expect((await first.client.send(signal(1))).status).toBe(202)
  })

  it('one that was paused while another took over by force sends nothing when it wakes, and ends with code 3', async () => {
    process.kill(first.pid, 'SIGSTOP')
    rmSync(first.path('data/surefill.db.lock'))
    await second.start()
    process.kill(first.pid, 'SIGCONT')

    const stale = Promise.all([1, 2, 3, 4].map((n) => first.client.send(signal(n)).catch(() => undefined)))
    await until('the first has ended', 20_000, () => (first.stderr.includes('has taken over') ? true : undefined))
    await stale
    expect(venue.orderRequests).toEqual([])
    expect(await first.ended).toMatchObject({ code: 3, signal: null })
    expect((await second.client.send(signal(9), '?wait=5&until=accepted')).status).toBeLessThan(300)
    expect(venue.orderRequests).toHaveLength(1)
  })
})
