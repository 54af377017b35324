import { describe, expect, it } from 'vitest'
import { inProcessVenue } from '../../../src/simulator/hosts/in-process-venue.ts'
import { seededRandom } from '../../../src/simulator/seeded-random.ts'
import { VirtualClock } from '../virtual-clock.ts'
import { paperProtocol } from './paper-protocol.ts'

paperProtocol('in somebody else’s time', async ({ accounts = { paper: {} } }) => {
  const clock = new VirtualClock()
  const [options = {}] = Object.values(accounts)
  const { now, timers } = clock
  const { handle, subscribe } = inProcessVenue({ now, timers, random: seededRandom('test'), options })
  const messages: string[] = []
  subscribe((message) => messages.push(message))
  return {
    messages,
    exchange: async (request) => handle(request),
    nextMessage: async () => clock.advance(10),
  }
})

describe('an order that is filled in part', () => {
  it('has an average price and no time of its fill', () => {
    const clock = new VirtualClock()
    const { now, timers } = clock
    const options = { model: 'lively', seed: 'parts' } as const
    const { handle, subscribe } = inProcessVenue({ now, timers, random: seededRandom('parts'), options })
    const told: { type: string; order: Record<string, unknown> }[] = []
    subscribe((message) => told.push(JSON.parse(message)))
    const order = {
      symbol: 'AAPL',
      side: 'buy',
      type: 'limit',
      time_in_force: 'gtc',
      quantity: '500',
      limit_price: '260',
    }
    for (let nth = 0; nth < 10; nth += 1) {
      handle({ method: 'POST', path: '/v1/orders', body: JSON.stringify({ ...order, client_order_id: `${nth}` }) })
    }
    clock.advance(60_000)
    const parts = told.filter(({ order }) => order.status === 'partially_filled')
    expect(parts.length).toBeGreaterThan(0)
    for (const { order } of parts) {
      expect(order).toHaveProperty('average_fill_price')
      expect(order).not.toHaveProperty('filled_at')
    }
  })
})
