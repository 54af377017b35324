import { newCheckers } from './checkers/new-checkers.ts'
import type { Checker } from './evidence.ts'
import type { FaultCount, FaultId } from './faults/fault-plan.ts'
import { knownEvidence } from './known-evidence.ts'
import { playScenario } from './play-scenario.ts'
import type { Scenario } from './scenario.ts'
import { sometimes } from './sometimes.ts'
import { Trace } from './world/trace.ts'
import { withVirtualGlobals } from './world/virtual-globals.ts'
import { World } from './world/world.ts'

export interface Outcome {
  readonly seed: number
  /** Without those that were denied: they never lived. */
  readonly orders: number
  readonly byStatus: Readonly<Record<string, number>>
  /** Messages between us and the venue about each order that was sent. */
  readonly exchanges: readonly number[]
  readonly isContended: boolean
  readonly faults: ReadonlyMap<FaultId, FaultCount>
  readonly crashes: ReadonlyMap<string, number>
  readonly sometimes: ReadonlyMap<string, number>
  readonly violations: readonly string[]
  readonly hash: string | undefined
  readonly steps: number
  readonly virtualMs: number
  readonly trace: readonly string[]
  /** How much each checker had to judge, and what it had to do without. */
  readonly checks: readonly CheckCount[]
}
export interface CheckCount {
  readonly name: string
  readonly guards: readonly string[]
  readonly judged: number
  readonly lacked: Readonly<Record<string, number>>
}
export interface RunOptions {
  /** Lines kept for a reader; none while only the verdict counts. */
  readonly keep?: number
  readonly isHashed?: boolean
}

/** How many things happen between two looks of those who look always. */
const LOOK_EVERY = 64

/** The whole daemon through one history, watched by every checker. */
export async function runScenario(
  scenario: Scenario,
  { keep = 0, isHashed = true }: RunOptions = {},
): Promise<Outcome> {
  const trace = new Trace({ keep, isHashed })
  const world = new World(scenario, trace)
  const violations: string[] = []
  const checkers = newCheckers()
  const look = (when: Checker['when']): void => {
    const evidence = knownEvidence(world)
    for (const checker of checkers) if (checker.when === when) violations.push(...checker.check(evidence))
  }
  world.onRestore = () => look('always')
  const step = world.time.onStep
  let steps = 0
  world.time.onStep = (label) => {
    step(label)
    steps += 1
    if (steps % LOOK_EVERY === 0) look('always')
  }
  const globals = { clock: world.time, timers: world.time, random: world.random }
  await withVirtualGlobals(globals, () =>
    playScenario(scenario, {
      world,
      isBroken: () => violations.length > 0 || world.troubles.length > 0,
      atQuiet: () => {
        look('always')
        look('quiet')
      },
    }),
  )
  world.endAll('the end')
  const checks = checkers.map(({ name, guards, judged, lacked }) => ({
    name,
    guards,
    judged,
    lacked: Object.fromEntries(lacked),
  }))
  const told = outcome(world, [...violations, ...world.troubles], checks)
  // Its pages are not the collector's to see: by the thousand they would fill the memory before it looks.
  world.disk.database.close()
  return told
}

function outcome(world: World, violations: readonly string[], checks: readonly CheckCount[]): Outcome {
  const { scenario, recorder, trace, faults, disk } = world
  const rows = disk.database.prepare('SELECT status, count(*) AS n FROM orders GROUP BY status ORDER BY status').all()
  const sent = [
    ...new Set(recorder.wire.flatMap(({ what, tag }) => (what === 'submit' && tag !== undefined ? [tag] : []))),
  ]
  const byStatus = Object.fromEntries(rows.map(({ status, n }) => [String(status), Number(n)]))
  return {
    seed: scenario.seed,
    orders: Object.values(byStatus).reduce((sum, n) => sum + n, 0) - (byStatus.denied ?? 0),
    byStatus,
    exchanges: sent.map((tag) => recorder.exchanges.get(tag) ?? 0),
    isContended: scenario.workload === 'contended' || scenario.workload === 'large',
    faults: faults.counts,
    crashes: recorder.crashes,
    sometimes: sometimes(world),
    violations,
    hash: trace.isHashed ? trace.digest() : undefined,
    steps: trace.length,
    virtualMs: world.time.monotonic(),
    trace: trace.tail,
    checks,
  }
}
