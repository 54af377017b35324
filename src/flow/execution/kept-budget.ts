import { type CallClass, type Lane, RateBudget, type RateRule, type Take } from '../../core/rate-budget.ts'
import { type BudgetFact, packBudget, unpackBudget } from '../../core/saved-budget.ts'
import type { AnswerSigns } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'

/**
 * One account's budget, for as long as the daemon runs and over its end. Guarantees:
 * - it outlives the account's desk: a store that was mended gives nobody a fresh budget;
 * - after an orderly end the next run counts on exactly what was left; after a crash it also counts as used what may have
 *   been granted since it was last saved, and a window so short that saving it is no use counts as used up;
 * - a wall clock that was set meanwhile shortens no wait: of two clocks that tell how long it was, the shorter time counts;
 * - what a venue's answer says of our budget makes it smaller, never larger, and no header closes it for ever;
 * - saving costs one small write a second at most, unless a tenth of a window is granted sooner.
 */
export interface KeptBudgetDeps {
  readonly rules: readonly RateRule[]
  /** As the last run left it. */
  readonly fact: string | undefined
  readonly clock: Clock
  readonly timers: Timers
}

const SAVE_AFTER_MS = 1_000
/** Shorter windows are over by the time anybody could read them back. */
const SHORT_MS = 2_000
/** The wall clock leaves out what is less: as much may be missing from the time that has passed. */
const WHOLE_MS = 1
const TOO_MANY_REQUESTS = 429
const UNAVAILABLE = 503
/** A venue that says "too many" without saying for how long. */
const PAUSE_MS = 1_000

export class KeptBudget {
  readonly #deps: KeptBudgetDeps
  readonly #budget: RateBudget
  readonly #saveAfterGrants: number
  #save: (fact: string) => Promise<unknown> = () => Promise.resolve()
  #unsaved = 0
  #timer: Timer | undefined

  constructor(deps: KeptBudgetDeps) {
    this.#deps = deps
    const { rules, fact } = deps
    this.#budget = new RateBudget(rules)
    const long = rules.filter(({ perMs }) => perMs > SHORT_MS).map(({ requests }) => tenth(requests))
    this.#saveAfterGrants = Math.min(...long)
    if (fact !== undefined) this.#restore(fact)
  }
  static factName(account: string): string {
    return `rate_budget.${account}`
  }

  /** Where it is written from now on: the account has a new owner after every trouble with the store. */
  saveTo(save: (fact: string) => Promise<unknown>): void {
    this.#save = save
    // From here on the last run's word no longer holds.
    if (this.#deps.rules.length > 0) this.#write(false)
  }

  take(now: number, callClass: CallClass, lane: Lane): Take {
    const take = this.#budget.take(now, callClass, lane)
    if (take.ok) this.#granted()
    return take
  }

  /** For a request that leaves later. */
  hold(now: number, callClass: CallClass, lane: Lane): Take {
    const take = this.#budget.hold(now, callClass, lane)
    if (take.ok) this.#granted()
    return take
  }
  release(callClass: CallClass, lane: Lane, leftAt?: number): void {
    this.#budget.release(callClass, lane, leftAt)
  }
  isClosed(now: number, callClass: CallClass): boolean {
    return this.#budget.isClosed(now, callClass)
  }

  heed({ callClass, status, inFlight, budget }: AnswerSigns): void {
    const isRefused = status === TOO_MANY_REQUESTS || status === UNAVAILABLE
    if (budget === undefined && status !== TOO_MANY_REQUESTS) return
    const { retryAfterMs, resetInMs, limit, remaining } = budget ?? {}
    const now = this.#deps.clock.monotonic()
    const pause = status === TOO_MANY_REQUESTS ? (retryAfterMs ?? PAUSE_MS) : retryAfterMs
    this.#budget.learn(now, callClass, {
      inFlight,
      ...(limit === undefined ? {} : { limit }),
      ...(remaining === undefined ? {} : { remaining }),
      ...(resetInMs === undefined ? {} : { resetAt: now + resetInMs }),
      ...(isRefused && pause !== undefined ? { retryAfterMs: pause } : {}),
    })
    if (isRefused) this.#write(false)
  }

  /** Nothing more will be granted. */
  async keep(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    await this.#save(this.#fact(true)).catch(() => undefined)
  }
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #granted(): void {
    if (this.#saveAfterGrants === Number.POSITIVE_INFINITY) return
    this.#unsaved += 1
    if (this.#unsaved >= this.#saveAfterGrants) this.#write(false)
    else this.#timer ??= this.#deps.timers.after(SAVE_AFTER_MS, 'rate.save', () => this.#write(false))
  }

  /** A store that cannot take it has its own alarm; the budget in memory holds all the same. */
  #write(isLast: boolean): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#unsaved = 0
    this.#save(this.#fact(isLast)).catch(() => undefined)
  }
  #fact(isLast: boolean): string {
    const { clock } = this.#deps
    const markedAt = clock.monotonic()
    return packBudget({ savedAt: clock.now(), markedAt, isLast, budget: this.#budget.save(markedAt) })
  }

  #restore(fact: string): void {
    const { clock, rules } = this.#deps
    const { isLast, budget, ...saved } = unpackBudget(fact)
    const now = clock.monotonic()
    this.#budget.restore(budget, now, elapsedSince(saved, clock))
    if (isLast) return
    // What was granted between the last save and the crash counts from now: nobody knows when it was.
    for (const rule of rules) {
      const unsaved = rule.perMs <= SHORT_MS ? rule.requests : 2 * tenth(rule.requests)
      this.#budget.assumeGranted(now, rule, unsaved)
    }
  }
}

/** The machine's own time begins anew with the machine: one that is behind the mark says nothing. */
function elapsedSince({ savedAt, markedAt = Number.POSITIVE_INFINITY }: SavedAt, clock: Clock): number {
  const byWall = clock.now() - savedAt - WHOLE_MS
  const byMachine = clock.monotonic() - markedAt
  return byMachine < 0 ? byWall : Math.min(byWall, byMachine)
}
type SavedAt = Pick<BudgetFact, 'savedAt' | 'markedAt'>

const tenth = (requests: number): number => Math.max(1, Math.ceil(requests / 10))
