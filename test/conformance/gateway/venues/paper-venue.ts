import { setTimeout as pause } from 'node:timers/promises'
import { PaperGateway } from '../../../../src/adapters/brokers/paper/gateway.ts'
import { paperFace } from '../../../../src/simulator/faces/paper-face.ts'
import { MemoryJournal } from '../../../../src/simulator/memory-journal.ts'
import { seededRandom } from '../../../../src/simulator/seeded-random.ts'
import { Venue } from '../../../../src/simulator/venue.ts'
import { venueRules } from '../../../../src/simulator/venue-options.ts'
import type { VenueOrder } from '../../../../src/simulator/venue-order.ts'
import { openDuring } from '../../../../src/simulator/venue-session.ts'
import { VirtualClock } from '../../../simulator/virtual-clock.ts'
import type { Lacks } from '../card.ts'
import type { ConformanceVenue, TrueOrder, VenueSymbols } from '../conformance-venue.ts'
import { HandModel, PAPER_HANDS_LACK, paperHands } from './paper-hands.ts'
import { PaperWire } from './paper-wire.ts'

/** The real gateway and the real venue, on a clock that a card moves, over a wire that a card spoils. */
export const PAPER_SYMBOLS: VenueSymbols = {
  share: { symbol: 'AAPL', tick: '0.01', betweenTicks: '220.005' },
  another: 'MSFT',
  unknown: 'GHOST',
  limits: { crossing: '240', resting: '200', nearby: ['201', '202', '203'], odd: '200.07' },
  tooMany: '100000',
  pair: { symbol: 'BTC/USD', timeInForce: 'gtc', limit: '95000', quantity: '0.001' },
  cheap: { symbol: 'PENNY', limit: '0.8421' },
  notShortable: 'MSFT',
  neverShortable: 'BTC/USD',
  wholeOnly: { symbol: 'AAPL', limit: '200' },
}
const NO_REPLACE = 'the gateway has no replacement: the port asks for none'
export const PAPER_LACKS: Lacks = {
  ...Object.fromEntries(Object.entries(PAPER_HANDS_LACK).map(([hand, why]) => [`hand:${hand}`, why])),
  'gateway:replace': NO_REPLACE,
  'gateway:replacementOf': NO_REPLACE,
  'gateway:cancelEverything': 'the gateway has no cancel of everything: the port asks for none',
  'gateway:marketClock': 'the gateway tells no clock: sessions come from the calendars of the configuration',
  'gateway:tradingDays': 'the gateway tells no calendar: sessions come from the calendars of the configuration',
}

const WEDNESDAY_MORNING = Date.UTC(2026, 2, 11, 14, 30)
const DAY_MS = 86_400_000
const OPEN_FOR_MS = 5.5 * 3_600_000
const GLANCE_MS = 5
const NO_BOUND = 1_000_000

export async function openPaper(keepsHours: boolean): Promise<ConformanceVenue> {
  const clock = new VirtualClock(WEDNESDAY_MORNING)
  const model = new HandModel()
  const rules = venueRules({ symbols: { PENNY: { price: '0.842', tick: '0.0001' } } })
  const days = [0, 1, 2].map((day) => WEDNESDAY_MORNING + day * DAY_MS)
  const session = keepsHours ? openDuring(days.map((opens) => ({ opens, closes: opens + OPEN_FOR_MS }))) : rules.session
  const venue = new Venue({
    rules: { ...rules, model, session },
    now: clock.now,
    timers: clock.timers,
    random: seededRandom('conformance'),
    journal: new MemoryJournal(),
  })
  const face = paperFace(venue)
  const wire = new PaperWire(face)
  const connect = () =>
    new PaperGateway({
      account: 'conformance',
      exchange: wire,
      stream: wire,
      clock: { now: clock.now, monotonic: clock.now },
    })
  let gateway = connect()
  return {
    name: 'paper',
    prefix: 'sf-k',
    symbols: PAPER_SYMBOLS,
    get gateway() {
      return gateway
    },
    hands: paperHands({ venue, face, model, clock, wire }),
    truth: async () => ({
      orders: venue.orders({ status: 'all', after: 0, limit: NO_BOUND }).map(orderOf),
      requests: wire.requests,
    }),
    restart: async () => {
      wire.endStreams('the process ended')
      gateway = connect()
    },
    glance: async () => {
      clock.advance(GLANCE_MS)
      await pause(1)
    },
    close: async () => venue.close(),
  }
}

const orderOf = (order: VenueOrder): TrueOrder => ({
  name: order.clientOrderId,
  id: order.id,
  symbol: order.symbol,
  side: order.side,
  orderType: order.type,
  timeInForce: order.timeInForce,
  quantity: order.quantity.toString(),
  ...(order.limitPrice === undefined ? {} : { limitPrice: order.limitPrice.toString() }),
  state: order.status === 'new' || order.status === 'partially_filled' ? 'open' : order.status,
  executions: order.executions.map(({ quantity, price }) => ({ quantity: `${quantity}`, price: `${price}` })),
})
