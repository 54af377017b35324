import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { StoreError } from '../ports/order-store.ts'
import type { ApiDeps } from './api-deps.ts'
import { Problem, problem } from './problem.ts'
import type { ProblemCode } from './problem-codes.ts'
import { ANSWER_HEADERS } from './security-headers.ts'
import { newTraceId } from './trace-id.ts'

export interface ProblemSeen {
  readonly status: number
  readonly code: string
  readonly route: string
}
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

const OF_FRAMEWORK: ReadonlyMap<string, ProblemCode> = new Map<string, ProblemCode>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'body.too_large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'content_type.unsupported'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'request.invalid'],
  ['FST_ERR_BAD_URL', 'url.invalid'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'url.invalid'],
])

/** Whatever goes wrong, the caller reads the same kind of body; what is ours to explain goes to the log, never out. */
export function answerProblems(app: FastifyInstance, deps: Pick<ApiDeps, 'log' | 'onProblem'>): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(deps, error, request, reply))
  app.setNotFoundHandler((request, reply) => sendError(deps, problem('route.unknown'), request, reply))
}

export function sendError(
  { log, onProblem }: Pick<ApiDeps, 'log' | 'onProblem'>,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const told = problemFrom(error)
  const route = request.routeOptions?.url ?? 'none'
  if (told.code === 'internal') log.error('api.failed', { error, route, trace_id: request.traceId })
  onProblem?.({ status: told.status, code: told.code, route })
  reply
    .code(told.status)
    .headers(told.more.headers ?? {})
    .type(PROBLEM_TYPE)
    .send(told.body(request.traceId))
}

function problemFrom(error: Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreError) return problem('store.unavailable', undefined, { headers: { 'retry-after': '1' } })
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = OF_FRAMEWORK.get(code)
  if (known !== undefined) return problem(known)
  // What the framework itself refuses before any call of ours runs, without our saying more about it.
  return code.startsWith('FST_') && 'statusCode' in error && error.statusCode === 400
    ? problem('request.invalid')
    : problem('internal')
}

const OF_PARSER: ReadonlyMap<string, ProblemCode> = new Map<string, ProblemCode>([
  ['HPE_HEADER_OVERFLOW', 'headers.too_large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request.timeout'],
])

/** Bytes that never became a request; there is no reply object, so the answer is written by hand. */
export function answerClientError(deps: Pick<ApiDeps, 'random' | 'onProblem'>) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const told = problem(OF_PARSER.get(error.code ?? '') ?? 'request.invalid')
    deps.onProblem?.({ status: told.status, code: told.code, route: 'none' })
    const traceId = newTraceId(deps.random)
    const body = told.body(traceId)
    const headers = {
      ...ANSWER_HEADERS,
      'x-trace-id': traceId,
      'content-type': PROBLEM_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${told.status} ${STATUS_CODES[told.status]}\r\n${lines.join('')}\r\n${body}`)
  }
}

/** The framework refuses some addresses before any hook has run. */
export function answerFrameworkError(deps: Pick<ApiDeps, 'log' | 'onProblem' | 'random'>) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    request.traceId = newTraceId(deps.random)
    reply.headers(ANSWER_HEADERS).header('x-trace-id', request.traceId)
    sendError(deps, error, request, reply)
  }
}
