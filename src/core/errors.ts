import type { OrderType } from './order.ts'

/** What went wrong, in the words that retry, metrics and the API share. */
export type ErrorKind =
  | 'connection'
  | 'timeout'
  | 'rate_limit'
  | 'unavailable'
  | 'auth'
  | 'insufficient_balance'
  | 'invalid_symbol'
  | 'invalid_order'
  | 'unsupported_order_type'
  | 'submission'
  | 'cancellation'
  | 'status'
  | 'retry_exhausted'
  | 'unknown'

export type ErrorContext = Readonly<Record<string, string | number | boolean>>
export interface ErrorDetails {
  readonly code?: string
  readonly cause?: unknown
  readonly context?: ErrorContext
}

interface ErrorNature {
  readonly code: string
  readonly kind: ErrorKind
  readonly retryable: boolean
}

/** Every operating fault of an order. `retryable` says whether a read or a cancel may be tried again; a submit needs proof. */
export class OrderError extends Error {
  override readonly name: string = 'OrderError'
  readonly code: string
  readonly kind: ErrorKind
  readonly retryable: boolean
  readonly context: ErrorContext

  constructor(message: string, nature: ErrorNature, { code, cause, context = {} }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code ?? nature.code
    this.kind = nature.kind
    this.retryable = nature.retryable
    this.context = context
  }
}

const fault = (kind: ErrorKind, code: string): ErrorNature => ({ kind, code, retryable: false })
const passing = (kind: ErrorKind, code: string): ErrorNature => ({ kind, code, retryable: true })

export class OrderSubmissionError extends OrderError {
  override readonly name = 'OrderSubmissionError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, fault('submission', 'order.submission'), details)
  }
}

export class OrderCancellationError extends OrderError {
  override readonly name = 'OrderCancellationError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, fault('cancellation', 'order.cancellation'), details)
  }
}

export class OrderStatusError extends OrderError {
  override readonly name = 'OrderStatusError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, fault('status', 'order.status'), details)
  }
}

export class UnsupportedOrderTypeError extends OrderError {
  override readonly name = 'UnsupportedOrderTypeError'
  readonly orderType: OrderType
  constructor(orderType: OrderType, message: string, details?: ErrorDetails) {
    super(message, fault('unsupported_order_type', 'order_type.unsupported'), details)
    this.orderType = orderType
  }
}

export class OrderValidationError extends OrderError {
  override readonly name = 'OrderValidationError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, fault('invalid_order', 'order.invalid'), details)
  }
}

export class InsufficientBalanceError extends OrderError {
  override readonly name = 'InsufficientBalanceError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, fault('insufficient_balance', 'insufficient_funds'), details)
  }
}

export class InvalidSymbolError extends OrderError {
  override readonly name = 'InvalidSymbolError'
  readonly symbol: string
  constructor(symbol: string, message: string, details?: ErrorDetails) {
    super(message, fault('invalid_symbol', 'symbol.unknown'), details)
    this.symbol = symbol
  }
}

export class BrokerConnectionError extends OrderError {
  override readonly name = 'BrokerConnectionError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, passing('connection', 'broker.connection'), details)
  }
}

export class BrokerTimeoutError extends OrderError {
  override readonly name = 'BrokerTimeoutError'
  constructor(message: string, details?: ErrorDetails) {
    super(message, passing('timeout', 'broker.timeout'), details)
  }
}

export class BrokerRateLimitError extends OrderError {
  override readonly name = 'BrokerRateLimitError'
  /** What the venue asked for; absent when it named no time. */
  readonly retryAfterMs?: number
  constructor(message: string, retryAfterMs?: number, details?: ErrorDetails) {
    super(message, passing('rate_limit', 'broker.rate_limit'), details)
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
  }
}

/** The tries are used up; what the last one met is `originalError`. */
export class OrderRetryExhaustedError extends OrderError {
  override readonly name = 'OrderRetryExhaustedError'
  readonly originalError: unknown
  readonly attempts: number
  constructor(attempts: number, originalError: unknown, details?: ErrorDetails) {
    super(
      `gave up after ${attempts} attempts: ${messageOf(originalError)}`,
      fault('retry_exhausted', 'retry.exhausted'),
      { cause: originalError, ...details },
    )
    this.attempts = attempts
    this.originalError = originalError
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const isRetryableError = (error: unknown): boolean => error instanceof OrderError && error.retryable
