import { describe, expect, it } from 'vitest'
import { AlpacaAtHand, EVENING, type Json, samples } from './alpaca-at-hand.ts'

interface Case {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly body?: Json
    readonly body_text?: string
  }
  readonly response: { readonly status: number; readonly body?: Json; readonly body_text?: string }
}
const CASES = samples('rejections').cases as readonly Case[]

/** What has to be so before the request is refused as published. */
const usual = (): AlpacaAtHand => new AlpacaAtHand()
const owning = (qty: string): AlpacaAtHand => {
  const venue = usual()
  venue.own('AAPL', qty)
  return venue
}
const SITUATIONS: Readonly<Record<string, () => AlpacaAtHand>> = {
  insufficient_buying_power: () => new AlpacaAtHand({ cash: '50000' }),
  insufficient_qty_sell_more_than_free: () => {
    const venue = owning('100')
    venue.submit({ side: 'sell', qty: '60', limit_price: '160' })
    return venue
  },
  insufficient_qty_no_open_orders: () => owning('100'),
  insufficient_crypto_balance: () => {
    const venue = usual()
    venue.price('ETH/USD', '2100.3')
    venue.own('ETH/USD', '2.5')
    return venue
  },
  wash_trade_market_or_stop: () => {
    const venue = owning('10')
    venue.submit({ side: 'sell', type: 'stop', stop_price: '140' })
    return venue
  },
  wash_trade_crossing_limits: () => {
    const venue = owning('10')
    venue.submit({ side: 'sell', limit_price: '150.1' })
    return venue
  },
  wash_trade_old_form: () => {
    const venue = new AlpacaAtHand({ switches: { wash_trade_status: 422 } })
    venue.own('AAPL', '10')
    venue.submit({ side: 'sell', limit_price: '150.1' })
    return venue
  },
  shorting_not_allowed: () => {
    const venue = usual()
    venue.control('POST', '/account', { shorting_enabled: false })
    return venue
  },
  account_not_authorized: () => {
    const venue = usual()
    venue.control('POST', '/account', { trading_blocked: true })
    return venue
  },
  account_liquidation_only: () => {
    const venue = usual()
    venue.control('POST', '/account', { liquidation_only: true })
    return venue
  },
  duplicate_client_order_id: () => {
    const venue = usual()
    venue.submit({ client_order_id: 'bot-7f3a-000050' })
    return venue
  },
  rate_limited: () => new AlpacaAtHand({ switches: { rate_limit: 0 } }),
  rate_limited_without_code: () => new AlpacaAtHand({ switches: { rate_limit: 0, rate_limit_answer: 'uncoded' } }),
  rate_limited_plain_text: () => new AlpacaAtHand({ switches: { rate_limit: 0, rate_limit_answer: 'text' } }),
  forbidden_without_code: () => {
    const venue = usual()
    venue.control('POST', '/faults', { do: '4xx-after-accept' })
    return venue
  },
  server_error: () => {
    const venue = usual()
    venue.control('POST', '/faults', { do: '5xx-after-accept' })
    return venue
  },
}
/** Where the sample's request names another symbol than its answer, or needs keys of its own. */
const REQUESTS: Readonly<Record<string, (request: Case['request']) => Case['request']>> = {
  not_fractionable: ({ body, ...request }) => ({ ...request, body: { ...body, symbol: 'PENNY' } }),
  cannot_be_sold_short: ({ body, ...request }) => ({ ...request, body: { ...body, symbol: 'NOSHORT' } }),
  // Its price lies beside the steps of this pair.
  insufficient_crypto_balance: ({ body, ...request }) => ({ ...request, body: { ...body, limit_price: '2200' } }),
}
const headersFor = (name: string) => {
  if (name === 'unauthorized_no_headers') return {}
  return name === 'unauthorized_bad_key' ? { 'apca-api-key-id': 'PKOTHER', 'apca-api-secret-key': 'no' } : undefined
}
/** Not answered here: options are not simulated, and the venue has given up the others. */
const LEFT_OUT = new Set([
  'option_market_after_hours',
  'option_uncovered_call',
  'pdt_legacy',
  'unauthorized_old_form',
  'order_not_found_newer_text',
  'gateway_timeout_html',
])
/** These need an order in a certain state; each has its own test below. */
const BY_STATE = /^(cancel_not_|replace_)/

/** The published ids are of orders that are not here. */
const withoutIds = (body: Json | undefined): Json => {
  const { existing_order_id, related_orders, buying_power, ...rest } = body ?? {}
  const named = { existing_order_id, related_orders, buying_power }
  return { ...rest, has: Object.keys(named).filter((name) => named[name as keyof typeof named] !== undefined) }
}
/** The sample's own names for things that are called differently here. */
const inOurWords = (body: Json): Json =>
  JSON.parse(JSON.stringify(body).replace('asset \\"AAPL\\" cannot be sold', 'asset \\"NOSHORT\\" cannot be sold'))

describe('a refusal is the published one', () => {
  it.each(
    CASES.filter(({ name }) => !LEFT_OUT.has(name) && !BY_STATE.test(name)).map((one) => [one.name, one] as const),
  )('%s', (name, { request, response }) => {
    const venue = (SITUATIONS[name] ?? usual)()
    const { method, path, body, body_text } = (REQUESTS[name] ?? ((same: Case['request']) => same))(request)
    const { status, text, json } = venue.call(method, path, body_text ?? body, headersFor(name))
    expect(status).toBe(response.status)
    if (response.body === undefined) expect(text).toBe(response.body_text)
    else expect(withoutIds(json)).toEqual(withoutIds(inOurWords(response.body)))
  })

  it('and it has changed nothing and taken no id', () => {
    const venue = usual()
    expect(venue.submit({ client_order_id: 'a', limit_price: '150.123' }).status).toBe(422)
    expect(venue.submit({ client_order_id: 'a' }).status).toBe(200)
  })

  it('a cancel of what is over', () => {
    const venue = usual()
    const { json } = venue.submit({ type: 'market' })
    venue.clock.advance(100)
    const refused = venue.call('DELETE', `/v2/orders/${json.id}`)
    expect(refused).toMatchObject({
      status: 422,
      json: { code: 42210000, message: 'order is already in "filled" state' },
    })
  })
})

describe('a replacement is refused', () => {
  const replaced = (venue: AlpacaAtHand, id: unknown, body: Json): readonly [number, unknown] => {
    const { status, json } = venue.call('PATCH', `/v2/orders/${id}`, body)
    return [status, json.message]
  }
  const working = (terms?: Json): readonly [AlpacaAtHand, unknown] => {
    const venue = usual()
    const { json } = venue.submit(terms)
    venue.clock.advance(100)
    return [venue, json.id]
  }

  it('while the order is on its way', () => {
    const venue = usual()
    const { json } = venue.submit()
    expect(replaced(venue, json.id, { limit_price: '141' })).toEqual([
      422,
      'cannot replace order in pending_new status',
    ])
  })
  it('while another is under way, and after it', () => {
    const [venue, id] = working()
    expect(replaced(venue, id, { limit_price: '141' })[0]).toBe(200)
    expect(replaced(venue, id, { limit_price: '142' })).toEqual([422, 'order chain not fully replaced'])
    venue.clock.advance(100)
    expect(replaced(venue, id, { limit_price: '142' })).toEqual([422, 'order already replaced'])
  })
  it('when it changes nothing', () => {
    const [venue, id] = working()
    expect(replaced(venue, id, { limit_price: '140' })).toEqual([422, 'order parameters are not changed'])
  })
  it('when the order is over', () => {
    const [venue, id] = working({ type: 'market' })
    expect(replaced(venue, id, { qty: '11' })).toEqual([422, 'unable to replace order, order is not open'])
  })
  it('when it asks for less than has traded', () => {
    const [venue, id] = working()
    venue.control('POST', `/orders/${id}/fill`, { qty: '4' })
    expect(replaced(venue, id, { qty: '4' })).toEqual([422, 'qty must be > filled_qty'])
  })
  it('when the order is not there', () => {
    const id = '1500857c-14e4-41a4-a30c-000003938801'
    expect(replaced(usual(), id, { qty: '4' })).toEqual([404, `order not found for ${id}`])
  })
})

describe('an auction order outside its window', () => {
  it.each([
    ['opg', 'opg orders must be submitted after 7:00pm and before 9:28am'],
    ['cls', 'cls orders must be submitted after 7:00pm and before 3:55pm'],
  ])('%s', (time_in_force, message) => {
    const at = time_in_force === 'opg' ? Date.UTC(2026, 2, 11, 14) : Date.UTC(2026, 2, 11, 19, 58)
    const venue = new AlpacaAtHand({ hours: 'exchange', at })
    expect(venue.submit({ time_in_force })).toMatchObject({ status: 403, json: { code: 40310000, message } })
    const evening = new AlpacaAtHand({ hours: 'exchange', at: EVENING })
    expect(evening.submit({ time_in_force }).json.status).toBe('accepted')
  })
})
