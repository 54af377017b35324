import {
  BrokerConnectionError,
  BrokerRateLimitError,
  BrokerTimeoutError,
  OrderStatusError,
} from '../../../src/core/errors.ts'
import { parseRetryAfter } from '../../../src/core/retry-policy.ts'
import type { Instant } from '../../../src/core/time.ts'
import type { HttpExchange } from '../../../src/ports/http.ts'
import { refusalIn } from './dialect-outcomes.ts'
import { type FieldReader, readBody } from './field-reader.ts'
import { TAG_HEADER } from './venue-wire.ts'

/**
 * Reads, whole or not at all. Guarantees:
 * - a list is returned when one pass over its pages showed as many different rows as every page of it counted;
 * - a list that will not hold still is an error, not a part of a list.
 */
const READ_DEADLINE_MS = 5_000
const MAX_PAGES = 2_000
const MAX_PASSES = 4

export class DialectReads {
  readonly #exchange: HttpExchange
  readonly #now: () => Instant

  constructor(exchange: HttpExchange, now: () => Instant) {
    this.#exchange = exchange
    this.#now = now
  }

  /** `undefined` when the venue itself says, in its own word, that there is no such thing. */
  async one<T>(path: string, absent: string, read: (row: FieldReader) => T, tag?: string): Promise<T | undefined> {
    const { status, body } = await this.#get(path, tag)
    if (status === 404 && refusalIn(body)?.code === absent) return undefined
    const value = status === 200 ? readBody(body, read) : undefined
    if (value === undefined) throw new OrderStatusError(`the answer to GET ${path} is not of its form (${status})`)
    return value
  }

  async whole<T>(
    path: string,
    nameOf: (row: FieldReader) => string,
    read: (row: FieldReader) => T,
  ): Promise<readonly T[]> {
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const rows = await this.#pass(path, nameOf, read)
      if (rows !== undefined) return rows
    }
    throw new BrokerTimeoutError(`GET ${path} would not hold still for ${MAX_PASSES} readings`)
  }

  /** `undefined` when the pages do not make one list. */
  async #pass<T>(path: string, nameOf: (row: FieldReader) => string, read: (row: FieldReader) => T) {
    const seen = new Map<string, T>()
    let total: number | undefined
    let next: string | undefined
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const glue = path.includes('?') ? '&' : '?'
      const at = next === undefined ? path : `${path}${glue}page=${encodeURIComponent(next)}`
      const found = await this.one(at, 'no page is missing', (row) => pageOf(row, nameOf, read))
      total ??= found?.total
      if (found === undefined || found.total !== total) return undefined
      for (const [name, item] of found.rows) seen.set(name, item)
      if (found.next === undefined) return seen.size === total ? [...seen.values()] : undefined
      next = found.next
    }
    throw new OrderStatusError(`GET ${path} has more than ${MAX_PAGES} pages`)
  }

  async #get(path: string, tag?: string): Promise<{ readonly status: number; readonly body: string }> {
    const headers = tag === undefined ? {} : { headers: { [TAG_HEADER]: tag } }
    const result = await this.#exchange.exchange({ method: 'GET', path, deadlineMs: READ_DEADLINE_MS, ...headers })
    if (result.kind === 'failed') throw new BrokerConnectionError(`GET ${path}: ${result.cause}`)
    const { status, body } = result
    if (status === 429) throw rateLimited(path, result.headers['retry-after'], this.#now())
    if (status === 401 || status >= 500) throw new BrokerTimeoutError(`GET ${path} was answered with ${status}`)
    return { status, body }
  }
}

function pageOf<T>(row: FieldReader, nameOf: (row: FieldReader) => string, read: (row: FieldReader) => T) {
  const next = row.has('next') && !row.isNull('next') ? row.text('next') : undefined
  const rows = row.list('items').map((item): readonly [string, T] => [nameOf(item), read(item)])
  return { rows, total: row.count('total'), next }
}

function rateLimited(path: string, after: string | undefined, now: Instant): BrokerRateLimitError {
  return new BrokerRateLimitError(
    `GET ${path} was answered with 429`,
    after === undefined ? undefined : parseRetryAfter(after, now),
  )
}
