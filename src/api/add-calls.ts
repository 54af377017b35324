import type { FastifyInstance, FastifyReply, HTTPMethods } from 'fastify'
import type { Answer, Call } from './call.ts'
import { problem } from './problem.ts'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Every address answers every method: with the call, or with what it knows instead. */
export function addCalls(app: FastifyInstance, calls: readonly Call[]): void {
  const methodsAt = new Map<string, Set<HTTPMethods>>()
  for (const one of calls) {
    const url = one.path.replace(/\{(\w+)\}/g, ':$1')
    const methods = methodsAt.get(url) ?? new Set()
    methodsAt.set(url, methods.add(one.method))
    const { access, anyHost = false, urgent = false, handle } = one
    // Load balancers ask public addresses so; elsewhere it would run a call and throw its answer away.
    const exposeHeadRoute = one.method === 'GET' && access === 'public'
    if (exposeHeadRoute) methods.add('HEAD')
    app.route({
      method: one.method,
      url,
      exposeHeadRoute,
      config: { access, anyHost, urgent },
      handler: async (request, reply) => {
        const answer = await handle(request, reply)
        return answer === undefined ? reply : sendAnswer(reply, answer)
      },
    })
  }
  for (const [url, methods] of methodsAt) refuseOthers(app, url, methods)
}

const JSON_TYPE = 'application/json; charset=utf-8'

function sendAnswer(reply: FastifyReply, { status, json, jsonText, text, headers }: Answer): FastifyReply {
  reply.code(status)
  if (headers !== undefined) reply.headers(headers)
  const written = jsonText ?? (json === undefined ? undefined : JSON.stringify(json))
  return written === undefined ? reply.send(text) : reply.header('content-type', JSON_TYPE).send(written)
}

function refuseOthers(app: FastifyInstance, url: string, methods: ReadonlySet<HTTPMethods>): void {
  const allow = [...methods].join(', ')
  const refusal = () => problem('method.not_allowed', `this address knows ${allow}`, { headers: { allow } })
  app.route({
    method: METHODS.filter((method) => !methods.has(method)),
    url,
    onRequest: (_request, _reply, done) => done(refusal()),
    handler: () => undefined,
  })
}
