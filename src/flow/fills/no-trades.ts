import type { NoTrade } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Journal } from '../books/journal.ts'

/**
 * What a venue lists beside its trades: funding, settlements, fees, words nobody knows. Guarantees:
 * - it moves no order and no position (I-23); what it did to the position at the venue shows when the two are compared;
 * - each is told once, over a restart too, in an event and in the log.
 */
export interface NoTradesDeps {
  readonly account: string
  /** Told before, as the store keeps it. */
  readonly told: readonly string[]
  readonly journal: Pick<Journal, 'note'>
  readonly clock: Clock
  readonly log: Log
}

/** By the time that more have come, a venue lists the oldest no longer. */
const REMEMBERED = 500

export const toldNoTradesFact = (account: string): string => `no_trades_told.${account}`
export const toldNoTrades = (fact: string | undefined): readonly string[] => JSON.parse(fact ?? '[]') as string[]

export class NoTrades {
  readonly #deps: NoTradesDeps
  readonly #told: Set<string>

  constructor(deps: NoTradesDeps) {
    this.#deps = deps
    this.#told = new Set(deps.told)
  }

  found({ id, type, at, symbol, brokerOrderId, evidence }: NoTrade): void {
    const { account, journal, clock, log } = this.#deps
    if (this.#told.has(id)) return
    this.#remember(id)
    log.warn('execution.ignored', { account, execution_id: id, type, symbol })
    const detail = { execution_id: id, type, at_ms: at, broker_order_id: brokerOrderId, told: evidence }
    const facts = { [toldNoTradesFact(account)]: JSON.stringify([...this.#told]) }
    // A store that fails is told to its owner by the journal.
    journal.note('execution.ignored', clock.now(), { symbol, reason: 'no_trade', detail }, facts).catch(() => undefined)
  }

  #remember(id: string): void {
    this.#told.add(id)
    const [oldest] = this.#told
    if (this.#told.size > REMEMBERED && oldest !== undefined) this.#told.delete(oldest)
  }
}
