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
  readonly orders: number
  readonly byStatus: Readonly<Record<string, number>>
  /** Requests and answers of orders that the venue was asked about at all. */
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
  return outcome(world, [...violations, ...world.troubles])
}

function outcome(world: World, violations: readonly string[]): Outcome {
  const { scenario, recorder, trace, faults, disk } = world
  const rows = disk.database.prepare('SELECT status, count(*) AS n FROM orders GROUP BY status ORDER BY status').all()
  const byStatus = Object.fromEntries(rows.map(({ status, n }) => [String(status), Number(n)]))
  const perTag = new Map<string, number>()
  for (const { tag } of recorder.wire) if (tag !== undefined) perTag.set(tag, (perTag.get(tag) ?? 0) + 1)
  return {
    seed: scenario.seed,
    orders: Object.values(byStatus).reduce((sum, n) => sum + n, 0),
    byStatus,
    exchanges: [...perTag.values()],
    isContended: scenario.workload === 'contended' || scenario.workload === 'large',
    faults: faults.counts,
    crashes: recorder.crashes,
    sometimes: sometimes(world),
    violations,
    hash: trace.isHashed ? trace.digest() : undefined,
    steps: trace.length,
    virtualMs: world.time.monotonic(),
    trace: trace.tail,
  }
}
