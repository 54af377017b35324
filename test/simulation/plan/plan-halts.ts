import type { FaultId } from '../faults/fault-plan.ts'
import type { Draw } from '../plan-scenario.ts'
import type { Action, Scenario } from '../scenario.ts'

export interface HaltWishes {
  readonly draw: Draw
  readonly rates: ReadonlyMap<FaultId, number>
  readonly workload: Scenario['workload']
  readonly signals: readonly Action[]
}

const TIMES = { contended: 1.2, few: 0.5, large: 4, calendar: 0.5 } as const
/** How soon after a signal: while its order waits for its turn, for a token, or is on its way. */
const SOON_MS = 600
const OUTAGE_MS = { least: 400, most: 3_000 }
const HELD_MS = { least: 300, most: 8_000 }

/**
 * The switch, thrown where it matters: just after a signal, and often while the venue takes no orders,
 * so that orders wait to be tried again when it falls.
 */
export function planHalts({ draw, rates, workload, signals }: HaltWishes): readonly Action[] {
  const actions: Action[] = []
  const orders = signals.filter((action) => action.do === 'signal')
  const between = (what: string, { least, most }: { least: number; most: number }): number =>
    Math.floor(least + draw(what) ** 2 * (most - least))
  const times = Math.floor(TIMES[workload] + draw('op.halt'))
  for (let n = 0; n < times && orders.length > 0; n += 1) {
    const after = orders[Math.floor(draw('op.halt.after') * orders.length)]
    if (after === undefined) continue
    const at = after.at + draw('op.halt.at') ** 2 * SOON_MS
    const outageMs = rates.has('F-50') && draw('op.halt.outage') < 0.7 ? between('op.halt.outage.ms', OUTAGE_MS) : 0
    if (outageMs > 0) {
      const account = after.body.account ?? 'a1'
      actions.push({ at: after.at, do: 'outage', account, kind: 'no_entry', ms: outageMs })
    }
    const heldMs = outageMs + between('op.halt.ms', HELD_MS)
    actions.push({ at, do: 'halt' }, { at: at + heldMs, do: 'resume' })
  }
  return actions
}
