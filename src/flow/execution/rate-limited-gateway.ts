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

  constructor(inner: BrokerGateway, limits: RateLimits) {
    super(inner)
    this.#limits = limits
  }

  protected around<T>(call: ReadCall, read: () => Promise<T>): Promise<T> {
    const { lanes, maxWaitMs } = this.#limits
    const lane = call === 'lookUp' ? 'verify' : 'poll'
    if (lanes.tryTake('read', lane)) return read()
    return this.#inTurn(lane === 'verify' ? URGENT : NORMAL, async () => {
      await lanes.take('read', lane, maxWaitMs)
      return read()
    })
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
      const isOurs = error instanceof WaitedTooLong || error instanceof Bottleneck.BottleneckError
      throw isOurs ? new BrokerRateLimitError(error.message) : error
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

const newTurns = (): Bottleneck =>
  new Bottleneck({ maxConcurrent: SIDE_BY_SIDE, highWater: MOST_WAITING, strategy: Bottleneck.strategy.OVERFLOW })
