import { describe, expect, it } from 'vitest'
import { cancelCalls } from '../../src/api/routes/cancels.ts'
import { healthCalls } from '../../src/api/routes/health.ts'
import { killSwitchCalls } from '../../src/api/routes/kill-switch.ts'
import { orderWhyCalls } from '../../src/api/routes/order-why.ts'
import { orderCalls } from '../../src/api/routes/orders.ts'
import { pnlCalls } from '../../src/api/routes/pnl.ts'
import { positionCalls } from '../../src/api/routes/positions.ts'
import { signalCalls } from '../../src/api/routes/signals.ts'
import { statusCalls } from '../../src/api/routes/status.ts'
import { syncCalls } from '../../src/api/routes/sync.ts'
import { ORDER_EXAMPLE } from '../../src/api/views/order-example.ts'
import { ORDER, presentOrder } from '../../src/api/views/order-view.ts'
import { SIGNAL } from '../../src/api/views/signal-view.ts'
import { parseJsonText } from '../../src/core/json-text.ts'
import { orderFromRecord, orderToRecord, type PlainRecord } from '../../src/core/order-record.ts'
import { parseSignal } from '../../src/flow/admission/parse-signal.ts'
import { StandInDesk } from '../support/stand-in-desk.ts'

const desk = new StandInDesk()
const deps = {
  commands: desk,
  reader: desk,
  clock: { now: () => 0, monotonic: () => 0 },
  isQuarantined: () => false,
  tradingDay: () => '2026-03-02',
}
const calls = [
  ...signalCalls(deps),
  ...orderCalls(deps),
  ...orderWhyCalls(deps),
  ...cancelCalls(deps),
  ...positionCalls(deps),
  ...pnlCalls(deps),
  ...killSwitchCalls(deps),
  ...statusCalls(deps),
  ...syncCalls(deps),
  ...healthCalls(deps),
]

describe('the examples of the document', () => {
  const answers = calls.flatMap(({ id, answers: all }) =>
    Object.entries(all).flatMap(([status, { schema, example }]) =>
      schema === undefined ? [] : [[`${id} ${status}`, schema, example] as const],
    ),
  )
  it.each(answers)('%s is what its schema says', (_, schema, example) => {
    expect(schema.safeParse(example).error?.issues).toBeUndefined()
  })
  const bodies = calls.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body.schema, body.example] as const]))
  it.each(bodies)('the body of %s is what its schema says', (_, schema, example) => {
    expect(schema.safeParse(example).error?.issues).toBeUndefined()
  })
  it('the signal is one that admission takes', () => {
    const example = bodies.find(([id]) => id === 'sendSignal')?.[2]
    expect(parseSignal(parseJsonText(JSON.stringify(example))).kind).toBe('signal')
  })
  it('the order is one that the daemon could present', () => {
    const order = orderFromRecord({
      ...(ORDER_EXAMPLE as unknown as PlainRecord),
      detection: { ...ORDER_EXAMPLE.detection, confidence: 1 },
    })
    expect(JSON.parse(JSON.stringify(presentOrder(order)))).toEqual(ORDER_EXAMPLE)
  })
})

describe('what is described', () => {
  it('are exactly the fields that admission knows of a signal', () => {
    const fields = Object.fromEntries(Object.keys(SIGNAL.shape).map((name) => [name, 'x']))
    const parsed = parseSignal({ ...fields, unknown_to_both: 'x' })
    const unknown = parsed.kind === 'malformed' ? parsed.errors.filter(({ code }) => code === 'unknown_field') : []
    expect(unknown.map(({ path }) => path)).toEqual(['unknown_to_both'])
  })
  it('is every field that an order can have', () => {
    const order = orderFromRecord({
      ...(ORDER_EXAMPLE as unknown as PlainRecord),
      amount: '5',
      shortfall: '1',
      opens_at: ORDER_EXAMPLE.created_at,
      failure_reason: 'x',
    })
    const described = new Set(Object.keys(ORDER.shape))
    expect(
      Object.keys({ ...orderToRecord(order), ...presentOrder(order) }).filter((name) => !described.has(name)),
    ).toEqual([])
  })
})
