import { z } from 'zod'
import { DENIAL_CODES } from '../core/denial-codes.ts'
import type { AnswerDescription, Call } from './call.ts'
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.ts'

type Json = { [key: string]: unknown }

const PROBLEM = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable; programs may branch on it.' }),
    errors: z.array(
      z.object({
        path: z.string().optional(),
        code: z.string(),
        message: z.string(),
        expected: z.string().optional(),
        found: z.string().optional(),
      }),
    ),
    trace_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' })
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

/** The document of exactly the calls that listen: both are made from the same list. */
export function openApiDocument(calls: readonly Call[], version: string): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const one of calls) {
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operation(one, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Surefill',
      version,
      description: 'Every trading signal becomes exactly one broker order, watched until its fate is proven.',
    },
    security: SECURITY,
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        page: { type: 'apiKey', in: 'cookie', name: 'surefill_session' },
      },
    },
    'x-denial-codes': DENIAL_CODES,
    'x-problem-codes': Object.entries(PROBLEM_CODES).map(([code, text]) => ({ code, ...text })),
  }
}
const SECURITY = [{ bearer: [] }, { key: [] }, { page: [] }]

function operation(one: Call, components: Components): Json {
  const parameters = [...pathParameters(one), ...queryParameters(one, components), ...headerParameters(one)]
  const description = [one.description, one.access === 'public' ? undefined : `Needs the role \`${one.access}\`.`]
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: one.summary,
    description: description.filter((text) => text !== undefined).join('\n\n'),
    ...(one.access === 'public' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(one.body === undefined ? {} : { requestBody: requestBody(one.body, components) }),
    responses: responses(one, components),
  }
}

function requestBody({ schema, example, isOptional = false }: NonNullable<Call['body']>, components: Components): Json {
  return {
    required: !isOptional,
    content: { 'application/json': { schema: components.use(schema, 'input'), example } },
  }
}

function responses(one: Call, components: Components): Json {
  const own = Object.entries(one.answers).map(([status, answer]) => [status, response(answer, components)])
  const problems = Map.groupBy(problemsOf(one), (code) => PROBLEM_CODES[code].status)
  const others = [...problems]
    .filter(([status]) => one.answers[status] === undefined)
    .map(([status, codes]) => [String(status), problemResponse(codes, components)])
  return Object.fromEntries([...own, ...others])
}

/** What every call may answer, beside what it names itself. */
function problemsOf(one: Call): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>(one.problems)
  if (one.query !== undefined) codes.add('query.invalid')
  if (one.body !== undefined) {
    for (const code of ['json.invalid', 'body.too_large', 'content_type.unsupported'] as const) codes.add(code)
    if (one.body.isReadByCall !== true) codes.add('body.invalid')
  }
  if (one.access !== 'public')
    for (const code of ['auth.missing', 'auth.invalid', 'auth.role'] as const) codes.add(code)
  return [...codes]
}

function response(
  { what, schema, example, mediaType = 'application/json' }: AnswerDescription,
  components: Components,
): Json {
  if (schema === undefined && example === undefined) return { description: what }
  const shape = mediaType === 'application/problem+json' ? PROBLEM : schema
  const content = { schema: shape === undefined ? { type: 'string' } : components.use(shape, 'output'), example }
  return { description: what, content: { [mediaType]: content } }
}

function problemResponse(codes: readonly ProblemCode[], components: Components): Json {
  const examples = codes.map((code) => {
    const { status, title, meaning } = PROBLEM_CODES[code]
    const value = {
      type: `urn:surefill:problem:${code}`,
      title,
      status,
      detail: meaning,
      code,
      errors: [],
      trace_id: TRACE,
    }
    return [code, { value }]
  })
  const content = { schema: components.use(PROBLEM, 'output'), examples: Object.fromEntries(examples) }
  return {
    description: codes.map((code) => PROBLEM_CODES[code].title).join(' · '),
    content: { 'application/problem+json': content },
  }
}

const pathParameters = ({ path }: Call): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

function queryParameters({ query }: Call, components: Components): Json[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = components.inline(query, 'input')
  return Object.entries(Object(properties)).map(([name, schema]) => ({
    name,
    in: 'query',
    required: Array.isArray(required) && required.includes(name),
    schema,
  }))
}

const headerParameters = ({ headers = {} }: Call): Json[] =>
  Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }))

/** Schemas with a name of their own, each written once and referred to elsewhere. */
class Components {
  readonly schemas: Json = {}

  use(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { id } = z.globalRegistry.get(schema) ?? {}
    const json = this.inline(schema, io)
    if (id === undefined) return json
    this.schemas[id] = json
    return { $ref: `#/components/schemas/${id}` }
  }

  inline(schema: z.ZodType, io: 'input' | 'output'): Json {
    const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
    const {
      $defs = {},
      $schema: _schema,
      id: _id,
      ...json
    } = JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/'))
    for (const [name, { id: _own, ...definition }] of Object.entries<Json>($defs)) this.schemas[name] = definition
    return json
  }
}
