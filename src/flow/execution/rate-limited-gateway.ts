import Bottleneck from 'bottleneck'
import { BrokerRateLimitError } from '../../core/errors.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import { GatewayAroundReads, type ReadCall } from './gateway-around-reads.ts'
import { type RateLanes, WaitedTooLong } from './rate-lanes.ts'

const SIDE_BY_SIDE = 16
const MOST_WAITING = 1_000
const URGENT = 3
const NORMAL = 5

/**
 * Every read pays from the venue's budget, around any gateway. Orders and cancels pay at the submitter and the canceller,
 * where the token is part of the way out. A read that finds a token goes at once; only when the budget is short does it
 * queue, and then Bottleneck keeps the number that wait and run side by side in bounds. Guarantees:
 * - as many tokens are taken as requests leave: a call pays for its first one, and each page after that for itself;
 * - what the venue asked for in the middle of a list holds for the rest of it;
 * - nobody waits for a turn longer than a read may wait, whatever becomes of the wall clock.
 */
export interface RateLimits {
  readonly lanes: RateLanes
  readonly maxWaitMs: number
  readonly clock: Clock
  readonly timers: Timers
}

export class RateLimitedGateway extends GatewayAroundReads {
  readonly #limits: RateLimits
  #turns = newTurns()
  #askedAt = Number.NEGATIVE_INFINITY
  /** Calls that have paid for a request that has not left yet. */
  #paid = 0
  #running = 0

  constructor(inner: BrokerGateway, limits: RateLimits) {
    super(inner)
    this.#limits = limits
    inner.paceReads?.(() => this.#turn())
  }

  protected around<T>(call: ReadCall, read: () => Promise<T>): Promise<T> {
    const { lanes, maxWaitMs } = this.#limits
    const lane = call === 'lookUp' ? 'verify' : 'poll'
    if (lanes.tryTake('read', lane)) return this.#run(read)
    return this.#inTurn(lane === 'verify' ? URGENT : NORMAL, async () => {
      await lanes.take('read', lane, maxWaitMs)
      return this.#run(read)
    })
  }

  async #run<T>(read: () => Promise<T>): Promise<T> {
    this.#running += 1
    this.#paid += 1
    try {
      return await read()
    } finally {
      this.#running -= 1
      // One that asked for nothing leaves its token to nobody.
      this.#paid = Math.min(this.#paid, this.#running)
    }
  }

  #turn(): Promise<void> | undefined {
    const { lanes } = this.#limits
    if (this.#paid > 0 && !lanes.isPaused('read')) {
      this.#paid -= 1
      return undefined
    }
    return lanes.tryTake('read', 'poll') ? undefined : this.#nextPage()
  }

  /** Its call is in its turn already: behind another of those it might wait for itself. */
  async #nextPage(): Promise<void> {
    const { lanes, maxWaitMs } = this.#limits
    try {
      await lanes.take('read', 'poll', maxWaitMs)
    } catch (error) {
      throw asRateLimit(error)
    }
  }

  async #inTurn<T>(priority: number, run: () => Promise<T>): Promise<T> {
    const { maxWaitMs, timers } = this.#limits
    const late = Promise.withResolvers<never>()
    let isLate = false
    const timer = timers.after(maxWaitMs, 'read.turn', () => {
      isLate = true
      late.reject(new WaitedTooLong(`waited ${maxWaitMs} ms for its turn`))
    })
    const turn = this.#fitTurns().schedule({ priority }, () => {
      timer.cancel()
      return isLate ? late.promise : run()
    })
    turn.catch(() => undefined)
    try {
      return await Promise.race([turn, late.promise])
    } catch (error) {
      throw asRateLimit(error)
    } finally {
      timer.cancel()
    }
  }

  /** It goes by the wall clock: one that is set back would have everybody wait until that time comes again. */
  #fitTurns(): Bottleneck {
    const now = this.#limits.clock.now()
    if (now < this.#askedAt) {
      this.#turns.stop({ dropWaitingJobs: true, dropErrorMessage: 'the clock was set back' }).catch(() => undefined)
      this.#turns = newTurns()
    }
    this.#askedAt = now
    return this.#turns
  }
}

function asRateLimit(error: unknown): unknown {
  const isOurs = error instanceof WaitedTooLong || error instanceof Bottleneck.BottleneckError
  return isOurs ? new BrokerRateLimitError(error.message) : error
}

const newTurns = (): Bottleneck =>
  new Bottleneck({ maxConcurrent: SIDE_BY_SIDE, highWater: MOST_WAITING, strategy: Bottleneck.strategy.OVERFLOW })
