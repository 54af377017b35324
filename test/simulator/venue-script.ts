import fc from 'fast-check'
import { decimal, type Price } from '../../src/core/money.ts'
import type { Venue } from '../../src/simulator/venue.ts'
import type { VenueOptions } from '../../src/simulator/venue-options.ts'
import type { OrderRequest } from '../../src/simulator/venue-order.ts'
import { request } from './venue-at-hand.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What a client does to a venue, as data; which order is meant is counted among those taken so far. */
export type Act =
  | {
      readonly do: 'submit'
      readonly side: OrderRequest['side']
      readonly tif: OrderRequest['timeInForce']
      readonly symbol: string
      readonly lots: number
      readonly away: number | undefined
    }
  | { readonly do: 'cancel' | 'repeat'; readonly nth: number }
  | {
      readonly do: 'replace'
      readonly nth: number
      readonly lots: number | undefined
      readonly away: number | undefined
    }
  | { readonly do: 'cancel_all' }
  | { readonly do: 'wait'; readonly ms: number }

const SYMBOLS = ['AAPL', 'KO', 'BTC/USD']
const nth = fc.nat(20)
const lots = fc.integer({ min: 1, max: 20 })
/** In ticks beyond the touch, on the aggressive side when positive. */
const away = fc.integer({ min: -15, max: 40 })
const submit = fc.record({
  do: fc.constant('submit' as const),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  tif: fc.constantFrom('day' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
  symbol: fc.constantFrom(...SYMBOLS),
  lots,
  away: fc.option(away, { nil: undefined, freq: 4 }),
})
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: submit },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 40, 300, 600, 2_000, 2_000, 60_000, 7_200_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'repeat' as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('replace' as const),
      nth,
      lots: fc.option(lots, { nil: undefined }),
      away: fc.option(away, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel_all' as const }) },
)
export const acts = fc.array(act, { maxLength: 40 })

export const options: fc.Arbitrary<VenueOptions> = fc.record({
  model: fc.constantFrom('calm' as const, 'lively' as const),
  seed: fc.string({ maxLength: 5 }),
  cash: fc.constantFrom('5000', '60000', '1000000'),
  allow_short: fc.boolean(),
  commission: fc.constantFrom('0', '1.25', { bps: '7.5' }, { per_order: '0.35', bps: '1' }),
})

export class Client {
  readonly #venue: Venue
  readonly #clock: VirtualClock
  readonly taken: OrderRequest[] = []
  readonly ids: string[] = []
  #submitted = 0

  constructor(venue: Venue, clock: VirtualClock) {
    this.#venue = venue
    this.#clock = clock
  }

  /** What the venue answered, as text. */
  perform(act: Act): string {
    switch (act.do) {
      case 'wait':
        this.#clock.advance(act.ms)
        return `${this.#clock.now()}`
      case 'cancel_all':
        return JSON.stringify(this.#venue.cancelAll())
      case 'cancel':
        return JSON.stringify(this.#venue.cancel(this.#idOf(act.nth)))
      case 'repeat': {
        const again = this.taken[act.nth % Math.max(1, this.taken.length)]
        return again === undefined ? '' : JSON.stringify(this.#venue.submit(again))
      }
      case 'submit':
        return this.#submit(act)
      case 'replace':
        return this.#replace(act)
    }
  }

  #submit({ side, tif, symbol, lots, away }: Extract<Act, { do: 'submit' }>): string {
    this.#submitted += 1
    const order = request({
      id: `client-${this.#submitted}`,
      side,
      tif,
      symbol,
      quantity: this.#sizeOf(symbol, lots),
      limit: this.#limit(symbol, side, away),
    })
    const answer = this.#venue.submit(order)
    if (answer.kind === 'done') {
      this.taken.push(order)
      this.ids.push(answer.order.id)
    }
    return JSON.stringify(answer)
  }
  #replace({ nth, lots, away }: Extract<Act, { do: 'replace' }>): string {
    const order = this.#venue.orderById(this.#idOf(nth))
    if (order === undefined) return ''
    const limitPrice = this.#limit(order.symbol, order.side, away)
    const quantity = lots === undefined ? undefined : decimal(this.#sizeOf(order.symbol, lots))
    const terms = { ...(limitPrice && { limitPrice }), ...(quantity && { quantity }) }
    return JSON.stringify(this.#venue.replace(order.id, terms))
  }

  #idOf(nth: number): string {
    return this.ids[nth % Math.max(1, this.ids.length)] ?? 'nobody'
  }
  #sizeOf(symbol: string, lots: number): string {
    return symbol === 'BTC/USD' ? `0.00${`${lots}`.padStart(3, '0')}` : `${lots}`
  }
  #limit(symbol: string, side: OrderRequest['side'], away: number | undefined): Price | undefined {
    const quote = this.#venue.quote(symbol)
    const tick = this.#venue.instrument(symbol)?.tick
    if (quote === undefined || tick === undefined || away === undefined) return undefined
    const step = tick.scaledBy(decimal(`${away}`))
    return side === 'buy' ? quote.ask.plus(step) : quote.bid.minus(step)
  }
}
