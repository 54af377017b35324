import type { Call } from '../call.ts'
import { call } from '../call.ts'
import { openApiDocument } from '../openapi.ts'

/** Made when it is first asked for: a daemon starts without it. */
export function descriptionCall(others: () => readonly Call[], version: string): Call {
  let text: string | undefined
  return call({
    method: 'GET',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'Daemon',
    summary: 'This interface, described',
    access: 'read',
    answers: { 200: { what: 'OpenAPI 3.1.', example: { openapi: '3.1.0' } } },
    run: () => {
      text ??= JSON.stringify(openApiDocument(others(), version))
      return { status: 200, jsonText: text }
    },
  })
}
