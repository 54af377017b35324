import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { bodyOf, queryOf } from './check-input.ts'
import type { Access } from './gate.ts'
import type { ProblemCode } from './problem-codes.ts'

export interface Answer {
  readonly status: number
  readonly json?: unknown
  /** JSON that is written already. */
  readonly jsonText?: string
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}
export interface AnswerDescription {
  readonly what: string
  readonly schema?: z.ZodType
  readonly example?: unknown
  /** Where the answer is not JSON. */
  readonly mediaType?: string
}
export interface Asked<Query, Body> {
  readonly query: Query
  readonly body: Body
  readonly params: Readonly<Record<string, string>>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** The name of whoever asks. */
  readonly by: string
}

/** One call: what it is, who may make it, what it takes and gives, and what it does. The one source of route and document. */
export interface CallSpec<Query, Body> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Parameters in braces. */
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly access: Access
  readonly anyHost?: boolean
  readonly urgent?: boolean
  readonly query?: z.ZodType<Query>
  readonly body?: {
    readonly schema: z.ZodType<Body>
    readonly example: unknown
    readonly isOptional?: boolean
    /** The call reads the body itself; the schema only describes it. */
    readonly isReadByCall?: boolean
  }
  readonly headers?: Readonly<Record<string, string>>
  readonly answers: Readonly<Record<number, AnswerDescription>>
  readonly problems?: readonly ProblemCode[]
  /** `undefined` when the call has taken the connection over. */
  readonly run: (asked: Asked<Query, Body>) => Promise<Answer | undefined> | Answer
}
export type Call = Omit<CallSpec<unknown, unknown>, 'run' | 'query' | 'body'> & {
  readonly query?: z.ZodType
  readonly body?: CallSpec<unknown, unknown>['body']
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => Promise<Answer | undefined> | Answer
}

export function call<Query = undefined, Body = undefined>({ run, ...spec }: CallSpec<Query, Body>): Call {
  const handle = (request: FastifyRequest, reply: FastifyReply): Promise<Answer | undefined> | Answer =>
    run({
      query: queryOf(spec.query, request.query) as Query,
      body: bodyOf(spec.body, request.body) as Body,
      params: paramsOf(request),
      request,
      reply,
      by: request.principal?.name ?? 'nobody',
    })
  return { ...spec, handle }
}

function paramsOf({ params }: FastifyRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(Object(params)).map(([name, value]) => [name, String(value)]))
}
