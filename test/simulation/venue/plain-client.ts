import { clientOrderId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import type { BrokerGateway, OutgoingOrder } from '../../../src/ports/broker-gateway.ts'
import type { ExitPass } from '../../../src/ports/exit-pass.ts'
import type { HttpExchange, HttpRequest, HttpResult, StreamConnector } from '../../../src/ports/http.ts'
import { seededRandom } from '../../../src/simulator/seeded-random.ts'
import { HandTime } from '../../support/hand-time.ts'
import type { TrueOrder } from '../evidence.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import type { Dialect } from './dialect.ts'
import { type OpenedDialectVenue, openDialectVenue } from './open-dialect-venue.ts'
import { type FaultSource, NO_FAULTS, type VenueReply } from './venue-wire.ts'

/** A venue, its gateway and nothing in between: no lag, no loss, every byte kept. */
export const START = Date.UTC(2026, 2, 2, 14, 30)
const STEP_MS = 50

export class PlainClient {
  readonly time = new HandTime(START)
  readonly opened: OpenedDialectVenue
  readonly gateway: BrokerGateway
  readonly bytesOut: string[] = []
  readonly bytesIn: string[] = []
  readonly reports: OrderReport[] = []
  /** What came, answers and reports, in order. */
  readonly sequence: string[] = []

  constructor(dialect: Dialect, faults: FaultSource = NO_FAULTS, seed = '1') {
    const { time } = this
    const draw = seededRandom(seed)
    this.opened = openDialectVenue({ dialect, account: 'main', clock: time, timers: time, draw, faults })
    this.gateway = this.opened.openGateway(this.#exchange(), this.#stream())
  }

  get truth(): readonly TrueOrder[] {
    return this.opened.venue.truth.orders
  }
  get onlyTruth(): TrueOrder {
    const [order, ...others] = this.truth
    if (order === undefined || others.length > 0) throw new Error(`${this.truth.length} orders at the venue`)
    return order
  }

  listen(): { close(): void } {
    return this.gateway.openStream({
      opened: () => undefined,
      report: (report) => {
        this.reports.push(report)
        this.sequence.push('frame')
      },
      closed: () => undefined,
    })
  }

  /** Time goes on until the work is done. */
  async until<T>(work: Promise<T>, withinMs = 60_000): Promise<T> {
    let isDone = false
    const watched = work.finally(() => {
      isDone = true
    })
    watched.catch(() => undefined)
    for (let waited = 0; !isDone && waited <= withinMs; waited += STEP_MS) await this.time.pass(STEP_MS)
    return watched
  }
  submit(order: OutgoingOrder = anOrder()) {
    return this.until(this.gateway.submit(order, FREE_PASS))
  }
  cancel(order: OutgoingOrder, brokerOrderId = this.truth.at(-1)?.brokerOrderId) {
    const known = brokerOrderId === undefined ? {} : { brokerOrderId: brokerOrderId as never }
    return this.until(this.gateway.cancel({ ...order, ...known }, FREE_PASS))
  }
  lookUp(order: OutgoingOrder, brokerOrderId = this.truth.at(-1)?.brokerOrderId) {
    const known = brokerOrderId === undefined ? {} : { brokerOrderId: brokerOrderId as never }
    return this.until(this.gateway.lookUp({ ...order, ...known }))
  }

  #exchange(): HttpExchange {
    return { exchange: (request) => this.#ask(request) }
  }
  #ask(request: HttpRequest): Promise<HttpResult> {
    const { method, path, headers = {}, body = '', deadlineMs } = request
    request.beforeDispatch?.(body)
    this.bytesOut.push(`${method} ${path} ${body}`)
    return new Promise((resolve) => {
      const deadline = this.time.after(deadlineMs, 'deadline', () =>
        resolve({ kind: 'failed', phase: 'dispatched', cause: 'no answer in time' }),
      )
      this.opened.wire.handle({ method, path, headers, body }, (reply: VenueReply) => {
        deadline.cancel()
        this.bytesIn.push(`${reply.status} ${JSON.stringify(reply.headers)} ${reply.body}`)
        this.sequence.push('answer')
        resolve({ kind: 'answer', ...reply })
      })
    })
  }
  #stream(): StreamConnector {
    return {
      open: (_, listener) => {
        const stop = this.opened.wire.subscribe((text) => {
          this.bytesIn.push(text)
          listener.message(text)
        })
        return { close: stop }
      },
    }
  }
}

const FREE_PASS: ExitPass = { use: () => undefined }

let orders = 0
/** A resting limit, far below the market, unless it is told otherwise; each with an id of its own. */
export function anOrder(over: Partial<OutgoingOrder> = {}): OutgoingOrder {
  orders += 1
  return {
    clientOrderId: clientOrderId(`sf-abc123-${String(orders).padStart(6, '0')}`),
    symbol: 'AAPL',
    side: 'buy',
    orderType: 'limit',
    timeInForce: 'gtc',
    quantity: quantity('10'),
    limitPrice: price('150'),
    ...over,
  }
}
/** It crosses whatever the market does. */
export const eager = (over: Partial<OutgoingOrder> = {}): OutgoingOrder =>
  anOrder({ limitPrice: price('300'), ...over })

export interface Strike {
  /** How often it strikes; then never again. */
  readonly times?: number
  /** How many chances pass before it does. */
  readonly after?: number
  readonly draws?: Readonly<Record<string, number>>
}
/** Faults that strike when the test says. */
export class ScriptedFaults implements FaultSource {
  readonly about: string[] = []
  readonly #script: Readonly<Partial<Record<FaultId, Strike>>>
  readonly #chances = new Map<FaultId, number>()
  isOn = true

  constructor(script: Readonly<Partial<Record<FaultId, Strike>>>) {
    this.#script = script
  }
  strikes(fault: FaultId, about?: string): boolean {
    const strike = this.#script[fault]
    if (strike === undefined || !this.isOn) return false
    const chance = this.#chances.get(fault) ?? 0
    this.#chances.set(fault, chance + 1)
    const { times = 1, after = 0 } = strike
    if (chance < after || chance >= after + times) return false
    if (about !== undefined) this.about.push(about)
    return true
  }
  draw(fault: FaultId, what: string): number {
    return this.#script[fault]?.draws?.[what] ?? 0.5
  }
}
