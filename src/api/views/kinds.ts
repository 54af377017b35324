import { z } from 'zod'
import { parseTime } from '../../core/time.ts'

/** The kinds of value that stand in answers and queries. */
const described = (description: string, example: string) => z.string().meta({ description, examples: [example] })

export const decimalText = (description: string) =>
  z
    .string()
    .regex(/^-?\d{1,40}(?:\.\d{1,40})?$/)
    .meta({ description: `${description} An exact decimal, as text.` })
export const timeText = (description: string) =>
  z.string().meta({ description: `${description} RFC 3339, UTC, with milliseconds.`, format: 'date-time' })
export const idText = (description: string) => z.string().meta({ description })

export const SIDE = z.enum(['buy', 'sell'])
export const ORDER_TYPE = z.enum(['limit', 'market', 'stop', 'stop_limit'])
export const TIME_IN_FORCE = z.enum(['day', 'gtc', 'ioc', 'fok'])
export const STATUS = z.enum([
  'created',
  'pending_execution',
  'submitting',
  'unconfirmed',
  'submitted',
  'accepted',
  'partially_filled',
  'retry_pending',
  'filled',
  'cancelled',
  'denied',
  'rejected',
  'expired',
  'failed',
])

const TIME = 'a time with its zone, such as 2026-03-02T14:30:00Z'
export const instantInQuery = z.string({ error: TIME }).transform((text, context) => {
  const at = parseTime(text)
  if (at !== undefined) return at
  context.addIssue({ code: 'custom', message: TIME })
  return z.NEVER
})

export const nameInQuery = (what: string) =>
  z.string({ error: `one ${what}` }).regex(/^[\x20-\x7e]{1,128}$/, { error: `a ${what} of 1 to 128 characters` })

const LIMIT = 'a whole number from 1 to 500'
export const limitInQuery = z
  .string({ error: LIMIT })
  .regex(/^(?:[1-9]\d?|[1-4]\d\d|500)$/, { error: LIMIT })
  .transform(Number)
  .meta({ description: 'How many at most; 100 unless told.' })

export const traceText = described(
  'Leads through every log line, event and message of the same signal.',
  '4bf92f3577b34da6a3ce929d0e0e4736',
)
