import { setTimeout as pause } from 'node:timers/promises'
import { AlpacaGateway } from '../../../../src/adapters/brokers/alpaca/gateway.ts'
import { realClock, realTimers } from '../../../../src/adapters/system/real-clock.ts'
import { UndiciExchange } from '../../../../src/adapters/system/undici-exchange.ts'
import type { Switches } from '../../../../src/simulator/faces/alpaca/alpaca-options.ts'
import { type AlpacaSimulator, startAlpacaSimulator } from '../../../../src/simulator/hosts/alpaca-server.ts'
import type { Lacks } from '../card.ts'
import type { ConformanceVenue, VenueSymbols } from '../conformance-venue.ts'
import { AlpacaHands } from './alpaca-hands.ts'
import { truthOf } from './alpaca-truth.ts'

/** The real gateway, real sockets, and the simulated venue behind them. */
export const ALPACA_SYMBOLS: VenueSymbols = {
  share: { symbol: 'AAPL', tick: '0.01', betweenTicks: '220.005' },
  another: 'MSFT',
  unknown: 'GHOST',
  limits: { crossing: '240', resting: '200', nearby: ['201', '202', '203'], odd: '200.07' },
  tooMany: '100000',
  pair: { symbol: 'BTC/USD', timeInForce: 'gtc', limit: '95000', quantity: '0.001' },
  fractional: { symbol: 'AAPL', quantity: '0.123456789' },
  cheap: { symbol: 'PENNY', limit: '0.8421' },
  halted: 'HALT',
  notShortable: 'NOSHORT',
  neverShortable: 'NOSHORT',
  wholeOnly: { symbol: 'PENNY', limit: '0.8421' },
}
export const ALPACA_LACKS: Lacks = {}

const WEDNESDAY_MORNING = Date.UTC(2026, 2, 11, 14, 30)
const GLANCE_MS = 3
/** Far more than any card asks for: those that are about the limit set their own. */
const NO_LIMIT = 1_000_000

/** What nobody outside knows about the venue, settled the other way: a gateway has to pass whichever is true. */
export const SETTLED_OTHERWISE: Partial<Switches> = {
  events_before_answer: 'always',
  stream_frames: 'text',
  event_ids: false,
  cancel_of_canceled: 422,
  cancel_event: true,
  cancel_bodies: true,
  replacement_filled_qty: 'chain',
  filled_at_on_partial: true,
  activity_uuid: 'random',
  wash_trade_status: 422,
  rate_limit_answer: 'text',
  unknown_additions: true,
}

export async function openAlpaca(keepsHours: boolean, otherwise: Partial<Switches> = {}): Promise<ConformanceVenue> {
  const simulator = await startAlpacaSimulator({
    fills: 'manual',
    hours: keepsHours ? 'exchange' : 'always',
    at: WEDNESDAY_MORNING,
    switches: {
      events_before_answer: 'never',
      partial_fills: 0,
      activity_delay_ms: 0,
      rate_limit: NO_LIMIT,
      ...otherwise,
    },
  })
  let isListening = true
  const stop = async (): Promise<void> => {
    if (isListening) await simulator.close()
    isListening = false
  }
  let connected = connect(simulator)
  return {
    name: 'alpaca',
    prefix: 'sf-k',
    symbols: ALPACA_SYMBOLS,
    get gateway() {
      return connected.gateway
    },
    hands: new AlpacaHands(simulator, stop),
    truth: async () => truthOf(simulator),
    restart: async () => {
      await connected.close()
      connected = connect(simulator)
    },
    glance: async () => {
      await pause(GLANCE_MS)
    },
    close: async () => {
      await connected.close()
      await stop()
    },
  }
}

function connect({ url, streamUrl, keyId, secretKey }: AlpacaSimulator) {
  const exchange = new UndiciExchange({ origin: url })
  const gateway = new AlpacaGateway({
    account: 'conformance',
    keys: { keyId, secretKey },
    trading: exchange,
    data: exchange,
    streamUrl,
    feed: 'iex',
    clock: realClock,
    timers: realTimers,
  })
  return { gateway, close: () => exchange.close() }
}
