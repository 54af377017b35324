import type { OrderId } from '../../core/ids.ts'
import type { Amount } from '../../core/money.ts'
import { mayBeAtVenue, type Order } from '../../core/order.ts'
import type { AnswerSigns, BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { BreakerTrip } from '../../ports/order-commands.ts'
import type { Journal } from '../books/journal.ts'
import { BreakerWatch } from '../checks/breaker-watch.ts'
import { type BreakerEvent, CircuitBreaker } from '../checks/circuit-breaker.ts'
import { KeptBudget } from '../execution/kept-budget.ts'
import type { OrderStream } from '../fills/stream-orders.ts'
import { VenueClock } from '../recovery/venue-clock.ts'
import type { DeskSettings } from './desk-settings.ts'

/**
 * What keeps one account from doing harm while something is wrong: its breaker with everything that feeds it, and its
 * budget of calls. Both remember over a restart what must not be forgotten.
 */
export interface GuardDeps {
  readonly settings: Pick<DeskSettings, 'account' | 'breaker'>
  readonly gateway: BrokerGateway
  readonly journal: Journal
  readonly budget: KeptBudget
  /** The breaker as the last owner left it. */
  readonly breakerFact: string | undefined
  readonly openOrders: () => Iterable<Order>
  readonly interrupted: Iterable<OrderId>
  readonly dayResult: () => Amount
  readonly stream: () => Pick<OrderStream, 'silentMs' | 'expectWord' | 'expectNothing'>
  readonly clock: Clock
  readonly timers: Timers
}

export const breakerFactName = (account: string): string => `breaker.${account}`

export class AccountGuards {
  readonly breaker: CircuitBreaker
  readonly venueClock = new VenueClock()
  readonly #deps: GuardDeps
  readonly #watch: BreakerWatch
  #atVenue = 0

  constructor(deps: GuardDeps) {
    const { settings, clock, breakerFact, gateway, journal, budget, stream } = deps
    this.#deps = deps
    this.breaker = new CircuitBreaker(
      () => settings.breaker,
      clock,
      (event, at) => this.#tell(event, at),
    )
    this.breaker.restore(breakerFact)
    this.#watch = new BreakerWatch({ ...deps, breaker: this.breaker, streamSilenceMs: () => stream().silentMs })
    gateway.heedAnswers?.((signs) => this.#answered(signs))
    budget.saveTo((fact) =>
      journal.commit({ events: [], facts: { [KeptBudget.factName(settings.account)]: fact } }, []),
    )
  }

  /** Everything the account owns is there. */
  start(): void {
    for (const { status } of this.#deps.openOrders()) if (mayBeAtVenue(status)) this.#atVenue += 1
    this.#watch.start()
  }
  stop(): void {
    this.#watch.stop()
    this.#deps.budget.stop()
  }
  /** What the next run has to know, before the last one ends. */
  keep(): Promise<void> {
    return this.#deps.budget.keep()
  }

  changed(before: Order | undefined, after: Order): void {
    this.#watch.changed(before, after)
    this.#follow(before, after)
  }
  mismatches(count: number): void {
    this.#watch.mismatches(count)
  }
  failedSeverely(): void {
    this.#watch.failedSeverely()
  }
  /** What waited for an operator may come back once its cause has passed. */
  async resume(): Promise<void> {
    if (this.breaker.trips.length === 0) return
    this.breaker.observe({ kind: 'resume' })
    await this.#deps.journal.commit({ events: [], facts: this.#fact() }, [])
  }

  trips(): readonly BreakerTrip[] {
    return this.breaker.trips.map(({ trigger, stance, value, limit, isOver, needsOperator }) => ({
      trigger,
      stance,
      value,
      limit,
      isOver,
      resumes: needsOperator ? 'operator' : 'automatic',
    }))
  }

  #answered(signs: AnswerSigns): void {
    this.#deps.budget.heed(signs)
    this.venueClock.heed(signs)
    this.#watch.answered(signs)
  }

  /** Word of whatever happens to an order at the venue should come over the stream too. */
  #follow(before: Order | undefined, after: Order): void {
    const was = before !== undefined && mayBeAtVenue(before.status)
    const is = mayBeAtVenue(after.status)
    this.#atVenue = Math.max(0, this.#atVenue + Number(is) - Number(was))
    if (this.#atVenue === 0) this.#deps.stream().expectNothing()
    else if (after.status === 'accepted' && before?.status !== 'accepted') this.#deps.stream().expectWord()
    else if (before?.filledQuantity.equals(after.filledQuantity) === false) this.#deps.stream().expectWord()
  }

  #tell({ event, ...detail }: BreakerEvent, at: number): void {
    // A store error closes the gate by itself; a note has nobody who waits for it.
    this.#deps.journal.note(event, at, { reason: detail.trigger, detail }, this.#fact()).catch(() => undefined)
  }
  #fact(): Readonly<Record<string, string>> {
    return { [breakerFactName(this.#deps.settings.account)]: this.breaker.toFact() }
  }
}
