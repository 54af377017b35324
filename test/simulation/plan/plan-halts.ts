import type { FaultId } from '../faults/fault-plan.ts'
import type { Draw } from '../plan-scenario.ts'
import type { Action, Scenario } from '../scenario.ts'

export interface HaltWishes {
  readonly draw: Draw
  readonly rates: ReadonlyMap<FaultId, number>
  readonly workload: Scenario['workload']
  readonly signals: readonly Action[]
}

const TIMES = { contended: 1, few: 0.5, large: 1.5, calendar: 0.5 } as const
/** How soon after a signal: while its order waits for its turn, for a token, or is on its way. */
const SOON_MS = 600
/** The first wait before a request that did not leave is tried again. */
const RETRY_MS = 1_000
const OUTAGE_MS = { least: 400, most: 3_000 }
const RESTARTS_MS = 400
const RESTARTED_MS = 3_000
const HELD_MS = { least: 100, most: 2_500 }
/** How long a change of the switch takes to be durable. */
const WRITTEN_MS = 4

/**
 * The switch, thrown where it matters: just after a signal, and often while the venue takes no orders,
 * so that orders wait to be tried again when it falls.
 */
export function planHalts({ draw, rates, workload, signals }: HaltWishes): readonly Action[] {
  const actions: Action[] = []
  const orders = signals.filter((action) => action.do === 'signal')
  // A halt in a flood denies whatever there is: seldom, or there would be few lives to look at.
  const spared = draw('op.halt.flood') < 0.1 ? orders : orders.filter(({ at }) => crowd(orders, at) <= MOST_DENIED)
  const between = (what: string, { least, most }: { least: number; most: number }): number =>
    Math.floor(least + draw(what) ** 2 * (most - least))
  const times = Math.floor(TIMES[workload] + draw('op.halt'))
  for (let n = 0; n < times && spared.length > 0; n += 1) {
    const after = spared[Math.floor(draw('op.halt.after') * spared.length)]
    if (after === undefined) continue
    const outageMs = rates.has('F-50') && draw('op.halt.outage') < 0.8 ? between('op.halt.outage.ms', OUTAGE_MS) : 0
    if (outageMs > 0) {
      const account = after.body.account ?? 'a1'
      actions.push({ at: after.at, do: 'outage', account, kind: 'no_entry', ms: outageMs })
    }
    // Before what could not be sent is tried again, and until after that.
    const at = after.at + (outageMs > 0 ? draw('op.halt.at') * RETRY_MS : draw('op.halt.at') ** 2 * SOON_MS)
    // It latches: whoever is started meanwhile must find it, and somebody must want something of him.
    const isRestarted = draw('op.halt.restart') < 0.15
    if (isRestarted) actions.push({ at: at + draw('op.halt.restart.at') * RESTARTS_MS, do: 'restart' })
    const longer = (outageMs > 0 ? outageMs + RETRY_MS : 0) + (isRestarted ? RESTARTED_MS : 0)
    const heldMs = longer + between('op.halt.ms', HELD_MS)
    actions.push({ at, do: 'halt' }, { at: at + heldMs, do: 'resume' })
    if (draw('op.halt.again') >= 0.1) continue
    // He thinks better of it while his resume is on its way to the disk.
    const againAt = at + heldMs + draw('op.halt.again.at') * WRITTEN_MS
    actions.push({ at: againAt, do: 'halt' }, { at: againAt + between('op.halt.again.ms', HELD_MS), do: 'resume' })
  }
  return actions
}

const MOST_DENIED = 8
/** Signals of a flood about that time. */
const crowd = (orders: readonly Action[], at: number): number =>
  orders.filter((other) => isOfFlood(other) && other.at > at - WAITED_MS && other.at < at + HELD_MS.most).length
const isOfFlood = (action: Action): boolean => action.do === 'signal' && action.fault === 'F-106'
const WAITED_MS = 4_000
