import Bottleneck from 'bottleneck'
import { BrokerRateLimitError } from '../../core/errors.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import { GatewayAroundReads, type ReadCall } from './gateway-around-reads.ts'
import { type RateLanes, WaitedTooLong } from './rate-lanes.ts'

const SIDE_BY_SIDE = 16
const MOST_WAITING = 1_000
const URGENT = 3
const NORMAL = 5

/**
 * Every read pays from the venue's budget, around any gateway. Orders and cancels pay at the submitter and the canceller,
 * where the token is part of the way out. A read that finds a token goes at once; only when the budget is short does it
 * queue, and then Bottleneck keeps the number that wait and run side by side in bounds.
 */
export class RateLimitedGateway extends GatewayAroundReads {
  readonly #lanes: RateLanes
  readonly #maxWaitMs: number
  readonly #queue = new Bottleneck({
    maxConcurrent: SIDE_BY_SIDE,
    highWater: MOST_WAITING,
    strategy: Bottleneck.strategy.OVERFLOW,
  })

  constructor(inner: BrokerGateway, lanes: RateLanes, maxWaitMs: number) {
    super(inner)
    this.#lanes = lanes
    this.#maxWaitMs = maxWaitMs
  }

  protected around<T>(call: ReadCall, read: () => Promise<T>): Promise<T> {
    const lane = call === 'lookUp' ? 'verify' : 'poll'
    if (this.#lanes.tryTake('read', lane)) return read()
    return this.#queue.schedule({ priority: lane === 'verify' ? URGENT : NORMAL }, async () => {
      try {
        await this.#lanes.take('read', lane, this.#maxWaitMs)
      } catch (error) {
        if (error instanceof WaitedTooLong) throw new BrokerRateLimitError(error.message)
        throw error
      }
      return read()
    })
  }
}
