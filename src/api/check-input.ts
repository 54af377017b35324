import type { z } from 'zod'
import { JsonNumber } from '../core/json-text.ts'
import { type ProblemItem, problem } from './problem.ts'

interface BodyDescription {
  readonly schema: z.ZodType
  readonly isOptional?: boolean
  readonly isReadByCall?: boolean
}

export function queryOf(schema: z.ZodType | undefined, query: unknown): unknown {
  if (schema !== undefined) return checked(schema, query, 'query.invalid')
  const [unknown] = Object.keys(Object(query))
  if (unknown === undefined) return undefined
  throw problem('query.invalid', 'this call takes no query parameters', {
    errors: [{ path: unknown, code: 'unknown_parameter', message: `${unknown} is not a parameter of this call` }],
  })
}

export function bodyOf(description: BodyDescription | undefined, body: unknown): unknown {
  if (description === undefined) {
    if (body === undefined || Object.keys(Object(body)).length === 0) return undefined
    throw problem('body.invalid', 'this call takes no body')
  }
  if (body === undefined && description.isOptional !== true) throw problem('json.invalid', 'the body is empty')
  return description.isReadByCall === true ? body : checked(description.schema, body ?? {}, 'body.invalid')
}

function checked(schema: z.ZodType, value: unknown, code: 'query.invalid' | 'body.invalid'): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw problem(code, undefined, { errors: parsed.error.issues.flatMap((issue) => itemsOf(issue, value)) })
}

function itemsOf(issue: z.core.$ZodIssue, value: unknown): ProblemItem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: key, code: 'unknown', message: `${key.slice(0, 60)} is not known here` }))
  }
  const path = issue.path.map(String).join('.')
  return [{ path, code: 'invalid', message: issue.message, expected: issue.message, found: foundAt(value, issue.path) }]
}

const MAX_FOUND_CHARS = 60
function foundAt(value: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = value
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined
  if (at === undefined) return 'nothing'
  if (at instanceof JsonNumber) return at.text.slice(0, MAX_FOUND_CHARS)
  if (Array.isArray(at)) return 'a list'
  return typeof at === 'object' && at !== null ? 'an object' : JSON.stringify(at).slice(0, MAX_FOUND_CHARS)
}
