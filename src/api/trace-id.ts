import type { IncomingHttpHeaders } from 'node:http'
import type { Random } from '../ports/random.ts'

const TRACE_ID = /^[A-Za-z0-9._:-]{1,128}$/
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/
const NO_TRACE = '0'.repeat(32)

/** The caller's own, if it is one; anything else is not echoed, so that no header or log line can be forged with it. */
export function givenTraceId({ 'x-trace-id': own, traceparent }: IncomingHttpHeaders): string | undefined {
  if (typeof own === 'string' && TRACE_ID.test(own)) return own
  if (typeof traceparent !== 'string') return undefined
  const id = TRACEPARENT.exec(traceparent)?.[1]
  return id === NO_TRACE ? undefined : id
}

export function newTraceId(random: Random): string {
  const word = (): string =>
    Math.floor(random.draw('trace.id') * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return `${word()}${word()}${word()}${word()}`
}
