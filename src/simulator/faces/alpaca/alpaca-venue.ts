import { amount } from '../../../core/money.ts'
import { USUAL_CONFIGURATION } from './account-answers.ts'
import {
  type AlpacaDeps,
  type AlpacaOptions,
  type Switches,
  USUAL_CASH,
  USUAL_SEED,
  USUAL_SWITCHES,
} from './alpaca-options.ts'
import { AssetDirectory } from './assets.ts'
import { entryOf, type Headers } from './authentication.ts'
import { Identifiers } from './identifiers.ts'
import { jsonText } from './json.ts'
import { Ledger } from './ledger.ts'
import { OrderStore } from './order-store.ts'
import { PriceBoard } from './price-board.ts'
import { Pulse } from './pulse.ts'
import { RateLimit } from './rate-limit.ts'
import { Refused } from './refused.ts'
import { type Call, routeFor } from './routes.ts'
import { type Occasion, Script } from './script.ts'
import { alwaysOpen, exchangeHours } from './sessions.ts'
import { Stamps } from './stamps.ts'
import { TradeFeed } from './trade-feed.ts'
import { Truth } from './truth.ts'
import {
  type AlpacaAnswer,
  type Delivery,
  deliveryOf,
  distorted,
  insteadOf,
  jsonAnswer,
  type Orders,
  ordersFrom,
  pageAnswer,
  serverError,
} from './venue-exchange.ts'
import type { AccountFlags, VenueParts } from './venue-parts.ts'

/**
 * Alpaca as a client sees it. Guarantees:
 * - everything is synchronous and follows from the options, the requests, and the clock, timers and random numbers given;
 * - the truth has an entry before a client is told, and says what was done, not what was told;
 * - a client order id is taken once, for ever; what is refused has changed nothing;
 * - no execution beyond an order's quantity; events leave in the order in which things happened unless told otherwise.
 */
export interface AlpacaRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Headers
  readonly body: string
}

export class AlpacaVenue {
  readonly parts: VenueParts
  readonly script: Script
  readonly #limit: RateLimit
  readonly #pulse: Pulse

  constructor(options: AlpacaOptions, deps: AlpacaDeps) {
    this.parts = assemble(options, deps)
    this.script = new Script(deps.random)
    this.#limit = new RateLimit(deps.now)
    this.#pulse = new Pulse(this.parts)
  }

  /** One request, with whatever was ordered to go wrong with it. */
  exchange(request: AlpacaRequest): Delivery {
    const { method } = request
    const [path = '', query = ''] = request.path.split('?', 2)
    const number = this.#noteRequest(request)
    const orders = this.#ordersFor({ method, path, query }, number)
    const answer = this.#answer(request, orders)
    const delivery = deliveryOf(answer, orders)
    this.parts.truth.note('answer', {
      request: number,
      status: delivery.answer.status,
      body: delivery.answer.body,
      manner: delivery.manner,
      wait_ms: delivery.waitMs,
    })
    return delivery
  }

  /** Headers every answer carries, and the one place where a request costs of the limit. */
  admit(headers: Headers): { readonly refused?: AlpacaAnswer; readonly headers: Readonly<Record<string, string>> } {
    const { switches, options, ids } = this.parts
    const requestId = { 'X-Request-ID': ids.uuid().replaceAll('-', '') }
    const entry = entryOf(headers, options)
    if (entry === 'no_keys') return { refused: pageAnswer(401, '401 Authorization Required'), headers: requestId }
    if (entry === 'unknown') return { refused: jsonAnswer(401, { message: 'unauthorized.' }), headers: requestId }
    const hasRoom = this.#limit.take(switches)
    const limits = this.#limit.headers(switches)
    if (hasRoom) return { headers: { ...requestId, ...limits } }
    const bare = switches.rate_limit_answer !== 'coded'
    return { refused: tooMany(switches.rate_limit_answer), headers: bare ? requestId : { ...requestId, ...limits } }
  }

  /** The data host has limits of its own, and shows pairs to everybody. */
  #admitToData({ path, headers }: AlpacaRequest): ReturnType<AlpacaVenue['admit']> {
    const isPublic = path.startsWith('/v1beta3/crypto/')
    return isPublic || entryOf(headers, this.parts.options) === 'known' ? { headers: {} } : this.admit(headers)
  }

  /** What was ordered for a connection that is being opened. */
  ordersForConnection(): Orders {
    return ordersFrom(this.script.strikes({ phase: 'connection' }))
  }
  setSwitches(changes: Partial<Switches>): void {
    this.parts.switches = { ...this.parts.switches, ...changes }
  }
  /** Looks at every open order now, for whoever has just moved the price or the clock. */
  beat(): void {
    this.#pulse.beat()
    this.#pulse.start()
  }
  close(): void {
    this.#pulse.stop()
  }

  #noteRequest({ method, path, headers, body }: AlpacaRequest): number {
    const shown = Object.entries(headers).map(([name, value]) => [name, SECRET.has(name) ? 'hidden' : value])
    return this.parts.truth.note('request', { method, path, headers: Object.fromEntries(shown), body })
  }

  #ordersFor(occasion: Omit<Occasion, 'phase'>, request: number): Orders {
    const strikes = this.script.strikes({ phase: 'request', ...occasion })
    for (const { name } of strikes) this.parts.truth.note('misbehaviour', { name, request })
    return ordersFrom(strikes)
  }

  #answer(request: AlpacaRequest, orders: Orders): AlpacaAnswer {
    const { refused, headers } = isOnDataHost(request.path) ? this.#admitToData(request) : this.admit(request.headers)
    const addHeaders = (answer: AlpacaAnswer): AlpacaAnswer => ({
      ...answer,
      headers: { ...headers, ...answer.headers },
    })
    if (refused !== undefined) return addHeaders(refused)
    const instead = insteadOf(orders)
    if (instead !== undefined) {
      const isBare = orders.strike('rate-limited-bare') !== undefined
      return isBare ? instead : addHeaders(instead)
    }
    if (orders.strike('request-lost') !== undefined) return addHeaders(jsonAnswer(503, {}))
    const late = orders.strike('late-accept')
    if (late === undefined) return addHeaders(distorted(this.#serve(request, orders), orders))
    this.parts.timers.after(late.ms, () => this.#serve(request, orders))
    return addHeaders(serverError({ status: late.status ?? 504, body: late.body }))
  }

  #serve({ method, path, body }: AlpacaRequest, orders: Orders): AlpacaAnswer {
    const url = new URL(path, 'http://venue')
    const parts = url.pathname.slice(1).split('/').map(decoded)
    const handler = routeFor(method, parts)
    if (handler === undefined) return jsonAnswer(404, { message: 'endpoint not found.' })
    const stale = orders.strike('list-stale')
    const asOf = stale === undefined ? undefined : this.parts.now() - stale.ms
    const call: Call = { parts, query: url.searchParams, body, behaviours: orders.behaviours, asOf }
    const before = this.parts.store.size
    try {
      const { status, json } = handler(this.parts, call)
      this.#hideNew(orders, before)
      const text = json === undefined ? '' : jsonText(json, this.parts.switches.decimal_form)
      return { ...jsonAnswer(status, null), body: text }
    } catch (error) {
      if (error instanceof Refused) return jsonAnswer(error.status, error.body)
      throw error
    } finally {
      this.#pulse.start()
    }
  }

  #hideNew(orders: Orders, before: number): void {
    const { store, now } = this.parts
    const invisible = orders.strike('order-invisible')
    if (invisible === undefined) return
    for (const order of store.all.slice(before)) store.hide(order, now() + invisible.ms)
  }
}

const isOnDataHost = (path: string): boolean => path.startsWith('/v1beta3/') || path.startsWith('/v2/stocks/')

const SECRET: ReadonlySet<string> = new Set(['apca-api-secret-key', 'authorization'])

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function tooMany(form: Switches['rate_limit_answer']): AlpacaAnswer {
  if (form === 'coded') return jsonAnswer(429, { code: 42910000, message: 'too many requests' })
  if (form === 'uncoded') return jsonAnswer(429, { message: 'too many requests.' })
  return { status: 429, headers: { 'content-type': 'text/plain' }, body: 'rate limit exceeded\n' }
}

function assemble(options: AlpacaOptions, deps: AlpacaDeps): VenueParts {
  const { now, random } = deps
  const seed = options.seed ?? USUAL_SEED
  const stamps = new Stamps(now, () => random('alpaca.nanoseconds'))
  const ids = new Identifiers(seed, now())
  const assets = new AssetDirectory(options.symbols)
  return {
    ...deps,
    options,
    switches: { ...USUAL_SWITCHES, ...options.switches },
    flags: usualFlags(),
    stamps,
    ids,
    assets,
    board: new PriceBoard(assets.instruments, seed, now),
    hours: options.hours === 'exchange' ? exchangeHours : alwaysOpen,
    ledger: new Ledger(amount(options.cash ?? USUAL_CASH)),
    store: new OrderStore(),
    feed: new TradeFeed(stamps, ids),
    truth: new Truth(now),
    behaviours: new Map(),
    accountId: ids.uuid(),
    openedAt: stamps.next(),
  }
}

const usualFlags = (): AccountFlags => ({
  status: 'ACTIVE',
  tradingBlocked: false,
  accountBlocked: false,
  transfersBlocked: false,
  shortingEnabled: true,
  liquidationOnly: false,
  configuration: USUAL_CONFIGURATION,
})
