import { describe, expect, it } from 'vitest'
import { UNPAINTED } from '../../../src/cli/text/colour.ts'
import { displayWidth } from '../../../src/cli/text/display-width.ts'
import { eventWords } from '../../../src/cli/views/event-words.ts'
import { orderStory } from '../../../src/cli/views/order-story.ts'

const ORDER = {
  id: '0199f3c2-7a1e-7b44-9c0d-5a2f6e1b8d31',
  signal_id: 'momentum-1',
  strategy: 'momentum',
  account: 'paper',
  venue: 'paper',
  mode: 'paper',
  currency: 'USD',
  symbol: 'AAPL',
  side: 'buy',
  order_type: 'limit',
  time_in_force: 'day',
  quantity: '10',
  limit_price: '230.13',
  status: 'filled',
  filled_quantity: '10',
  filled_notional: '2300.4',
  average_fill_price: '230.04',
  slippage_pct: '0.008695',
  commission: '0',
  created_at: '2026-03-02T14:30:00.012Z',
}
const event = (kind: string, time: string, more: object = {}) => ({
  ...ORDER,
  event: `order.${kind}`,
  time: `2026-03-02T14:30:${time}Z`,
  ...more,
})
const EVENTS = [
  event('created', '00.012', { reference_price: '230.02' }),
  event('submitting', '00.014', { detail: { attempt: 1, generation: 1, limiter_wait_ms: 0 } }),
  event('accepted', '00.018', { detail: { broker_order_id: 'paper-1042' } }),
  event('partially_filled', '00.100', { filled_quantity: '4', detail: { fill: { quantity: '4', price: '230.04' } } }),
  event('filled', '01.312', {
    detail: {
      fill: { quantity: '6', price: '230.04' },
      slippage_pct: '0.008695',
      detection: { methods: ['status', 'quantity'] },
    },
  }),
]
const style = (columns: number) => ({
  time: { timeZone: 'America/New_York', now: Date.parse('2026-03-02T15:00:00Z') },
  columns,
  paint: UNPAINTED,
})

describe('the story of an order', () => {
  it('tells each event with its time, the time since the beginning, prices and reasons', () => {
    const story = orderStory(ORDER, EVENTS, style(120))
    expect(story.split('\n').slice(-7, -1)).toEqual([
      '09:30:00.012          ○ created           buy 10 AAPL at 230.13 limit, reference 230.02, strategy momentum',
      '09:30:00.014   +2 ms  ○ submitting        to paper, attempt 1',
      "09:30:00.018   +6 ms  ○ accepted          working at the venue, the venue's id paper-1042",
      '09:30:00.100  +88 ms  ○ partially filled  4 at 230.04, 4 of 10 so far',
      '09:30:01.312  +1.3 s  ● filled            6 at 230.04, 10 in all at 230.04 on average, 0.008695 % worse than the',
      '                                          reference, proven by status and quantity',
    ])
  })

  it.each([80, 100, 120])('keeps inside %i columns', (columns) => {
    for (const line of orderStory(ORDER, EVENTS, style(columns)).split('\n'))
      expect(displayWidth(line)).toBeLessThanOrEqual(columns)
  })
})

describe('an event in words', () => {
  it.each([
    [
      {
        event: 'order.denied',
        reason: 'risk.order_notional',
        detail: { code: 'risk.order_notional', message: 'too large', value: '46026', limit: '25000' },
      },
      'risk.order_notional, too large, measured 46026, allowed 25000',
    ],
    [
      { event: 'order.submitting', venue: 'alpaca', detail: { attempt: 2, generation: 2, limiter_wait_ms: 40 } },
      'to alpaca, attempt 2, generation 2, waited 40 ms for the budget',
    ],
    [
      { event: 'order.unconfirmed', reason: 'timeout', detail: { phase: 'waiting' } },
      'it may be live, nobody knows yet, lost while waiting, timeout',
    ],
    [{ event: 'halt.on', reason: 'prices look wrong', detail: { by: 'desk' } }, 'prices look wrong, by desk'],
    [
      {
        event: 'signal.refused',
        reason: 'signal.invalid',
        detail: { by: 'bot', errors: [{ path: 'side', code: 'invalid' }] },
      },
      'side invalid, from bot, signal.invalid',
    ],
    [{ event: 'something.new', reason: 'because' }, 'because'],
    [{ event: 'order.unheard_of' }, ''],
    [{}, ''],
  ])('%j', (line, text) => expect(eventWords(line).text).toBe(text))
})
