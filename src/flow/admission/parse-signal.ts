import { z } from 'zod'
import { assert } from '../../core/assert.ts'
import { signalId } from '../../core/ids.ts'
import { isJsonObject, JsonNumber, type JsonValue } from '../../core/json-text.ts'
import { type Amount, Decimal, type Price, type Quantity } from '../../core/money.ts'
import type { Signal } from '../../core/signal.ts'
import type { SizeWish } from '../../core/sizing.ts'
import { parseTime } from '../../core/time.ts'
import type { SignalProblem } from '../../ports/order-commands.ts'

export type ParsedSignal =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'malformed'; readonly errors: readonly SignalProblem[] }

export const SIGNAL_ID = /^[A-Za-z0-9._:-]{1,128}$/
const STRATEGY = /^[A-Za-z0-9._:-]{1,64}$/
const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9.:/_-]{0,31}$/
const ACCOUNT = /^[A-Za-z0-9._:-]{1,64}$/
const TRACE_ID = /^[A-Za-z0-9._:-]{1,128}$/
const MAX_METADATA_CHARS = 16_384

const matching = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).regex(pattern, { error: expected })

const decimalOf = (expected: string, accept: (value: Decimal) => boolean) =>
  z
    .custom<string | JsonNumber>((value) => typeof value === 'string' || value instanceof JsonNumber, {
      error: expected,
    })
    .transform((value, context) => {
      const parsed = Decimal.parse(typeof value === 'string' ? value : value.text)
      if (parsed !== undefined && accept(parsed)) return parsed
      context.addIssue({ code: 'custom', message: expected })
      return z.NEVER
    })
const positive = (what: string) =>
  decimalOf(`${what} above zero, as plain decimal text such as "12.5"`, (value) => value.isPositive)
const fraction = decimalOf('a number from 0 to 1', (value) => !value.isNegative && value.atMost(Decimal.of(1n, 0)))

const TIME = 'a time with its zone, such as "2026-03-02T14:30:00Z"'
const time = z.string({ error: TIME }).transform((text, context) => {
  const at = parseTime(text)
  if (at !== undefined) return at
  context.addIssue({ code: 'custom', message: TIME })
  return z.NEVER
})
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `one of ${words.map((word) => `"${word}"`).join(', ')}` })

const SIGNAL = z.strictObject({
  signal_id: matching(SIGNAL_ID, '1 to 128 of A-Z a-z 0-9 . _ : -'),
  strategy: matching(STRATEGY, '1 to 64 of A-Z a-z 0-9 . _ : -').default('default'),
  symbol: matching(SYMBOL, 'a symbol as the venue spells it, such as "AAPL" or "BTC/USD"'),
  side: oneOf(['buy', 'sell']),
  quantity: positive('a quantity').optional(),
  amount: positive('an amount of money').optional(),
  account: matching(ACCOUNT, 'the name of an account').optional(),
  order_type: oneOf(['limit', 'market', 'stop', 'stop_limit']).optional(),
  limit_price: positive('a price').optional(),
  reference_price: positive('a price').optional(),
  reference_time: time.optional(),
  time_in_force: oneOf(['day', 'gtc', 'ioc', 'fok']).optional(),
  urgency: oneOf(['low', 'normal', 'immediate']).optional(),
  confidence: fraction.optional(),
  generated_at: time.optional(),
  expires_at: time.optional(),
  reduce_only: z.boolean({ error: 'true or false' }).optional(),
  trace_id: matching(TRACE_ID, '1 to 128 of A-Z a-z 0-9 . _ : -').optional(),
  metadata: z
    .unknown()
    .refine((value) => value === undefined || JSON.stringify(value).length <= MAX_METADATA_CHARS, {
      error: `at most ${MAX_METADATA_CHARS} characters of JSON`,
    })
    .optional(),
})

/** What the body alone can tell, all of it at once. */
export function parseSignal(body: JsonValue): ParsedSignal {
  if (!isJsonObject(body)) return { kind: 'malformed', errors: [problemAt([], 'a JSON object', body)] }
  const parsed = SIGNAL.safeParse(body)
  const isSizedOnce = (body.quantity === undefined) !== (body.amount === undefined)
  if (!parsed.success || !isSizedOnce) {
    const errors = parsed.error?.issues.flatMap((issue) => problems(issue, body)) ?? []
    const size = isSizedOnce ? [] : [problemAt(['quantity'], 'the only one of quantity and amount', body)]
    return { kind: 'malformed', errors: [...errors, ...size] }
  }
  const { signal_id, strategy, symbol, side, quantity, amount, ...rest } = parsed.data
  const signal = {
    signalId: signalId(signal_id),
    strategy,
    symbol,
    side,
    size: sizeWish(quantity as Quantity | undefined, amount as Amount | undefined),
    account: rest.account,
    orderType: rest.order_type,
    limitPrice: rest.limit_price as Price | undefined,
    referencePrice: rest.reference_price as Price | undefined,
    referenceTime: rest.reference_time,
    timeInForce: rest.time_in_force,
    urgency: rest.urgency,
    confidence: rest.confidence,
    generatedAt: rest.generated_at,
    expiresAt: rest.expires_at,
    reduceOnly: rest.reduce_only,
    traceId: rest.trace_id,
    metadata: rest.metadata,
  }
  return { kind: 'signal', signal: withoutAbsent(signal) }
}

function sizeWish(quantity: Quantity | undefined, amount: Amount | undefined): SizeWish {
  if (quantity !== undefined) return { by: 'quantity', quantity }
  assert(amount !== undefined, 'a parsed signal has a quantity or an amount')
  return { by: 'amount', amount }
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}
function withoutAbsent<T extends object>(value: T): Present<T> {
  const present: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) if (field !== undefined) present[name] = field
  return present as Present<T>
}

function problems(issue: z.core.$ZodIssue, body: JsonValue): SignalProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: key,
      code: 'unknown_field',
      message: `${key} is not a field of a signal`,
      expected: 'only the fields of a signal',
      found: foundAt(body, [key]),
    }))
  }
  return [problemAt(issue.path, issue.message, body)]
}

function problemAt(at: readonly PropertyKey[], expected: string, body: JsonValue): SignalProblem {
  const path = at.map(String).join('.')
  const found = foundAt(body, at)
  const code = found === 'nothing' ? 'missing' : 'invalid'
  return {
    path,
    code,
    message: `${path === '' ? 'the body' : path} must be ${expected}, found ${found}`,
    expected,
    found,
  }
}

const MAX_FOUND_CHARS = 60
function foundAt(body: JsonValue, path: readonly PropertyKey[]): string {
  let value: unknown = body
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined
  if (value === undefined) return 'nothing'
  if (value instanceof JsonNumber) return value.text.slice(0, MAX_FOUND_CHARS)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return JSON.stringify(value).slice(0, MAX_FOUND_CHARS)
}
