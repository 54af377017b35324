import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'

/**
 * How long an account may be taken for ours without asking the store again. Guarantees:
 * - it is confirmed by commits alone, whose fence is the epoch, and counts from before the commit was asked for;
 * - it has run out when either clock says so: one may stand still with the machine, the other may be set back;
 * - whoever takes the account over may be sure that the owner before has begun nothing more after `LEASE_MS`.
 */
export const LEASE_MS = 10_000
/** Between the look at the gate and the first byte, and for clocks that run apart. */
const MARGIN_MS = 1_000
/** No request of ours is waited for longer than this, so none that began earlier is still on its way. */
export const REQUEST_DEADLINE_MS = 10_000

export interface LeaseMark {
  readonly monotonic: number
  readonly wall: Instant
}

export class AccountLease {
  readonly ownedSince: LeaseMark
  readonly #clock: Clock
  #confirmed: LeaseMark

  /** Made when the store has just given the account its epoch. */
  constructor(clock: Clock) {
    this.#clock = clock
    this.ownedSince = this.mark()
    this.#confirmed = this.ownedSince
  }

  /** To be taken before a commit is asked for, and handed to `confirm` once it is durable. */
  mark(): LeaseMark {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.now() }
  }
  confirm(asked: LeaseMark): void {
    if (asked.monotonic > this.#confirmed.monotonic) this.#confirmed = asked
  }

  get holds(): boolean {
    const { monotonic, wall } = this.#confirmed
    const age = Math.max(this.#clock.monotonic() - monotonic, this.#clock.now() - wall)
    return age < LEASE_MS - MARGIN_MS
  }

  /** A paused owner before us may have woken and sent until then: what is absent earlier proves nothing. */
  get absenceCountsFrom(): number {
    return this.ownedSince.monotonic + LEASE_MS + REQUEST_DEADLINE_MS
  }
}

/** Another process has taken the account over: nothing that this one remembers is worth anything any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
  constructor(account: string) {
    super(`another instance has taken over the account ${account}`)
  }
}
