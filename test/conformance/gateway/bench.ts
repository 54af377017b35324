import assert from 'node:assert/strict'
import { clientOrderId } from '../../../src/core/ids.ts'
import { type Price, price, type Quantity, quantity } from '../../../src/core/money.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import type { CancelOutcome, OrderRef, OutgoingOrder, SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { type ExitPass, NotSent } from '../../../src/ports/exit-pass.ts'
import type { ConformanceVenue, TrueOrder, TrueRequest } from './conformance-venue.ts'
import { Heard } from './heard.ts'

const GIVE_UP_AFTER_MS = 10_000

export interface Asked {
  readonly side?: OutgoingOrder['side']
  readonly symbol?: string
  readonly orderType?: OutgoingOrder['orderType']
  readonly timeInForce?: OutgoingOrder['timeInForce']
  readonly quantity?: string
  /** `crossing` could trade at once, `resting` could not; anything else is a price. */
  readonly limit?: 'crossing' | 'resting' | (string & {})
}

/** What a card works with. Everything it does through the gateway is counted, so that nothing leaves without a pass. */
export class Bench {
  readonly venue: ConformanceVenue
  readonly hands: ConformanceVenue['hands']
  readonly passes: CountedPass[] = []
  #orders = 0
  readonly #open: Heard[] = []

  constructor(venue: ConformanceVenue, hands: ConformanceVenue['hands'] = venue.hands) {
    this.venue = venue
    this.hands = hands
  }

  get gateway(): ConformanceVenue['gateway'] {
    return this.venue.gateway
  }

  /** An order nobody has sent yet; a name of ours is never used twice. */
  order(asked: Asked = {}): OutgoingOrder {
    const { share, limits } = this.venue.symbols
    const { orderType = 'limit', limit = 'crossing' } = asked
    return {
      clientOrderId: clientOrderId(this.newName()),
      symbol: asked.symbol ?? share.symbol,
      side: asked.side ?? 'buy',
      orderType,
      timeInForce: asked.timeInForce ?? 'day',
      quantity: quantity(asked.quantity ?? '10'),
      ...(orderType === 'limit' ? { limitPrice: price(isNamed(limit) ? limits[limit] : limit) } : {}),
    }
  }
  newName(): string {
    this.#orders += 1
    return `${this.venue.prefix}-${this.#orders}`
  }

  /** For the bytes that were approved, where a request has any of its own. */
  pass(bytes = ''): CountedPass {
    const pass = new CountedPass(bytes)
    this.passes.push(pass)
    return pass
  }
  submit(order: OutgoingOrder): Promise<SubmitOutcome> {
    return this.gateway.submit(order, this.pass(this.gateway.payloadOf(order)))
  }
  cancel(order: OrderRef): Promise<CancelOutcome> {
    return this.gateway.cancel(order, this.pass())
  }
  /** An order that the venue took: what is known of it afterwards. */
  async place(asked: Asked = {}): Promise<OrderRef & { readonly order: OutgoingOrder }> {
    const order = this.order(asked)
    const outcome = await this.submit(order)
    assert.equal(outcome.kind, 'accepted', `the venue takes ${JSON.stringify(outcome)}`)
    return { ...refTo(order, outcome), order }
  }
  /** Placed and at the market, where it can be called off, replaced and traded. */
  async placeWorking(asked: Asked = {}): Promise<OrderRef & { readonly order: OutgoingOrder }> {
    const placed = await this.place(asked)
    await this.until('it works', async () => (await this.find(placed)).status === 'working')
    return placed
  }
  /** Bought, so that it can be sold. */
  async hold(count: string): Promise<void> {
    const bought = await this.placeWorking({ quantity: count })
    await this.hands.fill(bought.clientOrderId)
    await this.becomes(bought, 'filled')
  }

  async find(order: OrderRef): Promise<OrderReport> {
    const found = await this.gateway.lookUp(order)
    if (found.kind !== 'found') assert.fail(`${order.clientOrderId} is ${found.kind}`)
    return found.report
  }
  becomes(order: OrderRef, status: OrderReport['status']): Promise<OrderReport> {
    return this.until(`${order.clientOrderId} is ${status}`, async () => {
      const report = await this.find(order)
      return report.status === status ? report : undefined
    })
  }
  /** Every execution of the order is listed to the end. */
  async filled(order: OrderRef, upTo: string): Promise<OrderReport> {
    const wanted = quantity(upTo)
    return this.until(`${order.clientOrderId} shows ${upTo} in executions`, async () => {
      const report = await this.find(order)
      return sumOf(report.fills).equals(wanted) ? report : undefined
    })
  }

  /** What the venue itself has under this name; the venue never has two. */
  async booked(order: { readonly clientOrderId: string }): Promise<TrueOrder> {
    const [found, second] = (await this.venue.truth()).orders.filter(({ name }) => name === order.clientOrderId)
    if (found === undefined || second !== undefined)
      assert.fail(`one order at the venue under ${order.clientOrderId}, not ${found === undefined ? 'none' : 'two'}`)
    return found
  }
  async count(order: { readonly clientOrderId: string }): Promise<number> {
    return (await this.venue.truth()).orders.filter(({ name }) => name === order.clientOrderId).length
  }
  async requests(kind: TrueRequest['kind']): Promise<readonly TrueRequest[]> {
    return (await this.venue.truth()).requests.filter((one) => one.kind === kind)
  }

  async listen(): Promise<Heard> {
    const heard = new Heard(this.gateway)
    this.#open.push(heard)
    await this.until('the stream is open', () => heard.opened > 0)
    return heard
  }
  async until<T>(what: string, seen: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS
    for (;;) {
      const value = await seen()
      if (value !== undefined && value !== false) return value
      if (performance.now() > giveUpAt) assert.fail(`${what}: not within ${GIVE_UP_AFTER_MS} ms`)
      await this.venue.glance()
    }
  }
  leave(): void {
    for (const heard of this.#open) heard.close()
  }
}

const isNamed = (limit: string): limit is 'crossing' | 'resting' => limit === 'crossing' || limit === 'resting'

export const refTo = (order: OutgoingOrder, outcome?: SubmitOutcome): OrderRef => {
  const id = outcome?.kind === 'accepted' ? outcome.report.brokerOrderId : undefined
  return {
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    ...(id === undefined ? {} : { brokerOrderId: id }),
  }
}
export const sumOf = (fills: readonly { readonly quantity: Quantity }[]): Quantity =>
  fills.reduce<Quantity>((sum, fill) => sum.plus(fill.quantity), quantity('0'))
/** To as many digits as a venue is likely to show. */
export function averageOf(
  fills: readonly { readonly quantity: string; readonly price: string }[],
  digits: number,
): Price {
  const total = sumOf(fills.map((fill) => ({ quantity: quantity(fill.quantity) })))
  const worth = fills.reduce((sum, fill) => sum.plus(price(fill.price).times(quantity(fill.quantity))), price('0'))
  return worth.dividedBy(total, digits, 'half_even') as Price
}

/** Good for one request and for the bytes it was made for, as the real one is. */
export class CountedPass implements ExitPass {
  readonly seen: string[] = []
  readonly #bytes: string
  constructor(bytes: string) {
    this.#bytes = bytes
  }
  use(bytes: string): void {
    if (this.seen.length > 0) throw new NotSent('pass.used', 'a pass is good for one request')
    if (bytes !== this.#bytes) throw new NotSent('pass.bytes', `not the bytes that were approved: ${bytes}`)
    this.seen.push(bytes)
  }
}
export const NO_PASS: ExitPass = {
  use: () => {
    throw new NotSent('halted', 'trading is halted')
  },
}
