import type { FaultId } from './faults/fault-plan.ts'
import { drawRates, unhindered } from './faults/swarm.ts'
import { planConfig } from './plan/plan-config.ts'
import { planCrashes } from './plan/plan-crashes.ts'
import { planHalts } from './plan/plan-halts.ts'
import { planOperations, SUMMER_SESSION_MS } from './plan/plan-operations.ts'
import { planSignals } from './plan/plan-signals.ts'
import { PROFILES, type ProfileName, type Scenario } from './scenario.ts'
import { ForkedRandom } from './world/forked-random.ts'
import { Trace } from './world/trace.ts'

export interface PlanWishes {
  readonly seed: number
  /** Instead of the usual mix of sizes. */
  readonly orders?: number
  readonly profile: ProfileName | 'all'
  /** Only these faults. */
  readonly faults?: readonly FaultId[]
  readonly crashes?: number
}

export type Draw = (what: string) => number

/** What the seed means: a function of the wishes alone. */
export function planScenario({ seed, orders, profile, faults, crashes }: PlanWishes): Scenario {
  const random = new ForkedRandom(seed, new Trace({ isHashed: false }))
  const draw: Draw = (what) => random.draw(`plan.${what}`)
  const workload = workloadOf(draw('workload'), orders)
  const count = orders ?? USUAL_ORDERS[workload]
  const accounts = accountsFor(workload, profile, draw)
  const drawn = drawRates(draw, faults)
  const isBacklog = workload === 'large' && drawn.has('F-98') && draw('backlog') < 0.15
  // What nobody takes piles up only where trading goes on.
  const rates = isBacklog ? unhindered(drawn) : drawn
  const names = accounts.map(({ name }) => name)
  const signals = planSignals({ seed, count, workload, accounts: names, draw, rates })
  const lastAt = Math.max(...signals.map(({ at }) => at), workload === 'calendar' ? SUMMER_SESSION_MS : 0)
  const busyMs = lastAt + SETTLING_MS
  const safetyMs = busyMs + AFTERWARDS_MS * (0.2 + draw('afterwards'))
  const operations = planOperations({ draw, rates, accounts: names, workload, signals, busyMs, safetyMs, isBacklog })
  const halts = planHalts({ draw, rates, workload, signals })
  return {
    seed,
    workload,
    accounts,
    config: planConfig(draw, workload),
    deadlineFactor: deadlineFactorOf(draw, workload),
    slowestMs: draw('slow') < 0.8 ? 30 : 30 + draw('slowest') * 2_000,
    rates: Object.fromEntries(rates),
    crashes: planCrashes({ draw, rates, count, ...(crashes === undefined ? {} : { crashes }) }),
    actions: [...signals, ...operations, ...halts].sort((a, b) => a.at - b.at),
    safetyMs,
  }
}

/**
 * Some time-outs are a little short or long, and a few so short that next to nothing is answered in time. Not for days on
 * end: where no venue is ever heard, no start comes to an end and nothing happens that anybody could judge.
 */
function deadlineFactorOf(draw: Draw, workload: Scenario['workload']): number {
  const at = draw('deadline.bent')
  if (at < 0.5 || (at >= 0.97 && workload === 'calendar')) return 1
  return at < 0.97 ? 10 ** (draw('deadline') * 2 - 1.2) : 1 / 600
}

const SETTLING_MS = 500
const AFTERWARDS_MS = 120_000
const USUAL_ORDERS = { contended: 20, few: 3, large: 300, calendar: 24 } as const

/** How many orders the seed has when nobody wishes otherwise: known before it is run. */
export function usualOrders(seed: number): number {
  const random = new ForkedRandom(seed, new Trace({ isHashed: false }))
  return USUAL_ORDERS[workloadOf(random.draw('plan.workload'), undefined)]
}

function workloadOf(at: number, orders: number | undefined): Scenario['workload'] {
  if (orders !== undefined) return orders > 100 ? 'large' : 'contended'
  if (at < 0.6) return 'contended'
  if (at < 0.85) return 'few'
  return at < 0.95 ? 'large' : 'calendar'
}

const LARGE_ACCOUNTS = 6
function accountsFor(workload: Scenario['workload'], profile: ProfileName | 'all', draw: Draw): Scenario['accounts'] {
  const count = workload === 'large' ? LARGE_ACCOUNTS : draw('accounts') < 0.8 ? 1 : 2
  return Array.from({ length: count }, (_, n) => ({
    name: `a${n + 1}`,
    profile: profile === 'all' ? (PROFILES[Math.floor(draw('profile') * PROFILES.length)] ?? 'paper') : profile,
  }))
}
