import type { Misbehaviour } from '../../src/simulator/faces/alpaca/misbehaviours.ts'
import type { GateTrouble } from './fault-gate.ts'

/** What is going on between daemon and venue when something goes wrong. */
export type Operation =
  | 'submit'
  | 'cancel'
  | 'look-up'
  | 'list of open orders'
  | 'list of recent orders'
  | 'activities'
  | 'positions'
  | 'account'
  | 'quote'
  | 'instrument'
  | 'stream connect'
  | 'stream frame'
  | 'restart'

/** What happens to the order while it goes wrong. */
export type OrderState =
  | 'working'
  | 'filled'
  | 'filled in parts'
  | 'partly filled'
  | 'partly filled, then expired'
  | 'cancelled by the venue'
  | 'expired'
  | 'rejected'
  | 'replaced by somebody'
  | 'filled beside a busy stranger'
  | 'execution undone'
  | 'execution corrected'

/** What the venue does wrong by itself, or what is done to the bytes on their way. */
export type Trouble = Misbehaviour | GateTrouble

/** One operation, one trouble, one state of the order: no two scenarios are alike in all three. */
export interface Scenario {
  readonly operation: Operation
  readonly trouble: Trouble
  readonly state: OrderState
  /** How often it strikes; once when nothing is said. */
  readonly times?: number
  /** Its length or delay, where it has one. */
  readonly ms?: number
  readonly status?: number
  /** The answer in place of the venue's own. */
  readonly body?: string
  /** For frames: the event it strikes at. */
  readonly event?: string
  /** For a restart: what goes wrong around it. */
  readonly at?: Exclude<Operation, 'restart'>
  /** What became of it nobody can tell from what the venue still shows: the difference is told, and a human is asked. */
  readonly endsInCase?: boolean
  /** The daemon looks by itself twice a minute only: what it knows earlier it knows because something told it to look. */
  readonly pollsSeldom?: boolean
  /** From the moment it happens at the venue to the moment the daemon knows. */
  readonly knownWithinMs?: number
}

export const nameOf = ({ operation, trouble, state }: Scenario): string => `${operation} / ${trouble} / ${state}`

/** Each trouble with each state, over one operation. */
export function grid(
  operation: Operation,
  states: readonly OrderState[],
  troubles: readonly (Trouble | Omit<Scenario, 'operation' | 'state'>)[],
): readonly Scenario[] {
  return troubles.flatMap((row) =>
    states.map((state) => ({ operation, state, ...(typeof row === 'string' ? { trouble: row } : row) })),
  )
}
