import { Operator } from './actors/operator.ts'
import { perform } from './actors/perform.ts'
import { Trader } from './actors/trader.ts'
import { isCompared, isQuiet } from './quiet.ts'
import type { Scenario } from './scenario.ts'
import type { World } from './world/world.ts'

/**
 * One history from beginning to end: a safety phase with faults, then faults off and a liveness phase until all is quiet,
 * then a restart, then quiet again.
 */
export interface Stage {
  readonly world: World
  /** Asked now and then while it runs; what it tells ends the history. */
  readonly isBroken: () => boolean
  /** All is quiet: time for whatever may only be asked then. */
  readonly atQuiet: () => void
}

const SLICE_MS = 2_000
/** Faults are over for this long, or for as long as the venue itself takes to prove absence. */
const LIVENESS_MS = 120_000
const START_MS = 1_200_000

export async function playScenario(scenario: Scenario, { world, isBroken, atQuiet }: Stage): Promise<void> {
  const cast = { world, trader: new Trader(world), operator: new Operator(world) }
  const { time } = world
  const runFor = (ms: number, isDone: () => boolean = () => false): Promise<unknown> =>
    time.run({ untilMs: time.monotonic() + ms, isDone: () => isDone() || isBroken() })
  /** Runs on until it holds at the end of a slice, or for so long. */
  const until = async (holds: () => boolean, ms: number): Promise<boolean> => {
    for (const giveUpAt = time.monotonic() + ms; time.monotonic() < giveUpAt && !isBroken(); await runFor(SLICE_MS)) {
      if (holds()) return true
    }
    return holds()
  }
  let isAllCalledOff = false
  const settles = async (): Promise<void> => {
    await until(() => world.front !== undefined, START_MS)
    const holds = (): boolean => isQuiet(world, cast.trader, isAllCalledOff) && (!isAllCalledOff || isCompared(world))
    const isAllQuiet = await until(holds, LIVENESS_MS + settlingMs(world))
    if (!isAllQuiet && !isBroken()) world.troubles.push(`I-48: not quiet ${LIVENESS_MS} ms after the last fault`)
  }

  world.begin()
  for (const action of scenario.actions) time.after(action.at, 'script', () => perform(action, cast))
  await runFor(scenario.safetyMs)
  calm(world)
  await until(() => world.front !== undefined, START_MS)
  cast.operator.resume()
  await settles()
  cast.operator.cancelAll()
  isAllCalledOff = true
  await runFor(SLICE_MS)
  await settles()
  if (isBroken()) return
  atQuiet()
  cast.operator.restart()
  await runFor(SLICE_MS)
  await settles()
  if (!isBroken()) atQuiet()
}

/** Nothing goes wrong any more by itself; what went wrong before is for the daemon to mend. */
function calm(world: World): void {
  const { faults, crashes, weather, disk, time, alive, sites, recorder, trace } = world
  trace.add('phase', 'faults off')
  world.isCalm = true
  faults.stop()
  crashes.stop()
  weather.clear()
  for (const span of recorder.listenerTrouble) span.until ??= time.monotonic()
  disk.heal()
  time.jumpWallClock(-time.skew)
  for (const { venue } of sites) venue.heal()
  for (const { life } of alive) life.thaw()
}

/**
 * What is owed beside the two minutes:
 * - absence is proven when the venue has settled, and an identical order waits for the one before it to be proven: twice;
 * - what a venue asked for last is obeyed, up to the daemon's own bound, even when it makes no sense any more;
 * - where days go by, books are held against the venue's once an hour.
 */
const settlingMs = ({ sites, recorder, scenario, time }: World): number =>
  Math.max(0, ...sites.map(({ settlesMs }) => 2 * settlesMs)) +
  Math.max(0, recorder.turnedAwayAt + LONGEST_PAUSE_MS - time.monotonic()) +
  (scenario.workload === 'calendar' ? HOURLY_MS : 0)
const HOURLY_MS = 3_600_000
const LONGEST_PAUSE_MS = 15 * 60_000
