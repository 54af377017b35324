import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '../../src/simulator/seeded-random.ts'
import { PaperVenueProcess } from '../daemon/paper-venue-process.ts'
import { DaemonProcess, type Ended } from '../support/daemon-process.ts'
import { comeToRest, VENUE_OPTIONS, withVenue } from './random-kills.ts'
import { Trader } from './trader.ts'
import { truthInFile } from './venue-truth.ts'
import { type Verdict, verdictOn } from './verdict.ts'

/** A second daemon over the same data while the first one trades, and while the first one is held still. */
export interface Overlaps {
  readonly overlaps: number
  /** How each second daemon ended; 3 is what it has to be. */
  readonly ends: readonly (number | string)[]
  /** What it said. */
  readonly lines: readonly string[]
  readonly verdict: Verdict
}

const SHORTEST_PAUSE_MS = 1_000
const LOAD_MS = 300
const SECOND_ENDS_WITHIN_MS = 10_000

/**
 * Every second overlap holds the first daemon still (SIGSTOP) around its submits, from one second up to `longestMs`.
 */
export async function overlap(seed: string, overlaps: number, longestMs: number): Promise<Overlaps> {
  const random = seededRandom(seed)
  await using venue = await PaperVenueProcess.start({ ...VENUE_OPTIONS, seed })
  await using daemon = await DaemonProcess.start({ config: withVenue(venue.url) })
  const trader = new Trader(random)
  const ends: (number | string)[] = []
  const lines: string[] = []
  for (let n = 0; n < overlaps; n += 1) {
    let isOver = false
    const load = trader.trade(daemon.client, () => isOver)
    await pause(random('twin.moment') * LOAD_MS)
    const heldMs = n % 2 === 0 ? SHORTEST_PAUSE_MS + random('twin.held') * (longestMs - SHORTEST_PAUSE_MS) : 0
    if (heldMs > 0) process.kill(daemon.pid, 'SIGSTOP')
    const [second, ended] = await startSecond(daemon, venue.url, heldMs)
    if (heldMs > 0) process.kill(daemon.pid, 'SIGCONT')
    isOver = true
    await load
    ends.push(ended.code ?? String(ended.signal))
    lines.push(...told(second))
  }
  await comeToRest(daemon.client, trader)
  await daemon.stop()
  await venue.kill('SIGTERM')
  return { overlaps, ends, lines, verdict: await verdictOn(daemon, truthInFile(venue.stateFile), trader.sent) }
}

/** Settles when the second one has ended and the first one was held still long enough. */
async function startSecond(
  first: DaemonProcess,
  url: string,
  heldMs: number,
): Promise<readonly [DaemonProcess, Ended]> {
  const second = DaemonProcess.over(first.folder, { config: withVenue(url) })
  const ended = second.launch()
  const forced = setTimeout(() => process.kill(second.pid, 'SIGKILL'), SECOND_ENDS_WITHIN_MS)
  const [how] = await Promise.all([ended, pause(heldMs)])
  clearTimeout(forced)
  return [second, how]
}

const told = ({ stderr }: DaemonProcess): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && !line.includes('test.launched'))
