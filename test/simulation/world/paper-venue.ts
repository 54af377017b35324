import { PaperGateway } from '../../../src/adapters/brokers/paper/gateway.ts'
import { price as decimalPrice, quantity as decimalQuantity } from '../../../src/core/money.ts'
import { inProcessVenue } from '../../../src/simulator/hosts/in-process-venue.ts'
import { MemoryJournal } from '../../../src/simulator/memory-journal.ts'
import type { VenueEvent } from '../../../src/simulator/venue.ts'
import type { VenueOptions } from '../../../src/simulator/venue-options.ts'
import type { VenueOrder } from '../../../src/simulator/venue-order.ts'
import type { TrueOrder } from '../evidence.ts'
import type { HumanAtTheSite, OpenedDialectVenue } from '../venue/open-dialect-venue.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface PaperVenueDeps {
  readonly account: string
  readonly time: VirtualTime
  readonly draw: (label: string) => number
  readonly options: VenueOptions
}

/** The venue we ship, seen from outside like any other: one more of those that refuse a repeated id. */
export function openPaperVenue({ account, time, draw, options }: PaperVenueDeps): OpenedDialectVenue {
  const face = inProcessVenue({
    now: () => time.trueNow(),
    timers: { after: (ms, run) => time.after(ms, 'venue', run) },
    random: (label) => draw(`venue.${account}.${label}`),
    journal: new MemoryJournal(),
    options,
  })
  const begins = time.trueNow() - Math.floor(time.monotonic())
  const orders: TrueOrder[] = []
  const places = new Map<string, number>()
  const positions = new Map<string, string>()
  face.venue.subscribe((event: VenueEvent) => {
    if (event.type === 'quote') return
    const { order } = event
    const place = places.get(order.id) ?? orders.length
    places.set(order.id, place)
    orders[place] = trueOrder(order, begins)
    if (event.type !== 'execution') return
    const held = face.venue.positions().find(({ symbol }) => symbol === order.symbol)
    if (held === undefined) positions.delete(order.symbol)
    else positions.set(order.symbol, held.quantity.toString())
  })
  return {
    venue: { truth: { account, resendClass: 'A', orders, positions } },
    wire: {
      handle: ({ method, path, body }, answer) => {
        const reply = face.handle({ method, path, ...(body === undefined || body === '' ? {} : { body }) })
        answer({ ...reply, headers: {} })
      },
      subscribe: (frame) => face.subscribe(frame),
    },
    human: humanAt(face.venue, draw),
    openGateway: (exchange, stream, clock = time) => new PaperGateway({ account, exchange, stream, clock }),
    heal: () => undefined,
  }
}

function humanAt(venue: ReturnType<typeof inProcessVenue>['venue'], draw: (label: string) => number): HumanAtTheSite {
  return {
    openOrders: () => venue.orders({ status: 'open', after: 0, limit: 500 }).map(({ id }) => id),
    cancel: (id) => venue.cancel(id).kind === 'done',
    modify: (id, { quantity, limitPrice }) =>
      venue.replace(id, {
        ...(quantity === undefined ? {} : { quantity: decimalQuantity(quantity) }),
        ...(limitPrice === undefined ? {} : { limitPrice: decimalPrice(limitPrice) }),
      }).kind === 'done',
    place: ({ symbol, side, quantity, limitPrice, clientOrderId }) => {
      const answer = venue.submit({
        clientOrderId: clientOrderId ?? `hand-${Math.floor(draw('human.id') * 2 ** 40).toString(36)}`,
        symbol,
        side,
        type: 'limit',
        timeInForce: 'gtc',
        quantity: decimalQuantity(quantity),
        limitPrice: decimalPrice(limitPrice),
      })
      return answer.kind === 'done' ? answer.order.id : ''
    },
  }
}

function trueOrder(order: VenueOrder, begins: number): TrueOrder {
  const isOurs = order.clientOrderId.startsWith('sf-')
  return {
    brokerOrderId: order.id,
    ...(isOurs ? { tag: order.clientOrderId } : {}),
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    quantity: order.quantity.toString(),
    ...(order.limitPrice === undefined ? {} : { limitPrice: order.limitPrice.toString() }),
    status: order.status === 'new' || order.status === 'partially_filled' ? 'working' : order.status,
    filled: order.filledQuantity.toString(),
    executions: order.executions.map(({ id, quantity, price, time }) => ({
      id,
      quantity: quantity.toString(),
      price: price.toString(),
      at: time - begins,
    })),
    acceptedAt: order.createdAt - begins,
  }
}
