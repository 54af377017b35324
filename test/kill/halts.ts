import { setTimeout as pause } from 'node:timers/promises'
import { AMPLE, steadily } from '../daemon/burst.ts'
import { PaperVenueProcess } from '../daemon/paper-venue-process.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'

/** How long after each halt's answer the last order reached the venue; none is 0. */
export interface Halts {
  readonly trials: number
  readonly latestMs: readonly number[]
  /** Orders that waited for the rate budget when the halt came. */
  readonly queued: readonly number[]
}

const PER_SECOND = 200
/** A late order would show within this. */
const WATCHED_MS = 300
const STARTS_WITHIN_MS = 60_000
/** Slower than the signals come, so that a queue grows. */
const BUDGET = { class: 'order', requests: 50, per: '1s' }

/** Halt under fire, look, resume; again and again on one daemon. */
export async function haltUnderFire(trials: number, queue: number): Promise<Halts> {
  await using venue = await PaperVenueProcess.start({ cash: '1000000000', allow_short: true })
  const accounts = { paper: { venue: 'paper', base_url: venue.url, allow_short: true, rate_limit: [BUDGET] } }
  await using daemon = await DaemonProcess.start({ config: { ...AMPLE, accounts } })
  const [latestMs, queued]: [number[], number[]] = [[], []]
  for (let trial = 0; trial < trials; trial += 1) {
    const backlog = await daemon.client.burst(signalsOf(trial, queue))
    if (backlog.some((answer) => answer?.status !== 202)) throw new Error('a signal of the backlog was not taken')
    const before = venue.orderRequests.length
    const stream = steadily(daemon.client, PER_SECOND, `fire-${trial}`)
    await until('orders leave', STARTS_WITHIN_MS, () => (venue.orderRequests.length > before ? true : undefined))
    const { body } = await daemon.client.post('/v1/halt', { reason: `trial ${trial}` })
    const answeredAt = Date.now()
    await pause(WATCHED_MS)
    await stream.stop()
    const last = venue.orderRequests.at(-1)?.at ?? 0
    latestMs.push(Math.max(0, last - answeredAt))
    queued.push(Number(body.denied))
    await daemon.client.post('/v1/resume', { since: body.since })
  }
  return { trials, latestMs, queued }
}

const signalsOf = (trial: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    signal_id: `backlog-${trial}-${n}`,
    strategy: 'halts',
    symbol: 'TSLA',
    side: n % 2 === 0 ? 'buy' : 'sell',
    quantity: '1',
  }))
