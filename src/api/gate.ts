import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { ApiDeps, ApiLimits } from './api-deps.ts'
import { credentialsOf } from './auth/credentials.ts'
import { KeyRing, mayAct, type Principal, type Role } from './auth/key-ring.ts'
import type { PageSessions } from './auth/page-sessions.ts'
import { RequestMeter } from './auth/request-meter.ts'
import { type Problem, problem } from './problem.ts'
import { isHostAllowed, type OriginKind, originKind } from './request-origin.ts'
import { ANSWER_HEADERS } from './security-headers.ts'
import { givenTraceId, newTraceId } from './trace-id.ts'

export type Access = 'public' | Role

declare module 'fastify' {
  interface FastifyRequest {
    traceId: string
    principal: Principal | undefined
  }
  interface FastifyContextConfig {
    /** Absent where nothing is behind the address. */
    access?: Access
    anyHost?: boolean
    /** Cancels and the kill switch wait for nobody's budget. */
    urgent?: boolean
  }
}

/**
 * What every request passes before anything of it is read. Guarantees:
 * - no call but the public ones runs without credentials that are known and may do it;
 * - a request that another site makes a browser send is refused, and a cookie alone never changes anything from outside
 *   the page;
 * - a right key is never locked out by somebody else's wrong ones.
 */
export class Gate {
  readonly #deps: ApiDeps
  readonly #keys: KeyRing
  readonly #sessions: PageSessions
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>
  readonly #refused: RequestMeter
  readonly #requests: RequestMeter

  constructor(deps: ApiDeps, limits: ApiLimits, sessions: PageSessions) {
    this.#deps = deps
    this.#sessions = sessions
    this.#keys = new KeyRing(deps.keys)
    this.#hosts = new Set(deps.allowedHosts.map((host) => host.toLowerCase()))
    this.#origins = new Set(deps.allowedOrigins)
    this.#refused = new RequestMeter(deps.clock, limits.refusedCredentialsPerMinute, 60_000)
    this.#requests = new RequestMeter(deps.clock, limits.requestsPerSecond, 1_000)
  }

  readonly onRequest: onRequestHookHandler = (request, reply, done) => {
    const { headers } = request
    request.traceId = givenTraceId(headers) ?? newTraceId(this.#deps.random)
    reply.headers(ANSWER_HEADERS).header('x-trace-id', request.traceId)
    if (typeof headers.traceparent === 'string' && headers.traceparent.includes(request.traceId)) {
      reply.header('traceparent', headers.traceparent)
    }
    const origin = originKind(headers, this.#origins)
    if (origin === 'allowed') allowOrigin(request, reply)
    const refusal = this.#refusal(request, origin)
    if (refusal !== undefined) {
      done(refusal)
      return
    }
    if (origin === 'allowed' && request.method === 'OPTIONS') {
      reply.code(204).send()
      return
    }
    done()
  }

  /** A key that was sent in a body: the same look-up and the same count of wrong ones. */
  principalOf(key: string, address: string): Principal {
    const principal = this.#keys.find(key)
    if (principal === undefined) throw this.#wrongKey(address)
    return principal
  }

  #refusal(request: FastifyRequest, origin: OriginKind): Problem | undefined {
    const { access, anyHost, urgent } = request.routeOptions.config
    const { host } = request.headers
    if (anyHost !== true && !isHostAllowed(host, this.#hosts)) {
      return host === undefined
        ? problem('request.invalid', 'the request has no Host header')
        : problem('host.not_allowed')
    }
    if (origin === 'foreign') return problem('origin.not_allowed')
    if (access === undefined || access === 'public') return undefined
    const principal = this.#authenticate(request, origin)
    if ('code' in principal) return principal
    if (!mayAct(principal, access)) {
      return problem('auth.role', `the key "${principal.name}" has the role ${principal.role}; this needs ${access}`)
    }
    const waitMs = urgent === true ? 0 : this.#requests.count(principal.name)
    if (waitMs > 0) return problem('rate.requests', undefined, retryAfter(waitMs))
    request.principal = principal
    return undefined
  }

  #authenticate(request: FastifyRequest, origin: OriginKind): Principal | Problem {
    const shown = credentialsOf(request.headers, request.raw.rawHeaders)
    switch (shown.kind) {
      case 'none':
        return problem('auth.missing', undefined, CHALLENGE)
      case 'unclear':
        return this.#wrongKey(request.ip)
      case 'key':
        return this.#keys.find(shown.key) ?? this.#wrongKey(request.ip)
      case 'session':
        return this.#fromPage(request, origin, shown.token)
    }
  }

  /** A browser adds the cookie to whatever any site makes it send, so the page must prove that it was the page. */
  #fromPage(request: FastifyRequest, origin: OriginKind, token: string): Principal | Problem {
    const principal = this.#sessions.find(token)
    if (principal === undefined) return problem('auth.invalid', 'the session has ended', CHALLENGE)
    if (request.method === 'GET' || request.method === 'HEAD') return principal
    if (origin !== 'same') return problem('origin.not_allowed', 'a session may change something from the page alone')
    const type = request.headers['content-type'] ?? ''
    return /^application\/json\s*(?:;|$)/i.test(type) ? principal : problem('content_type.unsupported')
  }

  #wrongKey(address: string): Problem {
    const waitMs = this.#refused.count(address)
    return waitMs > 0
      ? problem('auth.throttled', undefined, retryAfter(waitMs))
      : problem('auth.invalid', undefined, CHALLENGE)
  }
}

const CHALLENGE = { headers: { 'www-authenticate': 'Bearer realm="surefill"' } }
const retryAfter = (ms: number) => ({ headers: { 'retry-after': String(Math.ceil(ms / 1_000)) } })

function allowOrigin({ headers }: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'access-control-allow-origin': headers.origin ?? '',
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': 'authorization, x-api-key, content-type, x-trace-id, traceparent, last-event-id',
    'access-control-expose-headers': 'x-trace-id, retry-after',
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'Origin',
  })
}
