import type { marketData, trading } from '@alpacahq/alpaca-trade-api'
import { NotSent } from '../../../ports/exit-pass.ts'
import type { HttpExchange, HttpRequest, HttpResult } from '../../../ports/http.ts'

/**
 * One call of the official SDK as one request of ours. The SDK knows the endpoint, the query and the body; everything else
 * is our own. Guarantees:
 * - a call sends one request at most: whatever in the SDK would send a second ends here and not on the wire;
 * - a write without a pass is refused before anything leaves, and the pass sees the very bytes the SDK made;
 * - the answer comes back as it came in: the SDK never reads it, so no amount goes through a binary float;
 * - the SDK has no time-out, no retry and no limiter of its own, and holds no timer.
 */
export interface SdkCall {
  readonly deadlineMs: number
  /** Writes only. */
  readonly beforeDispatch?: NonNullable<HttpRequest['beforeDispatch']>
  /** Parameters that the venue takes and the SDK does not know. */
  readonly query?: Readonly<Record<string, string>>
}
export type SdkParameters = ConstructorParameters<typeof trading.Configuration>[0] &
  ConstructorParameters<typeof marketData.Configuration>[0]

export interface AlpacaKeys {
  readonly keyId: string
  readonly secretKey: string
}

export async function sdkCall(
  exchange: HttpExchange,
  keys: AlpacaKeys,
  call: SdkCall,
  run: (parameters: SdkParameters) => Promise<unknown>,
): Promise<HttpResult> {
  let answered: Promise<HttpResult> | undefined
  const fetchApi = async (url: string, init: RequestInit): Promise<Response> => {
    if (answered !== undefined) throw new Error('one call is one request')
    answered = send(exchange, url, init, call)
    await answered
    return NOTHING_TO_READ
  }
  try {
    await run({ basePath: '', fetchApi, headers: authHeaders(keys), timeoutMs: 0 })
  } catch (error) {
    // What it could not put into words never left; what left has its own result, whatever the SDK makes of it.
    if (answered === undefined) return notSent(error)
  }
  return answered ?? notSent(new Error('the SDK sent nothing'))
}

/** The SDK is content with an empty success and asks no further. */
const NOTHING_TO_READ = new Response(null, { status: 204 })

const authHeaders = ({ keyId, secretKey }: AlpacaKeys) => ({
  'APCA-API-KEY-ID': keyId,
  'APCA-API-SECRET-KEY': secretKey,
})

async function send(exchange: HttpExchange, url: string, init: RequestInit, call: SdkCall): Promise<HttpResult> {
  const method = methodOf(init.method)
  if (method !== 'GET' && call.beforeDispatch === undefined)
    return notSent(new NotSent('pass.missing', `${method} ${url} has no pass`))
  return exchange.exchange({
    method,
    path: withQuery(url, call.query),
    headers: lowerCased(init.headers),
    ...(typeof init.body === 'string' ? { body: init.body } : {}),
    deadlineMs: call.deadlineMs,
    ...(call.beforeDispatch === undefined ? {} : { beforeDispatch: call.beforeDispatch }),
  })
}

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const
const methodOf = (word: string | undefined): HttpRequest['method'] => {
  const method = METHODS.find((known) => known === (word ?? 'GET'))
  if (method === undefined) throw new Error(`${word} is not a method of this API`)
  return method
}

function lowerCased(headers: RequestInit['headers'] = {}): Record<string, string> {
  const lower: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) lower[name.toLowerCase()] = value
  return lower
}

function withQuery(url: string, query: Readonly<Record<string, string>> | undefined): string {
  if (query === undefined) return url
  const more = new URLSearchParams(query).toString()
  if (more === '') return url
  return `${url}${url.includes('?') ? '&' : '?'}${more}`
}

const notSent = (error: unknown): HttpResult => ({
  kind: 'failed',
  phase: 'not_sent',
  cause: error instanceof Error ? error.message : String(error),
  error,
})
