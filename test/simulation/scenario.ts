import type { FaultId } from './faults/fault-plan.ts'
import type { PlannedCrash } from './world/crash-schedule.ts'

/**
 * A history before it happens: explicit and plain, so that it can be cut down, saved, and replayed after the seed that
 * it came from has long come to mean something else.
 */
export interface Scenario {
  readonly seed: number
  readonly workload: 'contended' | 'few' | 'large' | 'calendar'
  readonly accounts: readonly { readonly name: string; readonly profile: ProfileName }[]
  /** On top of what every simulated daemon runs with, by path. */
  readonly config: ConfigPatch
  readonly deadlineFactor: number
  readonly slowestMs: number
  readonly rates: Readonly<Partial<Record<FaultId, number>>>
  readonly crashes: readonly PlannedCrash[]
  /** In the order of their times. */
  readonly actions: readonly Action[]
  /** When the faults end. */
  readonly safetyMs: number
}

export const PROFILES = ['paper', 'alpha', 'bravo', 'charlie', 'delta', 'wild'] as const
export type ProfileName = (typeof PROFILES)[number]

export type ConfigPatch = Readonly<Record<string, string | number | boolean | null>>

export type Action = { readonly at: number } & (
  | {
      readonly do: 'signal'
      readonly body: Readonly<Record<string, string>>
      /** Sent again so long after the first time, answered or not. */
      readonly repeats: readonly number[]
      readonly fault?: FaultId
    }
  /** The same id, another order. */
  | { readonly do: 'conflict'; readonly body: Readonly<Record<string, string>> }
  | { readonly do: 'cancel'; readonly signal: string }
  | { readonly do: 'cancel_all' | 'halt' | 'resume' | 'sync' | 'restart' | 'back_up' | 'twin' | 'summer_time' }
  | { readonly do: 'restore' }
  /** As soon as an order has changed: what takes over does not know of it. */
  | { readonly do: 'fail_over'; readonly withinMs: number }
  /** Down, and up again with a clock that is wrong for a while. */
  | { readonly do: 'reboot'; readonly downMs: number; readonly offMs: number; readonly rightAfterMs: number }
  | { readonly do: 'edit_config'; readonly patch: ConfigPatch; readonly fault: FaultId }
  | { readonly do: 'freeze' | 'fill_disk' | 'jump_clock' | 'sick_listener'; readonly ms: number }
  | {
      readonly do: 'outage'
      readonly account: string
      /** `no_entry`: whatever else answers, orders are not taken. */
      readonly kind: 'refused' | 'silent' | 'brown_out' | 'no_entry'
      readonly ms: number
    }
  | { readonly do: 'storm'; readonly account: string; readonly ms: number }
  | {
      readonly do: 'human'
      readonly account: string
      readonly act: 'cancel' | 'modify' | 'place'
      readonly draw: number
    }
)
