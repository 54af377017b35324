import Fastify, { type FastifyInstance } from 'fastify'
import { addCalls } from './add-calls.ts'
import { type ApiDeps, type ApiLimits, DEFAULT_API_LIMITS } from './api-deps.ts'
import { PageSessions } from './auth/page-sessions.ts'
import type { Call } from './call.ts'
import { Gate } from './gate.ts'
import { acceptJsonBodies } from './json-body.ts'
import { answerClientError, answerFrameworkError, answerProblems } from './problem-answers.ts'
import { cancelCalls } from './routes/cancels.ts'
import { caseCalls } from './routes/cases.ts'
import { descriptionCall } from './routes/description.ts'
import { EventStreams, eventCalls } from './routes/events.ts'
import { healthCalls } from './routes/health.ts'
import { killSwitchCalls } from './routes/kill-switch.ts'
import { metricsCalls } from './routes/metrics.ts'
import { orderWhyCalls } from './routes/order-why.ts'
import { orderCalls } from './routes/orders.ts'
import { pageCalls } from './routes/page.ts'
import { pnlCalls } from './routes/pnl.ts'
import { positionCalls } from './routes/positions.ts'
import { sessionCalls } from './routes/session.ts'
import { signalCalls } from './routes/signals.ts'
import { statusCalls } from './routes/status.ts'
import { syncCalls } from './routes/sync.ts'

/** How long a client may take: to say what it wants, to send it whole, and to say nothing between two requests. */
const HEADERS_MS = 10_000
const REQUEST_MS = 20_000
const IDLE_MS = 60_000
const CHECK_MS = 2_000
const LONGEST_PARAM = 256

/** The HTTP interface, ready to listen. Closing it ends every event stream. */
export async function buildApi(deps: ApiDeps): Promise<FastifyInstance> {
  const limits: ApiLimits = { ...DEFAULT_API_LIMITS, ...deps.limits }
  const sessions = new PageSessions(deps.clock, deps.random, limits.sessionMs)
  const gate = new Gate(deps, limits, sessions)
  const streams = new EventStreams(deps, limits, sessions)

  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_MS, requireHostHeader: false },
    clientErrorHandler: answerClientError(deps),
    frameworkErrors: answerFrameworkError(deps),
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    return503OnClosing: false,
  })
  app.server.maxConnections = limits.connections
  app.decorateRequest('traceId', '')
  app.decorateRequest('principal', undefined)
  app.addHook('onRequest', gate.onRequest)
  app.addHook('onResponse', (request, reply, done) => {
    deps.log.debug('api.call', {
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      elapsed_ms: Math.round(reply.elapsedTime),
      by: request.principal?.name,
      trace_id: request.traceId,
    })
    done()
  })
  app.addHook('preClose', (done) => {
    streams.endAll()
    done()
  })
  acceptJsonBodies(app)
  answerProblems(app, deps)
  addCalls(app, callsOf(deps, limits, { sessions, gate, streams }))
  await app.ready()
  return app
}

interface Parts {
  readonly sessions: PageSessions
  readonly gate: Gate
  readonly streams: EventStreams
}

function callsOf(deps: ApiDeps, limits: ApiLimits, { sessions, gate, streams }: Parts): readonly Call[] {
  const calls: readonly Call[] = [
    ...signalCalls(deps),
    ...orderCalls(deps),
    ...orderWhyCalls(deps),
    ...cancelCalls(deps),
    ...positionCalls(deps),
    ...pnlCalls(deps),
    ...killSwitchCalls(deps),
    ...syncCalls(deps),
    ...caseCalls(deps),
    ...statusCalls(deps),
    ...eventCalls(streams),
    ...healthCalls(deps),
    ...metricsCalls(deps),
    descriptionCall(() => calls, deps.version),
    ...sessionCalls(sessions, gate, limits.sessionMs),
    ...pageCalls(),
  ]
  return calls
}
