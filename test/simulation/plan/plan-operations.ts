import type { FaultId } from '../faults/fault-plan.ts'
import type { Draw } from '../plan-scenario.ts'
import type { Action, Scenario } from '../scenario.ts'

export interface OperationWishes {
  readonly draw: Draw
  readonly rates: ReadonlyMap<FaultId, number>
  readonly accounts: readonly string[]
  readonly workload: Scenario['workload']
  readonly signals: readonly Action[]
  /** Until when signals come: what happens after that meets few orders. */
  readonly busyMs: number
  readonly safetyMs: number
  /** A listener is ill from the first event to the last. */
  readonly isBacklog: boolean
}

/** This share comes at any time, this one just after a signal, the rest while signals come. */
const LATE = 0.15
const MET = 0.6
/** While its order is on its way, or is being watched. */
const SOON_MS = 600

type Make = (at: number) => Action | readonly Action[]

/** What the operator, the human at the site, the machine and the network will do, beside what happens at a rate. */
export function planOperations({
  draw,
  rates,
  accounts,
  workload,
  signals,
  busyMs,
  safetyMs,
  isBacklog,
}: OperationWishes): readonly Action[] {
  const actions: Action[] = []
  const busyness = workload === 'large' ? 4 : workload === 'few' ? 0.6 : 1
  const some = (what: string, share: number, make: Make, fault?: FaultId): void => {
    if (fault !== undefined && !rates.has(fault)) return
    const times = Math.floor(share * busyness + draw(`op.${what}`))
    for (let n = 0; n < times; n += 1) actions.push(...[make(momentOf(what))].flat())
  }
  const momentOf = (what: string): number => {
    const [at, kind] = [draw(`op.${what}.at`), draw(`op.${what}.late`)]
    if (kind < LATE) return at * safetyMs
    const met = signals[Math.floor(at * signals.length)]
    return kind < LATE + MET && met !== undefined ? met.at + draw(`op.${what}.soon`) ** 3 * SOON_MS : at * busyMs
  }
  const upTo = (what: string, least: number, most: number): number =>
    Math.floor(least + draw(what) ** 2 * (most - least))
  const account = (): string => accounts[Math.floor(draw('op.account') * accounts.length)] ?? 'a1'

  some('cancel_all', 0.1, (at) => ({ at, do: 'cancel_all' }))
  some('sync', 0.15, (at) => ({ at, do: 'sync' }))
  some('restart', 0.1, (at) => ({ at, do: 'restart' }))
  some('edit', 0.7, (at) => ({ at, do: 'edit_config', ...editOf(draw) }), 'F-107')
  some('loosen', 0.5, (at) => ({ at, do: 'edit_config', patch: LOOSER, fault: 'F-108' }), 'F-108')
  some('freeze', 0.7, (at) => ({ at, do: 'freeze', ms: upTo('op.freeze.ms', 1_000, 600_000) }), 'F-12')
  some('disk', 0.8, (at) => ({ at, do: 'fill_disk', ms: upTo('op.disk.ms', 100, 20_000) }), 'F-19')
  some('clock', 0.8, (at) => ({ at, do: 'jump_clock', ms: jumpOf(draw) }), 'F-27')
  some(
    'listener',
    0.5,
    (at) => ({ at: at / 10, do: 'sick_listener', ms: upTo('op.sick.ms', 1_000, 2 * safetyMs) }),
    'F-98',
  )
  if (isBacklog) actions.push({ at: 0, do: 'sick_listener', ms: safetyMs })
  some('storm', 0.6, (at) => ({ at, do: 'storm', account: account(), ms: upTo('op.storm.ms', 2_000, 60_000) }), 'F-77')
  some('twin', 0.7, (at) => ({ at, do: 'twin' }), 'F-110')
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
    0.35,
    (at) => [
      { at: at / 2, do: 'back_up' },
      { at, do: 'restore' },
    ],
    'F-16',
  )
  some('fail_over', 0.4, (at) => ({ at, do: 'fail_over', withinMs: upTo('op.fail_over.ms', 2_000, 30_000) }), 'F-93')
  some(
    'reboot',
    0.6,
    (at) => ({ at, do: 'reboot', downMs: upTo('op.down.ms', 100, 20_000), ...wrongClock(draw) }),
    'F-112',
  )
  if (workload === 'calendar' && rates.has('F-28'))
    for (const at of SUMMER_OPENINGS_MS) actions.push({ at, do: 'summer_time' })
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

/** In New York, after the world begins: the first week of summer time, from Monday on. */
const SUMMER_OPENINGS_MS = [9, 10, 11, 12, 13].map(
  (day) => Date.UTC(2026, 2, day, 13, 30) - Date.UTC(2026, 2, 2, 14, 30),
)
/** By then the first session that opens an hour earlier than the one before is well under way. */
export const SUMMER_SESSION_MS = (SUMMER_OPENINGS_MS[0] ?? 0) + 2 * 3_600_000

const HOUR_MS = 3_600_000
/** Some machines wake in another year, most a little off. */
function wrongClock(draw: Draw): { readonly offMs: number; readonly rightAfterMs: number } {
  const offs = [-HOUR_MS, HOUR_MS, 45_000, -45_000, -365 * 24 * HOUR_MS]
  const offMs = offs[Math.floor(draw('op.reboot.off') * offs.length)] ?? 0
  return { offMs, rightAfterMs: Math.floor(500 + draw('op.reboot.right') * 30_000) }
}
function jumpOf(draw: Draw): number {
  const jumps = [HOUR_MS, -HOUR_MS, 365 * 24 * HOUR_MS, 7_000, -7_000, 400, 12 * HOUR_MS]
  return jumps[Math.floor(draw('op.jump') * jumps.length)] ?? 0
}
