import { type Logger, pino } from 'pino'
import type { Log } from '../../ports/log.ts'

export interface LogOptions {
  readonly level: string
  readonly destination: NodeJS.WritableStream
}

/** One JSON object a line on standard error, so that standard output stays for what a person asked to see. */
export function pinoLog({ level, destination }: LogOptions): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'event' }, destination)
  const at =
    (write: Logger['info']) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
      write.call(logger, toPlainErrors(fields), event)
  return { debug: at(logger.debug), info: at(logger.info), warn: at(logger.warn), error: at(logger.error) }
}

/** An error's own fields may carry a request with its credentials: only its name, code and message are told. */
function toPlainErrors(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]),
  )
}

function describe(error: Error): Record<string, string> {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { name: error.name, message: error.message, ...code }
}
