import type { FaultId } from '../faults/fault-plan.ts'
import type { Draw } from '../plan-scenario.ts'
import type { Action, Scenario } from '../scenario.ts'

export interface OperationWishes {
  readonly draw: Draw
  readonly rates: ReadonlyMap<FaultId, number>
  readonly accounts: readonly string[]
  readonly workload: Scenario['workload']
  /** Until when signals come: what happens after that meets few orders. */
  readonly busyMs: number
  readonly safetyMs: number
}

/** This share comes at any time, the rest while signals come. */
const LATE = 0.2

type Make = (at: number) => Action | readonly Action[]

/** What the operator, the human at the site, the machine and the network will do, beside what happens at a rate. */
export function planOperations({
  draw,
  rates,
  accounts,
  workload,
  busyMs,
  safetyMs,
}: OperationWishes): readonly Action[] {
  const actions: Action[] = []
  const busyness = workload === 'large' ? 4 : workload === 'few' ? 0.6 : 1
  const some = (what: string, share: number, make: Make, fault?: FaultId): void => {
    if (fault !== undefined && !rates.has(fault)) return
    const times = Math.floor(share * busyness + draw(`op.${what}`))
    for (let n = 0; n < times; n += 1)
      actions.push(...[make(draw(`op.${what}.at`) * (draw(`op.${what}.late`) < LATE ? safetyMs : busyMs))].flat())
  }
  const upTo = (what: string, least: number, most: number): number =>
    Math.floor(least + draw(what) ** 2 * (most - least))
  const account = (): string => accounts[Math.floor(draw('op.account') * accounts.length)] ?? 'a1'

  some('cancel_all', 0.1, (at) => ({ at, do: 'cancel_all' }))
  some('sync', 0.15, (at) => ({ at, do: 'sync' }))
  some('restart', 0.1, (at) => ({ at, do: 'restart' }))
  some('edit', 0.3, (at) => ({ at, do: 'edit_config', ...editOf(draw) }), 'F-107')
  some('loosen', 0.3, (at) => ({ at, do: 'edit_config', patch: LOOSER, fault: 'F-108' }), 'F-108')
  some('freeze', 0.3, (at) => ({ at, do: 'freeze', ms: upTo('op.freeze.ms', 1_000, 600_000) }), 'F-12')
  some('disk', 0.3, (at) => ({ at, do: 'fill_disk', ms: upTo('op.disk.ms', 100, 20_000) }), 'F-19')
  some('clock', 0.5, (at) => ({ at, do: 'jump_clock', ms: jumpOf(draw) }), 'F-27')
  some(
    'listener',
    0.5,
    (at) => ({ at: at / 10, do: 'sick_listener', ms: upTo('op.sick.ms', 1_000, 2 * safetyMs) }),
    'F-98',
  )
  some('storm', 0.6, (at) => ({ at, do: 'storm', account: account(), ms: upTo('op.storm.ms', 2_000, 60_000) }), 'F-77')
  some('twin', 0.3, (at) => ({ at, do: 'twin' }), 'F-110')
  some(
    'outage',
    0.5,
    (at) => {
      const kind =
        (['refused', 'silent', 'brown_out', 'no_entry'] as const)[Math.floor(draw('op.outage.kind') * 4)] ?? 'refused'
      return { at, do: 'outage', account: account(), kind, ms: upTo('op.outage.ms', 500, 60_000) }
    },
    'F-50',
  )
  some(
    'human',
    1.5,
    (at) => {
      const act = (['cancel', 'modify', 'place'] as const)[Math.floor(draw('op.human.act') * 3)] ?? 'cancel'
      return { at, do: 'human', account: account(), act, draw: draw('op.human.which') }
    },
    'F-61',
  )
  some(
    'restore',
    0.15,
    (at) => [
      { at: at / 2, do: 'back_up' },
      { at, do: 'restore' },
    ],
    'F-16',
  )
  return actions
}

const LOOSER = { 'risk.max_open_orders': 500, 'risk.max_order_notional': '1000000' } as const

function editOf(draw: Draw): { readonly patch: Record<string, string | number>; readonly fault: FaultId } {
  const edits: readonly Record<string, string | number>[] = [
    { 'order_management.buy_offset': '10' },
    { 'risk.max_open_orders': 60 },
    { 'fill_detection.max_poll_interval': '2s' },
    // Refused as a whole: what was in force stays in force.
    { 'risk.max_open_orders': 'many' },
  ]
  return { patch: edits[Math.floor(draw('op.edit') * edits.length)] ?? {}, fault: 'F-107' }
}

const HOUR_MS = 3_600_000
function jumpOf(draw: Draw): number {
  const jumps = [HOUR_MS, -HOUR_MS, 365 * 24 * HOUR_MS, 7_000, -7_000, 400, 8 * HOUR_MS]
  return jumps[Math.floor(draw('op.jump') * jumps.length)] ?? 0
}
