import pRetry from 'p-retry'
import { isRetryableError, OrderRetryExhaustedError } from '../../core/errors.ts'
import type { BackOff } from '../../core/retry-policy.ts'
import type { BrokerGateway, OrderRef } from '../../ports/broker-gateway.ts'
import { GatewayAroundReads, type ReadCall } from './gateway-around-reads.ts'

/**
 * Repeats reads that may be repeated, around any gateway. Writes pass through untouched: an order is repeated only by
 * proof, which is the submitter's and the canceller's business.
 */
export class RetryingGateway extends GatewayAroundReads {
  readonly #backOff: BackOff
  readonly #onRetry: (call: string, error: Error, attempt: number) => void

  readonly #onLookUp: (order: OrderRef) => void

  /** `onLookUp` is told of every order that is asked for, once, before the first try. */
  constructor(
    inner: BrokerGateway,
    backOff: BackOff,
    onRetry: (call: string, error: Error, attempt: number) => void,
    onLookUp: (order: OrderRef) => void = () => undefined,
  ) {
    super(inner)
    this.#onLookUp = onLookUp
    this.#backOff = backOff
    this.#onRetry = onRetry
  }

  override lookUp(order: OrderRef) {
    this.#onLookUp(order)
    return super.lookUp(order)
  }

  protected async around<T>(call: ReadCall, read: () => Promise<T>): Promise<T> {
    const { maxAttempts, initialDelayMs, maxDelayMs, multiplier, jitter } = this.#backOff
    let attempts = 0
    try {
      return await pRetry(
        () => {
          attempts += 1
          return read()
        },
        {
          retries: maxAttempts - 1,
          minTimeout: initialDelayMs,
          maxTimeout: maxDelayMs,
          factor: multiplier,
          randomize: jitter > 0,
          // A daemon that is told to stop does not stay for a read that nobody waits for any more.
          unref: true,
          shouldRetry: ({ error }) => isRetryableError(error),
          onFailedAttempt: ({ error, attemptNumber }) => this.#onRetry(call, error, attemptNumber),
        },
      )
    } catch (error) {
      if (attempts >= maxAttempts && isRetryableError(error)) throw new OrderRetryExhaustedError(attempts, error)
      throw error
    }
  }
}
