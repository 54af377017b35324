import { setTimeout as pause } from 'node:timers/promises'
import { type Random, seededRandom } from '../../src/simulator/seeded-random.ts'
import { AMPLE, settled } from '../daemon/burst.ts'
import { PaperVenueProcess } from '../daemon/paper-venue-process.ts'
import type { DaemonClient } from '../support/daemon-client.ts'
import { type ConfigText, DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { Trader } from './trader.ts'
import { truthInFile } from './venue-truth.ts'
import { type Verdict, verdictOn } from './verdict.ts'

/** What was done to one installation, and how it stood afterwards. */
export interface KilledLife {
  readonly kills: number
  /** Of them, while it was starting or recovering. */
  readonly duringStart: number
  readonly verdict: Verdict
}

export const KILL_CONFIG: ConfigText = { ...AMPLE, breaker: { consecutive_failures: null, unconfirmed_orders: null } }
export const VENUE_OPTIONS = { cash: '1000000000', allow_short: true, model: 'lively' } as const

const EARLY = 0.4
const MOST_ANSWERS = 40
const PAUSE_MS = 40
/** Nothing that is promised: a machine with other things to do takes longer. */
const QUIET_WITHIN_MS = 120_000

/**
 * One installation killed at random moments under load, then left in peace, then judged. The moments, the signals and
 * the cancels follow from the seed; what they meet does not.
 */
export async function killAtRandom(seed: string, kills: number): Promise<KilledLife> {
  const random = seededRandom(seed)
  await using venue = await PaperVenueProcess.start({ ...VENUE_OPTIONS, seed })
  await using daemon = DaemonProcess.prepared({ config: withVenue(venue.url) })
  const trader = new Trader(random)
  let duringStart = 0
  const startMs = await measuredStart(daemon)
  for (let n = 0; n < kills; n += 1) if (await startAndKill(daemon, trader, random, startMs)) duringStart += 1
  await daemon.start()
  await comeToRest(daemon.client, trader)
  await daemon.stop()
  await venue.kill('SIGTERM')
  return { kills, duringStart, verdict: await verdictOn(daemon, truthInFile(venue.stateFile), trader.sent) }
}

async function measuredStart(daemon: DaemonProcess): Promise<number> {
  const startedAt = performance.now()
  await daemon.start()
  const took = performance.now() - startedAt
  await daemon.kill('SIGKILL')
  return took
}

export const withVenue = (url: string, more: ConfigText = {}): ConfigText => ({
  ...KILL_CONFIG,
  accounts: { paper: { venue: 'paper', base_url: url, allow_short: true, cash: VENUE_OPTIONS.cash } },
  ...more,
})

/** Was it killed before it was ready? Moments are shares of a start and numbers of answers: a slow machine changes nothing. */
async function startAndKill(daemon: DaemonProcess, trader: Trader, random: Random, startMs: number): Promise<boolean> {
  const isReady = daemon.start().then(
    () => true,
    () => false,
  )
  if (random('kill.early') < EARLY) {
    await Promise.race([isReady, pause(random('kill.moment') * startMs)])
    await daemon.kill('SIGKILL')
    return !(await isReady)
  }
  if (!(await isReady)) throw new Error(`the daemon did not start: ${daemon.stderr.slice(-2_000)}`)
  let isOver = false
  const load = trader.trade(daemon.client, () => isOver)
  await trader.answersReach(trader.answers + Math.ceil(random('kill.moment') * MOST_ANSWERS))
  await pause(random('kill.pause') * PAUSE_MS)
  isOver = true
  await daemon.kill('SIGKILL')
  await load
  return false
}

/** Every signal gets its answer, every order its end. */
export async function comeToRest(client: DaemonClient, trader: Trader): Promise<void> {
  await until('every signal is answered', QUIET_WITHIN_MS, async () => {
    await trader.repeatUnanswered(client)
    return trader.sent.every(({ isAnswered }) => isAnswered) ? true : undefined
  })
  await client.post('/v1/orders/cancel-all')
  await settled(client, QUIET_WITHIN_MS)
}
