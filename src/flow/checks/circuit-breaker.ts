import type { Amount, Decimal } from '../../core/money.ts'
import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'

/**
 * Stops an account from taking on risk while something is wrong. Guarantees:
 * - exactly at a threshold it opens; the strictest open trip rules;
 * - it comes back by stages: once the cause has passed and the cool-down is over, halted becomes reduce-only, and after
 *   another cool-down reduce-only becomes open for business; the cause itself coming back begins all over;
 * - a trigger that waits for an operator takes no step back before one has resumed;
 * - after failures the cool-down alone counts, for nothing is sent that could succeed, and the first failure opens it again;
 * - cancels are none of its business.
 */
export type Stance = 'open_for_business' | 'reduce_only' | 'halted'
export type Trigger =
  | 'consecutive_failures'
  | 'daily_loss'
  | 'unconfirmed_orders'
  | 'position_mismatches'
  | 'clock_skew'
  | 'stream_silence'

/** `null` never trips. Times in milliseconds. */
export interface BreakerRules {
  readonly consecutive_failures: number | null
  readonly daily_loss: Decimal | null
  readonly unconfirmed_orders: number | null
  readonly position_mismatches: number | null
  readonly clock_skew: number | null
  readonly stream_silence: number | null
  /** What a trip leads to; the daily loss always leaves reductions through. */
  readonly action: 'reduce_only' | 'halt'
  /** The cool-down. */
  readonly probe_after: number
  /** These stay as they are until an operator resumes. */
  readonly operator_resumes: readonly Trigger[]
}

export type Observation =
  | { readonly kind: 'success' }
  /** A severe one is enough by itself. */
  | { readonly kind: 'failure'; readonly severe?: boolean }
  | { readonly kind: 'day_result'; readonly result: Amount }
  | { readonly kind: 'unconfirmed_orders' | 'position_mismatches'; readonly count: number }
  | { readonly kind: 'clock_skew' | 'stream_silence'; readonly ms: number }
  /** An operator says that trading may go on where its causes have passed. */
  | { readonly kind: 'resume' }
  | { readonly kind: 'time' }

export interface Trip {
  readonly trigger: Trigger
  readonly stance: Stance
  readonly value: string
  readonly limit: string
  /** When it opened, failed again or took its last step back, on the monotonic clock: the cool-down counts from here. */
  readonly since: number
  /** Has what opened it passed? */
  readonly isOver: boolean
  readonly needsOperator: boolean
}
export interface BreakerState {
  readonly failures: number
  readonly trips: readonly Trip[]
}
export interface BreakerEvent {
  readonly event: 'breaker.opened' | 'breaker.closed'
  readonly trigger: Trigger
  /** What the breaker lets through from now on. */
  readonly stance: Stance
  readonly value: string
  readonly limit: string
}

export const CLOSED: BreakerState = { failures: 0, trips: [] }

export function stanceOf({ trips }: BreakerState): Stance {
  if (trips.some((trip) => trip.stance === 'halted')) return 'halted'
  return trips.length > 0 ? 'reduce_only' : 'open_for_business'
}

export interface BreakerStep {
  readonly state: BreakerState
  readonly events: readonly BreakerEvent[]
}

/** `at` is monotonic. */
export function observe(before: BreakerState, observation: Observation, at: number, rules: BreakerRules): BreakerStep {
  const failures = failuresAfter(before.failures, observation, rules)
  const finding = findingOf(observation, failures, rules)
  const trips = observation.kind === 'resume' ? before.trips.map(released) : before.trips
  const found: BreakerState = {
    failures,
    trips: finding === undefined ? trips : withFinding(trips, finding, at, rules),
  }
  const state = coolDown(found, at, rules)
  const opened = state.trips.filter(({ trigger }) => !before.trips.some((trip) => trip.trigger === trigger))
  const closed = before.trips.filter(({ trigger }) => !state.trips.some((trip) => trip.trigger === trigger))
  const stance = stanceOf(state)
  return {
    state,
    events: [
      ...opened.map((trip) => eventOf('breaker.opened', trip, stance)),
      ...closed.map((trip) => eventOf('breaker.closed', trip, stance)),
    ],
  }
}

function failuresAfter(failures: number, observation: Observation, { consecutive_failures }: BreakerRules): number {
  if (observation.kind === 'success') return 0
  if (observation.kind !== 'failure') return failures
  return observation.severe === true ? Math.max(failures + 1, consecutive_failures ?? 0) : failures + 1
}

interface Finding {
  readonly trigger: Trigger
  readonly trips: boolean
  readonly value: string
  readonly limit: string
}

function findingOf(observation: Observation, failures: number, rules: BreakerRules): Finding | undefined {
  switch (observation.kind) {
    case 'time':
    case 'resume':
      return undefined
    case 'success':
    case 'failure':
      return counted('consecutive_failures', failures, rules.consecutive_failures)
    case 'unconfirmed_orders':
    case 'position_mismatches':
      return counted(observation.kind, observation.count, rules[observation.kind])
    case 'clock_skew':
    case 'stream_silence':
      return counted(observation.kind, Math.abs(observation.ms), rules[observation.kind])
    case 'day_result': {
      const loss = observation.result.negated()
      const limit = rules.daily_loss
      const trips = limit !== null && loss.atLeast(limit as Amount)
      return { trigger: 'daily_loss', trips, value: loss.toString(), limit: textOf(limit) }
    }
  }
}

const counted = (trigger: Trigger, value: number, limit: number | null): Finding => ({
  trigger,
  trips: limit !== null && value >= limit,
  value: String(value),
  limit: textOf(limit),
})
const textOf = (limit: Decimal | number | null): string => limit?.toString() ?? 'unlimited'

function withFinding(
  trips: readonly Trip[],
  { trigger, trips: isTripped, value, limit }: Finding,
  at: number,
  rules: BreakerRules,
): readonly Trip[] {
  const open = trips.find((trip) => trip.trigger === trigger)
  if (open === undefined) return isTripped ? [...trips, { ...newTrip(trigger, rules), value, limit, since: at }] : trips
  // One more failure is the cause itself coming back, so the cool-down begins anew.
  const since = trigger === 'consecutive_failures' || (isTripped && open.isOver) ? at : open.since
  const told: Trip = isTripped ? { ...newTrip(trigger, rules), value, limit, since } : { ...open, isOver: true }
  return trips.map((trip) => (trip === open ? told : trip))
}

const newTrip = (trigger: Trigger, rules: BreakerRules): Omit<Trip, 'value' | 'limit' | 'since'> => ({
  trigger,
  stance: rules.action === 'halt' && trigger !== 'daily_loss' ? 'halted' : 'reduce_only',
  isOver: false,
  needsOperator: rules.operator_resumes.includes(trigger),
})
const released = (trip: Trip): Trip => ({ ...trip, needsOperator: false })

function coolDown({ failures, trips }: BreakerState, at: number, rules: BreakerRules): BreakerState {
  const { consecutive_failures, probe_after } = rules
  const stays = (trip: Trip): boolean =>
    trip.needsOperator || at - trip.since < probe_after || !(trip.isOver || trip.trigger === 'consecutive_failures')
  const left = trips.flatMap((trip) => (stays(trip) ? [trip] : stepBack(trip, at)))
  const isProbing = trips.some((trip) => trip.trigger === 'consecutive_failures' && !trip.isOver && !stays(trip))
  return { failures: isProbing ? Math.max(0, (consecutive_failures ?? 1) - 1) : failures, trips: left }
}

const stepBack = (trip: Trip, at: number): readonly Trip[] =>
  trip.stance === 'halted' ? [{ ...trip, stance: 'reduce_only', since: at }] : []

const eventOf = (event: BreakerEvent['event'], { trigger, value, limit }: Trip, stance: Stance): BreakerEvent => ({
  event,
  trigger,
  stance,
  value,
  limit,
})

export class CircuitBreaker {
  readonly #rules: () => BreakerRules
  readonly #clock: Clock
  readonly #onEvent: (event: BreakerEvent, at: Instant) => void
  #state = CLOSED

  constructor(rules: () => BreakerRules, clock: Clock, onEvent: (event: BreakerEvent, at: Instant) => void) {
    this.#rules = rules
    this.#clock = clock
    this.#onEvent = onEvent
  }

  /** Asked before every order, so that a cool-down ends on time without a timer. */
  stance(): Stance {
    this.observe({ kind: 'time' })
    return stanceOf(this.#state)
  }
  get trips(): readonly Trip[] {
    return this.#state.trips
  }

  /** What waited for an operator before the last owner ended waits for one still. */
  restore(fact: string | undefined): void {
    const trips = waitingFrom(fact, this.#clock.monotonic())
    this.#state = { ...this.#state, trips }
  }
  /** What has to outlive this process. */
  toFact(): string {
    return JSON.stringify(this.#state.trips.filter(({ needsOperator }) => needsOperator))
  }

  observe(observation: Observation): void {
    const { state, events } = observe(this.#state, observation, this.#clock.monotonic(), this.#rules())
    this.#state = state
    for (const event of events) this.#onEvent(event, this.#clock.now())
  }
}

/** Its cause is looked at anew: a figure that is fine again says so by itself. */
const waitingFrom = (fact: string | undefined, at: number): readonly Trip[] =>
  (JSON.parse(fact ?? '[]') as readonly Trip[]).map((trip) => ({ ...trip, since: at, isOver: false }))
