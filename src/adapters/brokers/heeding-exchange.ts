import { instantOfHttpDate, parseRetryAfter } from '../../core/retry-policy.ts'
import type { Instant } from '../../core/time.ts'
import type { AnswerSigns, ReadTurn } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpExchange, HttpRequest, HttpResult } from '../../ports/http.ts'

/**
 * An exchange that also reads what every answer says of the venue's clock and of our budget, whatever it was asked for.
 * Guarantees:
 * - what a header says is a hint: one that cannot be read is no hint, and none of them changes the answer;
 * - no request of a read leaves before its turn, whichever call it belongs to and however many pages that has.
 */
export class HeedingExchange implements HttpExchange {
  readonly #inner: HttpExchange
  readonly #clock: Clock
  readonly #classOf: (request: HttpRequest) => AnswerSigns['callClass']
  #listener: ((signs: AnswerSigns) => void) | undefined
  #turn: ReadTurn = () => undefined
  #inFlight = 0

  constructor(inner: HttpExchange, clock: Clock, classOf: (request: HttpRequest) => AnswerSigns['callClass']) {
    this.#inner = inner
    this.#clock = clock
    this.#classOf = classOf
  }

  heed(listener: (signs: AnswerSigns) => void): void {
    this.#listener = listener
  }

  pace(turn: ReadTurn): void {
    this.#turn = turn
  }

  async exchange(request: HttpRequest): Promise<HttpResult> {
    const turn = this.#classOf(request) === 'read' ? this.#turn() : undefined
    if (turn === undefined) return this.#ask(request)
    try {
      await turn
    } catch (error) {
      return { kind: 'failed', phase: 'not_sent', cause: error instanceof Error ? error.message : String(error), error }
    }
    return this.#ask(request)
  }

  async #ask(request: HttpRequest): Promise<HttpResult> {
    const askedAt = this.#clock.monotonic()
    this.#inFlight += 1
    try {
      const result = await this.#inner.exchange(request)
      if (result.kind === 'answer') this.#read(request, result, askedAt)
      return result
    } finally {
      this.#inFlight -= 1
    }
  }

  #read(request: HttpRequest, { status, headers }: Extract<HttpResult, { kind: 'answer' }>, askedAt: number): void {
    const now = this.#clock.now()
    this.#listener?.({
      callClass: this.#classOf(request),
      status,
      at: now,
      tookMs: this.#clock.monotonic() - askedAt,
      inFlight: this.#inFlight - 1,
      ...venueTime(headers),
      ...budget(headers, now),
    })
  }
}

type Headers = Readonly<Record<string, string>>

const WHOLE_SECOND_MS = 1_000
const EPOCH_MS = /^\d{12,15}$/

/** To the millisecond where a venue tells it so; an ordinary answer names the second that has begun. */
function venueTime({ 'x-venue-time': exact = '', date = '' }: Headers): Pick<AnswerSigns, 'venueTime'> {
  if (EPOCH_MS.test(exact)) return { venueTime: { at: Number(exact), withinMs: 0 } }
  const at = instantOfHttpDate(date)
  return at === undefined ? {} : { venueTime: { at, withinMs: WHOLE_SECOND_MS } }
}

function budget(headers: Headers, now: Instant): Pick<AnswerSigns, 'budget'> {
  const retryAfter = headers['retry-after']
  const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now)
  const limit = count(headers['x-ratelimit-limit'] ?? headers['ratelimit-limit'])
  const remaining = count(headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'])
  const resetInMs = untilReset(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'], now)
  const told = {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(resetInMs === undefined ? {} : { resetInMs }),
  }
  return Object.keys(told).length === 0 ? {} : { budget: told }
}

const COUNT = /^\d{1,9}$/
const count = (text: string | undefined): number | undefined =>
  text !== undefined && COUNT.test(text) ? Number(text) : undefined

const SECONDS = /^\d{1,12}(\.\d{1,6})?$/
/** Nobody's window is longer than this many seconds: a greater number is a time, not a wait. */
const LONGEST_WAIT_S = 10_000_000

function untilReset(text: string | undefined, now: Instant): number | undefined {
  if (text === undefined || !SECONDS.test(text)) return undefined
  const seconds = Number(text)
  const ms = seconds > LONGEST_WAIT_S ? seconds * 1_000 - now : seconds * 1_000
  return ms >= 0 ? ms : undefined
}
