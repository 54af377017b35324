import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AMPLE, steadily } from '../daemon/burst.ts'
import type { SignalText } from '../support/daemon-client.ts'
import { type ConfigText, DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { type BriskVenue, openBriskVenue } from './brisk-venue.ts'

/** One halt while orders leave and others wait. */
export interface Halt {
  /** How long after its answer the last order reached the venue; 0 when none did. */
  readonly latestMs: number
  /** Orders that waited for the rate budget and were denied. */
  readonly queued: number
  /** Orders that had left until then, by the second. */
  readonly perSecond: number
}

const PER_SECOND = 200
/** A late order would show within this. */
const WATCHED_MS = 300
/** Nothing that is promised: a machine with other things to do takes longer. */
const WITHIN_MS = 120_000
/** Of those that wait some leave before the halt. */
const SPARE = 300
/** What waits must not be older than the five minutes that an order may wait. */
const TRIALS_PER_STORE = 10
const LEFT_BEFORE = 50

/**
 * A store with a queue is made once and copied for every halt, because taking two thousand signals is slower than the
 * halt that ends them. Each daemon begins with the queue, sends it at its full rate while more signals come, is halted,
 * looked at, and killed.
 */
export async function haltUnderFire(
  trials: number,
  queue: number,
  tell: (halt: Halt) => void,
): Promise<readonly Halt[]> {
  const halts: Halt[] = []
  while (halts.length < trials) {
    await using queued = await withQueue(queue + SPARE)
    for (let n = 0; n < TRIALS_PER_STORE && halts.length < trials; n += 1) {
      const halt = await haltOnce(queued.folder)
      halts.push(halt)
      tell(halt)
    }
  }
  return halts
}

async function haltOnce(from: string): Promise<Halt> {
  const folder = mkdtempSync(join(tmpdir(), 'surefill-halt-'))
  cpSync(from, folder, { recursive: true })
  rmSync(join(folder, 'data/surefill.db.lock'), { force: true })
  // A venue that has none of the orders of the last halt.
  await using venue = await openBriskVenue()
  await using daemon = DaemonProcess.over(folder, { config: paced(venue, PER_SECOND, '1s') })
  await daemon.start()
  const stream = steadily(daemon.client, PER_SECOND, 'fire')
  await until('orders leave', WITHIN_MS, () => (venue.arrivals.length > LEFT_BEFORE ? true : undefined))
  const halt = daemon.client.post('/v1/halt', { reason: 'a trial' })
  const { status, body } = await halt
  const answeredAt = performance.now()
  if (status !== 200) throw new Error(`the halt was answered ${status}`)
  const seconds = (answeredAt - (venue.arrivals[0] ?? answeredAt)) / 1_000
  const left = venue.arrivals.length
  await pause(WATCHED_MS)
  await stream.stop()
  const last = venue.arrivals.at(-1) ?? 0
  return { latestMs: Math.max(0, last - answeredAt), queued: Number(body.denied), perSecond: left / seconds }
}

/** Killed while so many orders wait, and none is at a venue. */
async function withQueue(count: number): Promise<DaemonProcess> {
  await using venue = await openBriskVenue()
  const daemon = await DaemonProcess.start({ config: paced(venue, 1, '1d') })
  // What uses up the budget of the day must not be known afterwards: it has ended, and nothing of it was executed.
  const { body } = await daemon.client.send(FIRST, '?wait=60&until=accepted')
  await daemon.client.post(`/v1/orders/${body.order.id}/cancel`)
  await until('the first one is cancelled', WITHIN_MS, async () =>
    (await daemon.client.get(`/v1/orders/${body.order.id}`)).body.status === 'cancelled' ? true : undefined,
  )
  const refused = (await daemon.client.burst(backlog(count))).find((answer) => answer?.status !== 202)
  if (refused !== undefined) throw new Error(`a signal was not taken: ${refused.status} ${refused.text}`)
  await daemon.kill('SIGKILL')
  return daemon
}

const paced = ({ url }: BriskVenue, requests: number, per: string): ConfigText => ({
  ...AMPLE,
  rate_limit: { max_queue_age: '5m' },
  risk: { ...Object(AMPLE.risk), max_signal_age: null, max_reference_age: null },
  accounts: {
    paper: { venue: 'paper', base_url: url, allow_short: true, rate_limit: [{ class: 'order', requests, per }] },
  },
})

const FIRST: SignalText = { signal_id: 'first', symbol: 'AAPL', side: 'buy', quantity: '1', limit_price: '222' }
const backlog = (count: number): readonly SignalText[] =>
  Array.from({ length: count }, (_, n) => ({
    signal_id: `backlog-${n}`,
    strategy: 'halts',
    symbol: 'TSLA',
    side: n % 2 === 0 ? 'buy' : 'sell',
    quantity: '1',
  }))
