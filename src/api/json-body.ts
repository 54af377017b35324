import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { JsonTextError, type JsonValue, parseJsonText } from '../core/json-text.ts'
import { problem } from './problem.ts'

/**
 * Bodies are JSON text read once, by the one reader that loses nothing. Bytes that are not UTF-8 are refused: decoded
 * with replacement characters, two different bodies could become the same signal.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    const { charset } = /;\s*charset="?(?<charset>[^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.groups ?? {}
    if (charset !== undefined && charset.toLowerCase() !== 'utf-8') return done(problem('content_type.unsupported'))
    if (bytes.length === 0) return done(null, undefined)
    try {
      done(null, readJson(bytes))
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

function readJson(bytes: Buffer): JsonValue {
  if (!isUtf8(bytes)) throw problem('json.invalid', 'the body is not UTF-8')
  try {
    return parseJsonText(bytes.toString('utf8'))
  } catch (error) {
    if (error instanceof JsonTextError) throw problem('json.invalid', error.message)
    throw error
  }
}
