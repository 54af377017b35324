import type { ErrorKind } from './errors.ts'
import { type Instant, parseTime } from './time.ts'

/**
 * When and whether to try again. Guarantees:
 * - waits grow by the multiplier and are never longer than the cap, jitter included;
 * - `maxAttempts` counts tries: three tries have two waits between them;
 * - a submit is repeated on proof alone, never on hope.
 */
export interface BackOff {
  readonly maxAttempts: number
  readonly initialDelayMs: number
  readonly maxDelayMs: number
  readonly multiplier: number
  /** The part of a wait that chance may take away, 0 to 1. */
  readonly jitter: number
}
export const STANDARD_BACK_OFF: BackOff = {
  maxAttempts: 3,
  initialDelayMs: 1_000,
  maxDelayMs: 30_000,
  multiplier: 2,
  jitter: 0,
}
export const MONITORING_BACK_OFF: BackOff = {
  maxAttempts: 5,
  initialDelayMs: 500,
  maxDelayMs: 4_000,
  multiplier: 2,
  jitter: 0.2,
}

/** The wait before this attempt, counted from 1; `undefined` when there is to be none. `draw` is a number in [0, 1). */
export function delayBefore(attempt: number, backOff: BackOff, draw: number): number | undefined {
  if (attempt > backOff.maxAttempts) return undefined
  if (attempt <= 1) return 0
  const grown = backOff.initialDelayMs * backOff.multiplier ** (attempt - 2)
  return Math.round(Math.min(grown, backOff.maxDelayMs) * (1 - backOff.jitter * draw))
}

const PASSING: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['connection', 'timeout', 'rate_limit', 'unavailable'])
export const isRetryableKind = (kind: ErrorKind): boolean => PASSING.has(kind)

export type RepeatableCall = 'submit' | 'read' | 'cancel'
export interface CallFailure {
  readonly kind: ErrorKind
  /** The transport proves that no byte of the request left. */
  readonly notSent: boolean
  /** The venue's table proves a refusal for a reason that may pass. */
  readonly refusedForNow: boolean
}

/** A read or a cancel does no harm twice; an order does. */
export function mayRepeat(call: RepeatableCall, failure: CallFailure): boolean {
  if (call === 'submit') return failure.notSent || failure.refusedForNow
  return failure.notSent || failure.refusedForNow || isRetryableKind(failure.kind)
}

const TIMED_OUT: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])
const DISCONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
])

/** What a transport's error code means; `unknown` is not tried again. */
export function kindOfNetworkCode(code: string): ErrorKind {
  if (TIMED_OUT.has(code)) return 'timeout'
  return DISCONNECTED.has(code) ? 'connection' : 'unknown'
}

export function kindOfHttpStatus(status: number): ErrorKind {
  if (status === 408 || status === 504) return 'timeout'
  if (status === 429) return 'rate_limit'
  if (status === 401 || status === 403) return 'auth'
  if (status >= 500) return 'unavailable'
  return status === 400 || status === 422 ? 'invalid_order' : 'unknown'
}

/** The longest wait a venue can impose on one call by a header. */
export const MAX_RETRY_AFTER_MS = 15 * 60_000
const SECONDS = /^\d+$/
const HTTP_DATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Milliseconds to wait by a `Retry-After` header, at most `capMs`; `undefined` for what is malformed or already past. */
export function parseRetryAfter(header: string, now: Instant, capMs: number = MAX_RETRY_AFTER_MS): number | undefined {
  const text = header.trim()
  const waitMs = SECONDS.test(text) ? Number(text) * 1_000 : (instantOfHttpDate(text) ?? Number.NaN) - now
  return waitMs >= 0 ? Math.min(waitMs, capMs) : undefined
}

/** `undefined` for what is no date in the one form that HTTP sends. */
export function instantOfHttpDate(text: string): Instant | undefined {
  const [, day, monthName = '', year, time] = HTTP_DATE.exec(text) ?? []
  const month = MONTHS.indexOf(monthName) + 1
  if (month === 0) return undefined
  return parseTime(`${year}-${String(month).padStart(2, '0')}-${day}T${time}Z`)
}
