import { describe, expect, it } from 'vitest'
import {
  BrokerConnectionError,
  BrokerRateLimitError,
  BrokerTimeoutError,
  InsufficientBalanceError,
  InvalidSymbolError,
  isRetryableError,
  OrderCancellationError,
  OrderError,
  OrderRetryExhaustedError,
  OrderStatusError,
  OrderSubmissionError,
  OrderValidationError,
  UnsupportedOrderTypeError,
} from '../../src/core/errors.ts'

describe('the error family', () => {
  it.each([
    [new OrderSubmissionError('m'), 'OrderSubmissionError', 'submission', 'order.submission', false],
    [new OrderCancellationError('m'), 'OrderCancellationError', 'cancellation', 'order.cancellation', false],
    [new OrderStatusError('m'), 'OrderStatusError', 'status', 'order.status', false],
    [
      new UnsupportedOrderTypeError('stop', 'm'),
      'UnsupportedOrderTypeError',
      'unsupported_order_type',
      'order_type.unsupported',
      false,
    ],
    [new OrderValidationError('m'), 'OrderValidationError', 'invalid_order', 'order.invalid', false],
    [
      new InsufficientBalanceError('m'),
      'InsufficientBalanceError',
      'insufficient_balance',
      'insufficient_funds',
      false,
    ],
    [new InvalidSymbolError('NOPE', 'm'), 'InvalidSymbolError', 'invalid_symbol', 'symbol.unknown', false],
    [new BrokerConnectionError('m'), 'BrokerConnectionError', 'connection', 'broker.connection', true],
    [new BrokerTimeoutError('m'), 'BrokerTimeoutError', 'timeout', 'broker.timeout', true],
    [new BrokerRateLimitError('m'), 'BrokerRateLimitError', 'rate_limit', 'broker.rate_limit', true],
  ] as const)('%# %s', (error, name, kind, code, retryable) => {
    expect(error).toBeInstanceOf(OrderError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name, kind, code, retryable, message: 'm', context: {} })
    expect(isRetryableError(error)).toBe(retryable)
    expect(error).not.toHaveProperty('cause')
  })
  it('carries its cause, context and a code of its own', () => {
    const cause = new Error('socket closed')
    const error = new OrderSubmissionError('not taken', {
      cause,
      code: 'venue.rejected',
      context: { order_id: 'o1', attempt: 2 },
    })
    expect(error).toMatchObject({
      cause,
      code: 'venue.rejected',
      kind: 'submission',
      context: { order_id: 'o1', attempt: 2 },
    })
  })
  it('names the type and the symbol that were refused', () => {
    expect(new UnsupportedOrderTypeError('stop', 'm').orderType).toBe('stop')
    expect(new InvalidSymbolError('NOPE', 'm').symbol).toBe('NOPE')
  })
  it('of a rate limit says when to come back, if the venue did', () => {
    expect(new BrokerRateLimitError('m', 1_500).retryAfterMs).toBe(1_500)
    expect(new BrokerRateLimitError('m').retryAfterMs).toBeUndefined()
  })
  it('of exhausted tries carries the original and is not tried again', () => {
    const original = new BrokerTimeoutError('no answer')
    const error = new OrderRetryExhaustedError(3, original)
    expect(error).toMatchObject({
      originalError: original,
      cause: original,
      attempts: 3,
      retryable: false,
      kind: 'retry_exhausted',
    })
    expect(error.message).toBe('gave up after 3 attempts: no answer')
    expect(new OrderRetryExhaustedError(1, 'text').message).toBe('gave up after 1 attempts: text')
  })
  it('does not take foreign errors for retryable', () => {
    expect(isRetryableError(new Error('x'))).toBe(false)
    expect(isRetryableError(undefined)).toBe(false)
  })
})
