import { z } from 'zod'
import { JsonNumber, type JsonValue, parseJsonText } from '../../../core/json-text.ts'
import { Decimal } from '../../../core/money.ts'
import type { Plain } from '../../../core/order-events.ts'
import { parseTime } from '../../../core/time.ts'

/** How Alpaca writes things. A text that does not fit its form is refused: never a guess. */
type Refusable = { addIssue: (issue: { code: 'custom'; message: string }) => void }
function wrong(context: Refusable): typeof z.NEVER {
  context.addIssue({ code: 'custom', message: 'not of its form' })
  return z.NEVER
}

/** Text by the documentation, a JSON number in some recordings; either is read by its digits. */
export const decimal = z
  .union([z.string(), z.instanceof(JsonNumber)])
  .transform((value, context) => Decimal.parse(value.toString()) ?? wrong(context))
export const time = z.string().transform((text, context) => parseTime(text) ?? wrong(context))
/** Absent, null and empty all say nothing. */
export const orNothing = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional())

export function parseBody(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text, { maxDepth: MAX_DEPTH })
  } catch {
    return undefined
  }
}
/** Their deepest is a list of orders with legs. */
const MAX_DEPTH = 24

const REFUSAL = z.object({
  code: z
    .instanceof(JsonNumber)
    .transform(({ text }) => Number(text))
    .optional(),
  message: z.string(),
})
export interface Refusal {
  readonly code?: number | undefined
  readonly message: string
}
export function decodeRefusal(body: string): Refusal | undefined {
  const parsed = REFUSAL.safeParse(parseBody(body))
  return parsed.success ? parsed.data : undefined
}

const MOST_KEPT = 2_000
export const rawEvidence = (status: number, body: string, requestId?: string): Plain => ({
  status,
  body: body.slice(0, MOST_KEPT),
  ...(requestId === undefined ? {} : { request_id: requestId }),
})
