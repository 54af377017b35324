import type { Config } from '../../../src/config/config.ts'
import type { Limits } from '../evidence.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import type { Scenario } from '../scenario.ts'

type Known = { -readonly [K in keyof Limits]: Limits[K] }

/** An order in doubt is a case after this, and a stream that owes word is replaced after this, where nothing is slow. */
const DOUBT_ALARM_MS = 60_000
const STREAM_STALE_MS = 10_000
/** Until it is on disk, and somebody has looked. */
const SEEN_WITHIN_MS = 3_000
/** What makes either come later, and by how much. A process that stands still keeps no time at all. */
const LATE_BY: readonly (readonly [FaultId, number])[] = [
  ['F-22', 60_000],
  ['F-32', 30_000],
]
/** After a jump of the clock what is left of a minute is at most another one. */
const JUMPS: readonly FaultId[] = ['F-27', 'F-112']
/** While the store takes nothing there is no case, and it is opened anew with everything else. */
const STORE_FAILS: readonly FaultId[] = ['F-19', 'F-20', 'F-24', 'F-92']
/** Trades that no order of ours was approved for, and books that have forgotten some. */
const UNFORESEEN: readonly FaultId[] = ['F-16', 'F-59', 'F-60', 'F-61', 'F-63', 'F-93']

/** What the daemons of a history were to keep: of several configurations the loosest, so that an edit accuses nobody. */
export class LimitsInForce {
  readonly byAccount = new Map<string, Limits>()
  readonly #scenario: Pick<Scenario, 'rates'>

  constructor(scenario: Pick<Scenario, 'rates'>) {
    this.#scenario = scenario
  }

  begin({ accounts, risk, retry }: Config): void {
    const { max_order_notional, max_open_orders, max_position_notional } = risk
    const now: Limits = {
      maxAttempts: retry.submit.max_attempts ?? retry.max_attempts,
      ...given('maxOrderNotional', max_order_notional?.toString()),
      ...given('maxOpenOrders', this.#has('F-16', 'F-93') ? undefined : (max_open_orders ?? undefined)),
      ...given('maxPositionNotional', this.#has(...UNFORESEEN) ? undefined : max_position_notional?.toString()),
      ...given('doubtAlarmMs', this.#lateAfter(DOUBT_ALARM_MS)),
      ...given('streamStaleMs', this.#lateAfter(STREAM_STALE_MS)),
    }
    for (const name of Object.keys(accounts)) {
      const before = this.byAccount.get(name)
      this.byAccount.set(name, before === undefined ? now : looser(before, now))
    }
  }

  #has(...faults: readonly FaultId[]): boolean {
    return faults.some((fault) => this.#scenario.rates[fault] !== undefined)
  }
  #lateAfter(usual: number): number | undefined {
    if (this.#has('F-12')) return undefined
    const later = LATE_BY.reduce((sum, [fault, ms]) => sum + (this.#has(fault) ? ms : 0), SEEN_WITHIN_MS)
    const again = this.#has(...JUMPS) || this.#has(...STORE_FAILS) ? 2 : 1
    return again * (usual + later)
  }
}

/** What either leaves open stays open. */
function looser(one: Limits, other: Limits): Limits {
  const sum: Known = {}
  for (const name of ['maxAttempts', 'maxOpenOrders', 'doubtAlarmMs', 'streamStaleMs'] as const) {
    const [a, b] = [one[name], other[name]]
    if (a !== undefined && b !== undefined) sum[name] = Math.max(a, b)
  }
  for (const name of ['maxOrderNotional', 'maxPositionNotional'] as const) {
    const [a, b] = [one[name], other[name]]
    if (a !== undefined && b !== undefined) sum[name] = Number(a) > Number(b) ? a : b
  }
  return sum
}

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [N in K]: V })
