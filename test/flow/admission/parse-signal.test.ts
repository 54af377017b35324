import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonValue, parseJsonText } from '../../../src/core/json-text.ts'
import { contentHash, type Signal } from '../../../src/core/signal.ts'
import { parseSignal } from '../../../src/flow/admission/parse-signal.ts'

const WHOLE = {
  signal_id: 'sig-1',
  strategy: 'trend',
  symbol: 'BTC/USD',
  side: 'buy',
  quantity: '1.50',
  account: 'paper',
  order_type: 'limit',
  limit_price: '90000.10',
  reference_price: '90000',
  reference_time: '2026-03-02T14:30:00+01:00',
  time_in_force: 'gtc',
  urgency: 'low',
  confidence: '0.8',
  generated_at: '2026-03-02T13:30:00.000Z',
  expires_at: '2026-03-02T14:30:00Z',
  reduce_only: true,
  trace_id: 't-1',
  metadata: { note: 'kept as it came' },
}
const LEAST = { signal_id: 'sig-1', symbol: 'AAPL', side: 'buy', quantity: '1' }

const parse = (body: unknown): ReturnType<typeof parseSignal> => parseSignal(parseJsonText(JSON.stringify(body)))
function signalOf(body: unknown): Signal {
  const parsed = parse(body)
  if (parsed.kind === 'malformed') throw new Error(JSON.stringify(parsed.errors))
  return parsed.signal
}
function problems(body: unknown): string[] {
  const parsed = parse(body)
  return parsed.kind === 'malformed' ? parsed.errors.map(({ path, code }) => `${path} ${code}`) : []
}

describe('a signal that is well formed', () => {
  it('is taken with every field', () => {
    const signal = signalOf(WHOLE)
    expect(signal).toMatchObject({
      signalId: 'sig-1',
      strategy: 'trend',
      symbol: 'BTC/USD',
      timeInForce: 'gtc',
      referenceTime: Date.UTC(2026, 2, 2, 13, 30),
      reduceOnly: true,
      metadata: { note: 'kept as it came' },
    })
    expect([signal.size.by, signal.limitPrice?.toString(), signal.confidence?.toString()]).toEqual([
      'quantity',
      '90000.1',
      '0.8',
    ])
  })
  it('needs only four fields, and what is absent stays absent', () => {
    expect(Object.keys(signalOf(LEAST)).toSorted()).toEqual(['side', 'signalId', 'size', 'strategy', 'symbol'])
    expect(signalOf(LEAST).strategy).toBe('default')
  })
  it('a number is taken by its text, however many digits it has', () => {
    const parsed = parseSignal(
      parseJsonText('{"signal_id":"s","symbol":"A","side":"sell","amount":12345678901234567890.123456789}'),
    )
    expect(parsed.kind === 'signal' && parsed.signal.size.by === 'amount' && parsed.signal.size.amount.toString()).toBe(
      '12345678901234567890.123456789',
    )
  })
  it('says the same in other digits, with another trace and other metadata: the same content', () => {
    const one = contentHash(signalOf(WHOLE))
    expect(contentHash(signalOf({ ...WHOLE, quantity: '1.5', trace_id: 't-2', metadata: [1] }))).toBe(one)
    expect(contentHash(signalOf({ ...WHOLE, reference_time: '2026-03-02T13:30:00Z' }))).toBe(one)
    expect(contentHash(signalOf({ ...WHOLE, quantity: '1.51' }))).not.toBe(one)
  })
})

describe('a signal that is malformed', () => {
  const MALFORMED: readonly [string, Record<string, unknown>, string][] = [
    ['no id', { signal_id: undefined }, 'signal_id missing'],
    ['an empty id', { signal_id: '' }, 'signal_id invalid'],
    ['an id of 129', { signal_id: 'x'.repeat(129) }, 'signal_id invalid'],
    ['an id with a line break', { signal_id: 'a\nb' }, 'signal_id invalid'],
    ['an id that is a number', { signal_id: 7 }, 'signal_id invalid'],
    ['a strategy of 65', { strategy: 'x'.repeat(65) }, 'strategy invalid'],
    ['no symbol', { symbol: undefined }, 'symbol missing'],
    ['a symbol that is a path', { symbol: '../etc' }, 'symbol invalid'],
    ['a symbol that is a formula', { symbol: '=HYPERLINK()' }, 'symbol invalid'],
    ['another side', { side: 'BUY' }, 'side invalid'],
    ['no size', { quantity: undefined }, 'quantity missing'],
    ['two sizes', { amount: '5' }, 'quantity invalid'],
    ['a quantity of zero', { quantity: '0' }, 'quantity invalid'],
    ['a quantity below zero', { quantity: '-1' }, 'quantity invalid'],
    ['a quantity that is null', { quantity: null }, 'quantity invalid'],
    ['a quantity in thousands', { quantity: '1,234.50' }, 'quantity invalid'],
    ['a quantity in other digits', { quantity: '０.５' }, 'quantity invalid'],
    ['a quantity that is no number', { quantity: 'NaN' }, 'quantity invalid'],
    ['a quantity that is a list', { quantity: ['1'] }, 'quantity invalid'],
    ['a price of zero', { limit_price: '0' }, 'limit_price invalid'],
    ['a confidence above one', { confidence: '1.01' }, 'confidence invalid'],
    ['a confidence below zero', { confidence: '-0.1' }, 'confidence invalid'],
    ['another type', { order_type: 'iceberg' }, 'order_type invalid'],
    ['another time in force', { time_in_force: 'gtd' }, 'time_in_force invalid'],
    ['another urgency', { urgency: 'now' }, 'urgency invalid'],
    ['a time without its zone', { expires_at: '2026-03-02T14:30:00' }, 'expires_at invalid'],
    ['a time that does not exist', { generated_at: '2026-02-30T14:30:00Z' }, 'generated_at invalid'],
    ['a time that is a number', { reference_time: 1_772_000_000 }, 'reference_time invalid'],
    ['reduce_only in words', { reduce_only: 'yes' }, 'reduce_only invalid'],
    ['an account with a slash', { account: 'a/b' }, 'account invalid'],
    ['a trace with a line break', { trace_id: 'a\r\nb' }, 'trace_id invalid'],
    ['metadata of a megabyte', { metadata: 'x'.repeat(20_000) }, 'metadata invalid'],
    ['a field of an order', { status: 'filled' }, 'status unknown_field'],
  ]
  it.each(MALFORMED)('%s', (_what, over, problem) => expect(problems({ ...LEAST, ...over })).toEqual([problem]))

  it.each([
    ['nothing', null],
    ['a text', 'buy AAPL'],
    ['a list', [LEAST]],
    ['a number', 7],
  ])('the body is %s', (_what, body) => expect(problems(body)).toHaveLength(1))

  it('everything that is wrong is told at once', () => {
    const body = { side: 'long', quantity: '1', amount: '-5', symbol: '', extra: 1, metadata: 'x'.repeat(20_000) }
    expect(problems(body).toSorted()).toEqual([
      'amount invalid',
      'extra unknown_field',
      'metadata invalid',
      'quantity invalid',
      'side invalid',
      'signal_id missing',
      'symbol invalid',
    ])
  })
  it('what was found is told, cut to size', () => {
    const parsed = parse({ ...LEAST, side: 'x'.repeat(500) })
    const [error] = parsed.kind === 'malformed' ? parsed.errors : []
    expect(error?.found.length).toBeLessThanOrEqual(60)
    expect(error?.message).toContain('side must be one of "buy", "sell"')
  })
  it('whatever the body is, it is taken or refused, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(WHOLE)), (value, field) => {
        const bodies: unknown[] = [value, { ...WHOLE, [field]: value }]
        for (const body of bodies) {
          const parsed = parseSignal(body as JsonValue)
          if (parsed.kind === 'malformed') expect(parsed.errors.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 500 },
    )
  })
})
