import { jsonText } from './json.ts'
import { isBehaviour } from './misbehaviours.ts'
import type { Strike } from './script.ts'
import type { Behaviour } from './venue-parts.ts'

export interface AlpacaAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
/** How an answer leaves. */
export type Manner =
  | 'whole'
  | 'never'
  | 'end-without-answer'
  | 'reset-before-headers'
  | 'reset-after-headers'
  | 'slow-close'
  | 'byte-by-byte'
export interface Delivery {
  readonly answer: AlpacaAnswer
  readonly waitMs: number
  readonly manner: Manner
  /** Between two bytes, or before the end of the connection. */
  readonly pauseMs: number
}

/** What was ordered for one request, sorted by where it strikes. */
export interface Orders {
  readonly behaviours: ReadonlySet<Behaviour>
  readonly strike: (name: Strike['name']) => Strike | undefined
}
export function ordersFrom(strikes: readonly Strike[]): Orders {
  return {
    behaviours: new Set(strikes.map(({ name }) => name).filter(isBehaviour)),
    strike: (name) => strikes.find((strike) => strike.name === name),
  }
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }
export const jsonAnswer = (
  status: number,
  json: unknown,
  more: Readonly<Record<string, string>> = {},
): AlpacaAnswer => ({
  status,
  headers: { ...JSON_HEADERS, ...more },
  body: jsonText(json),
})
export const pageAnswer = (status: number, title: string): AlpacaAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
})

/** An answer in place of doing anything. */
export function insteadOf(orders: Orders): AlpacaAnswer | undefined {
  const limited = orders.strike('rate-limited')
  const tooMany = { code: 42910000, message: 'too many requests' }
  if (limited !== undefined) {
    const seconds = `${Math.ceil(limited.ms / 1_000)}`
    return jsonAnswer(429, tooMany, { 'Retry-After': seconds, 'X-RateLimit-Remaining': '0' })
  }
  if (orders.strike('rate-limited-bare') !== undefined) {
    return { status: 429, headers: { 'content-type': 'text/plain' }, body: 'rate limit exceeded\n' }
  }
  if (orders.strike('unauthorized') !== undefined) return jsonAnswer(401, { message: 'unauthorized.' })
  const unavailable = orders.strike('unavailable')
  return unavailable === undefined ? undefined : serverError(unavailable)
}

export function serverError({ status = 500, body }: Pick<Strike, 'status' | 'body'>): AlpacaAnswer {
  if (body !== undefined) return { status, headers: JSON_HEADERS, body }
  if (status === 500) return jsonAnswer(500, { code: 50010000, message: 'internal server error occurred' })
  return pageAnswer(status, `${status} ${SPOKEN[status] ?? 'Error'}`)
}
const SPOKEN: Readonly<Record<number, string>> = {
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
}

/** The answer as it is told, which need not be the one that was given. */
export function distorted(answer: AlpacaAnswer, orders: Orders): AlpacaAnswer {
  const fault = orders.strike('5xx-after-accept')
  if (fault !== undefined) return serverError(fault)
  const refusal = orders.strike('4xx-after-accept')
  if (refusal !== undefined) {
    const { status = 403, body } = refusal
    return { status, headers: JSON_HEADERS, body: body ?? jsonText({ message: 'forbidden.' }) }
  }
  if (orders.strike('not-json') !== undefined) return pageAnswer(200, 'Welcome')
  if (orders.strike('empty-answer') !== undefined) return { ...answer, status: 200, body: '' }
  if (orders.strike('truncated-json') !== undefined) {
    return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }
  }
  return orders.strike('new-field') === undefined ? answer : withNewField(answer)
}

function withNewField(answer: AlpacaAnswer): AlpacaAnswer {
  const added = '"field_of_the_future":{"version":2}'
  const body = answer.body.replace(/\{(?=")/g, `{${added},`)
  return { ...answer, body }
}

export function deliveryOf(answer: AlpacaAnswer, orders: Orders): Delivery {
  const wait = orders.strike('slow-answer') ?? orders.strike('fill-before-answer')
  const [manner, strike] = mannerOf(orders)
  return { answer, waitMs: wait?.ms ?? 0, manner, pauseMs: strike?.ms ?? 0 }
}

const MANNERS: readonly (readonly [Strike['name'], Manner])[] = [
  ['answer-lost', 'end-without-answer'],
  ['request-lost', 'end-without-answer'],
  ['half-open', 'never'],
  ['reset-before-headers', 'reset-before-headers'],
  ['reset-after-headers', 'reset-after-headers'],
  ['slow-close', 'slow-close'],
  ['byte-by-byte', 'byte-by-byte'],
]
function mannerOf(orders: Orders): readonly [Manner, Strike | undefined] {
  for (const [name, manner] of MANNERS) {
    const strike = orders.strike(name)
    if (strike !== undefined) return [manner, strike]
  }
  return ['whole', undefined]
}
