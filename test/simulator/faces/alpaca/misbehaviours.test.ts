import { describe, expect, it } from 'vitest'
import { isBehaviour, MISBEHAVIOUR_NAMES, rowOf } from '../../../../src/simulator/faces/alpaca/misbehaviours.ts'
import { readScript, rulesFromList, ScriptError } from '../../../../src/simulator/faces/alpaca/script.ts'
import { AlpacaAtHand, type Called, type Json } from './alpaca-at-hand.ts'

/** A venue where one thing goes wrong with the first order, and what the client is told. */
function struck(rule: Json, terms: Json = {}): { readonly venue: AlpacaAtHand; readonly told: Called } {
  const venue = new AlpacaAtHand()
  expect(venue.control('POST', '/faults', rule).status).toBe(200)
  return { venue, told: venue.submit({ client_order_id: 'a', ...terms }) }
}
const truly = (venue: AlpacaAtHand): readonly unknown[] =>
  (venue.control('GET', '/state').orders as Json[]).map(({ status, filled_qty }) => `${status} ${filled_qty}`)

describe('a submit', () => {
  it.each([
    ['answer-lost', 'end-without-answer', 1],
    ['request-lost', 'end-without-answer', 0],
    ['half-open', 'never', 1],
    ['reset-before-headers', 'reset-before-headers', 1],
    ['reset-after-headers', 'reset-after-headers', 1],
  ] as const)('%s: the answer leaves as %s, and there are %i orders', (name, manner, orders) => {
    const { venue, told } = struck({ do: name })
    expect([told.delivery.manner, truly(venue).length]).toEqual([manner, orders])
  })
  it.each([
    [{ do: '5xx-after-accept' }, 500, '{"code":50010000,"message":"internal server error occurred"}'],
    [{ do: '5xx-after-accept', status: 504 }, 504, expect.stringContaining('504 Gateway Time-out')],
    [{ do: '4xx-after-accept' }, 403, '{"message":"forbidden."}'],
    [
      { do: '4xx-after-accept', status: 422, body: '{"code":42210000,"message":"x"}' },
      422,
      '{"code":42210000,"message":"x"}',
    ],
    [{ do: 'not-json' }, 200, expect.stringContaining('<html>')],
    [{ do: 'empty-answer' }, 200, ''],
  ])('%j is answered with %i, and the order is there', (rule, status, text) => {
    const { venue, told } = struck(rule)
    expect([told.status, told.text, truly(venue)]).toEqual([status, text, ['pending_new 0']])
  })
  it.each([
    ['unavailable', 503],
    ['rate-limited', 429],
    ['rate-limited-bare', 429],
    ['unauthorized', 401],
  ])('%s is answered with %i, and there is no order', (name, status) => {
    const { venue, told } = struck({ do: name, when: { method: 'POST', path: '/v2/orders' } })
    expect([told.status, truly(venue)]).toEqual([status, []])
    expect('Retry-After' in told.headers).toBe(name === 'rate-limited')
    expect('X-RateLimit-Limit' in told.headers).toBe(name !== 'rate-limited-bare')
  })
  it('truncated-json: half of the answer', () => {
    const { told } = struck({ do: 'truncated-json' })
    expect(() => JSON.parse(told.text)).toThrow(SyntaxError)
    expect(told.text).toMatch(/^\{"id":/)
  })
  it('late-accept: 504 now, the order later', () => {
    const { venue, told } = struck({ do: 'late-accept', ms: 3_000 })
    expect([told.status, truly(venue)]).toEqual([504, []])
    venue.clock.advance(3_100)
    expect(truly(venue)).toEqual(['new 0'])
  })
  it('order-invisible: taken, and neither list nor look-up knows it for a while', () => {
    const { venue, told } = struck({ do: 'order-invisible', ms: 3_000 })
    const lookUp = (): number => venue.call('GET', '/v2/orders:by_client_order_id?client_order_id=a').status
    expect([told.status, lookUp(), venue.call('GET', '/v2/orders').text]).toEqual([200, 404, '[]'])
    venue.clock.advance(3_000)
    expect([lookUp(), venue.call('GET', '/v2/orders').rows.length]).toEqual([200, 1])
  })
  it('fill-before-answer: the answer is older than the events', () => {
    const { venue, told } = struck({ do: 'fill-before-answer' })
    expect([told.json.status, told.delivery.waitMs]).toEqual(['pending_new', 20])
    expect(venue.events()).toEqual(['pending_new', 'new', 'fill'])
  })
  it.each([
    ['rejected-after-answer', {}, ['pending_new', 'rejected'], 'rejected 0'],
    ['unknown-status', {}, ['pending_new', 'awaiting_route_review', 'new'], 'new 0'],
    [
      'partial-then-expired',
      { limit_price: '151' },
      ['pending_new', 'new', 'partial_fill', 'expired'],
      /^expired [1-9]$/,
    ],
    ['bust', { type: 'market' }, ['pending_new', 'new', 'fill', 'trade_bust'], 'filled 0'],
    ['correction', { type: 'market' }, ['pending_new', 'new', 'fill', 'trade_correct'], 'filled 10'],
  ])('%s', (name, terms, events, end) => {
    const { venue, told } = struck({ do: name }, terms)
    expect(told.status).toBe(200)
    venue.clock.advance(1_000)
    expect(venue.events()).toEqual(events)
    expect(truly(venue)).toEqual([expect.stringMatching(end)])
  })
  it('new-field: nothing else changes', () => {
    const { told } = struck({ do: 'new-field', when: {} })
    expect(told.json).toMatchObject({ client_order_id: 'a', field_of_the_future: { version: 2 } })
  })
  it('slow-answer: done at once, told late', () => {
    const { venue, told } = struck({ do: 'slow-answer', ms: 700 })
    expect([told.delivery.waitMs, truly(venue).length]).toEqual([700, 1])
  })
})

describe('a cancel or a replacement', () => {
  const afterwards = (name: string, ask: (venue: AlpacaAtHand, id: unknown) => Called): readonly unknown[] => {
    const { venue, told } = struck({ do: name })
    venue.clock.advance(100)
    const { status } = ask(venue, told.json.id)
    venue.clock.advance(1_000)
    return [status, ...truly(venue)]
  }
  const cancel = (venue: AlpacaAtHand, id: unknown): Called => venue.call('DELETE', `/v2/orders/${id}`)
  const replace = (venue: AlpacaAtHand, id: unknown): Called =>
    venue.call('PATCH', `/v2/orders/${id}`, { limit_price: '141' })

  it.each([
    ['cancel-then-filled', 204, ['filled 10']],
    ['cancel-stuck', 204, ['pending_cancel 0']],
    ['cancel-rejected', 204, ['new 0']],
  ] as const)('%s: %i, then %j', (name, status, end) => {
    expect(afterwards(name, cancel)).toEqual([status, ...end])
  })
  it.each([
    ['replace-rejected', ['new 0', 'rejected 0']],
    ['replace-loses-to-fill', ['filled 10', 'rejected 0']],
    ['replace-stuck', ['pending_replace 0', 'pending_new 0']],
  ] as const)('%s: 200, then %j', (name, end) => {
    expect(afterwards(name, replace)).toEqual([200, ...end])
  })
})

describe('a list', () => {
  it('list-stale: shows each order as it was a while ago', () => {
    const { venue } = struck({ do: 'list-stale', ms: 60_000, when: { method: 'GET', path: '/v2/orders', every: 2 } })
    venue.clock.advance(100_000)
    venue.price('AAPL', '139')
    venue.submit({ client_order_id: 'b', limit_price: '100' })
    const shown = (): readonly unknown[] =>
      venue.call('GET', '/v2/orders?status=all&direction=asc').rows.map(({ status }) => status)
    expect(shown()).toEqual(['filled', 'pending_new'])
    expect(shown()).toEqual(['new'])
  })
})

describe('a rule', () => {
  const manners = (rule: Json, calls: number): readonly string[] => {
    const venue = new AlpacaAtHand()
    venue.control('POST', '/faults', rule)
    return Array.from({ length: calls }, () => venue.submit().delivery.manner)
  }
  it('is for the so-manieth exchange alone', () => {
    expect(manners({ when: { nth: 2 }, do: 'half-open' }, 3)).toEqual(['whole', 'never', 'whole'])
  })
  it('is for every so-manieth, and at most so often', () => {
    const rule = { when: { every: 2 }, do: 'half-open', times: 2 }
    expect(manners(rule, 7)).toEqual(['whole', 'never', 'whole', 'never', 'whole', 'whole', 'whole'])
  })
  it('by chance strikes the same exchanges for the same seed', () => {
    const rule = { do: 'half-open', chance: 0.5 }
    expect(manners(rule, 30)).toEqual(manners(rule, 30))
    expect(new Set(manners(rule, 30))).toEqual(new Set(['whole', 'never']))
  })
  it('stands until the rules are cleared, and the truth names every strike', () => {
    const { venue } = struck({ do: 'half-open' })
    expect((venue.control('GET', '/journal').entries as Json[]).map(({ kind }) => kind)).toContain('misbehaviour')
    venue.control('DELETE', '/faults')
    expect(venue.submit().delivery.manner).toBe('whole')
  })
  it.each([
    [{ do: 'nonsense' }, /no misbehaviour is called nonsense/],
    [{}, /no misbehaviour is called undefined/],
    [{ do: ['half-open', 'frame-dropped'] }, /strike at different things/],
    [{ do: 'half-open', when: { methd: 'POST' } }, /has no "methd"/],
    [{ do: 'half-open', ms: 'long' }, /"ms" is a number/],
  ])('%j is refused with a reason', (rule, reason) => {
    expect(() => readScript(JSON.stringify([rule]))).toThrow(reason)
    expect(() => readScript('[')).toThrow(ScriptError)
  })
  it('comes from a list by name, with a chance each', () => {
    expect(rulesFromList('half-open, frame-dropped=0.5').map(({ do: names, chance }) => [names, chance])).toEqual([
      [['half-open'], 0.1],
      [['frame-dropped'], 0.5],
    ])
    expect(rulesFromList('all')).toHaveLength(MISBEHAVIOUR_NAMES.length)
  })
  it('an order carries only what strikes at requests', () => {
    for (const name of MISBEHAVIOUR_NAMES.filter(isBehaviour)) expect(rowOf(name).phase).toBe('request')
  })
})
