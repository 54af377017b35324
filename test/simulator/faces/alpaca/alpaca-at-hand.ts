import { readFileSync } from 'node:fs'
import type { AlpacaOptions, Switches } from '../../../../src/simulator/faces/alpaca/alpaca-options.ts'
import { USUAL_KEYS } from '../../../../src/simulator/faces/alpaca/alpaca-options.ts'
import { AlpacaVenue } from '../../../../src/simulator/faces/alpaca/alpaca-venue.ts'
import type { Headers } from '../../../../src/simulator/faces/alpaca/authentication.ts'
import { ControlFace, controlText } from '../../../../src/simulator/faces/alpaca/control-face.ts'
import type { Delivery } from '../../../../src/simulator/faces/alpaca/venue-exchange.ts'
import { seededRandom } from '../../../../src/simulator/seeded-random.ts'
import { VirtualClock } from '../../virtual-clock.ts'

export type Json = Record<string, unknown>
export interface Called {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Json
  /** The body when it is a list. */
  readonly rows: readonly Json[]
  readonly delivery: Delivery
}
export interface TradeMessage extends Json {
  readonly event: string
  readonly order: Json
}

/** A Wednesday, 10:30 in New York. */
export const SESSION = Date.UTC(2026, 2, 11, 14, 30)
/** The same day, 20:30 in New York. */
export const EVENING = Date.UTC(2026, 2, 12, 0, 30)
export const KEYS: Headers = { 'apca-api-key-id': USUAL_KEYS.keyId, 'apca-api-secret-key': USUAL_KEYS.secretKey }
const PLAIN: Partial<Switches> = { events_before_answer: 'never', partial_fills: 0, activity_delay_ms: 0 }

/** The venue with a clock that stands still: what happens follows from what the test does. AAPL is at 150. */
export class AlpacaAtHand {
  readonly clock: VirtualClock
  readonly venue: AlpacaVenue
  readonly told: TradeMessage[] = []
  readonly #control: ControlFace

  constructor({ at = SESSION, switches, ...options }: AlpacaOptions & { readonly at?: number } = {}) {
    this.clock = new VirtualClock(at)
    const { now, timers } = this.clock
    this.venue = new AlpacaVenue(
      { ...options, switches: { ...PLAIN, ...switches } },
      { now, timers, random: seededRandom('test') },
    )
    const set = (until: number): void => this.clock.advance(until - now())
    this.#control = new ControlFace({
      venue: () => this.venue,
      clock: { now, speed: 1, set },
      closeStreams: () => 0,
      reset: () => undefined,
    })
    this.venue.parts.feed.listen(({ data }) => this.told.push(JSON.parse(JSON.stringify(data))))
    this.price('AAPL', '150')
  }

  call(method: string, path: string, body?: unknown, headers: Headers = KEYS): Called {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const delivery = this.venue.exchange({ method, path, headers, body: text })
    const { answer } = delivery
    const isJson = answer.body !== '' && answer.headers['content-type']?.startsWith('application/json')
    const read = isJson ? readIfWhole(answer.body) : {}
    const rows = Array.isArray(read) ? read : []
    return {
      status: answer.status,
      headers: answer.headers,
      text: answer.body,
      json: rows.length > 0 ? {} : { ...read },
      rows,
      delivery,
    }
  }
  /** A buy of ten AAPL at a limit nobody meets, unless said otherwise. */
  submit(terms: Json = {}): Called {
    const usual = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'limit', time_in_force: 'day' }
    const limit = (terms.type ?? 'limit') === 'limit' ? { limit_price: '140' } : {}
    return this.call('POST', '/v2/orders', { ...usual, ...limit, ...terms })
  }
  get(id: unknown, query = ''): Json {
    return this.call('GET', `/v2/orders/${id}${query}`).json
  }
  control(method: string, path: string, body?: unknown): Json {
    const answer = this.#control.handle(method, path, body === undefined ? '' : JSON.stringify(body))
    return { status: answer.status, ...JSON.parse(controlText(answer)) }
  }
  price(symbol: string, price: string): void {
    this.control('POST', '/price', { symbol, price })
  }
  /** Buys by a market order, and waits until it is done. */
  own(symbol: string, qty: string, more: Json = {}): void {
    const isPair = symbol.includes('/')
    const side = qty.startsWith('-') ? 'sell' : 'buy'
    const terms = { symbol, qty: qty.replace('-', ''), side, type: 'market', time_in_force: isPair ? 'gtc' : 'day' }
    this.submit({ ...terms, ...more })
    this.clock.advance(100)
  }
  events(id?: unknown): readonly string[] {
    return this.told.filter(({ order }) => id === undefined || order.id === id).map(({ event }) => event)
  }
}

function readIfWhole(text: string): Json | Json[] {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** The payloads beside the facts about the broker: nobody who wrote the simulator wrote them. */
export function samples(name: string): Json {
  const file = new URL(`../../../adapters/brokers/alpaca/samples/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}
