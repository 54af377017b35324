import { type AlpacaSimulator, startAlpacaSimulator } from '../../src/simulator/hosts/alpaca-server.ts'
import type { OrderView } from '../support/daemon-client.ts'
import type { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { FaultGate, isGateTrouble } from './fault-gate.ts'
import type { Operation, Scenario } from './scenario.ts'
import { VenueTruth } from './venue-truth.ts'

export const SYMBOL = 'AAPL'
export const QUANTITY = 10
export const STRANGERS_NAME = 'a-stranger'
/** However much goes wrong, it is known by then. */
const AT_THE_LATEST_MS = 60_000

/** A 429 may close the venue's whole window, which is a minute. */
const COMPARED_WITHIN_MS = 75_000
/** A comparison begins with the lists, and ends with the positions once everything that was missing is booked. */
const RECENT = /^\/v2\/orders\?.*status=all/
const POSITIONS = /^\/v2\/positions/

/** Which requests an operation makes. */
const REQUESTS: Readonly<Record<Exclude<Operation, 'stream connect' | 'stream frame' | 'restart'>, Asked>> = {
  submit: { method: 'POST', path: '/v2/orders' },
  cancel: { method: 'DELETE', path: '/v2/orders/*' },
  'look-up': { method: 'GET', path: '/v2/orders:by_client_order_id' },
  'list of open orders': { method: 'GET', path: '/v2/orders?status=open' },
  'list of recent orders': { method: 'GET', path: '/v2/orders?status=all' },
  activities: { method: 'GET', path: '/v2/account/activities/FILL' },
  positions: { method: 'GET', path: '/v2/positions' },
  account: { method: 'GET', path: '/v2/account' },
  quote: { method: 'GET', path: '/v2/stocks/*/quotes/latest' },
  instrument: { method: 'GET', path: '/v2/assets/*' },
}
interface Asked {
  readonly method: string
  readonly path: string
}
type Hands = Readonly<Record<string, unknown>>

/** One account of the daemon, the venue that is behind it, and whoever moves things there. */
export class Stage implements AsyncDisposable {
  readonly scenario: Scenario
  readonly account: string
  readonly simulator: AlpacaSimulator
  readonly gate: FaultGate | undefined
  readonly truth: VenueTruth
  wasCancelled = false
  /** When it happened at the venue, and when the daemon showed that it knows. */
  happenedAt: number | undefined
  knownAt: number | undefined
  signalId: string
  #daemon: DaemonProcess | undefined

  private constructor(scenario: Scenario, account: string, simulator: AlpacaSimulator, gate: FaultGate | undefined) {
    this.scenario = scenario
    this.account = account
    this.signalId = account
    this.simulator = simulator
    this.gate = gate
    this.truth = new VenueTruth(simulator)
  }
  static async open(scenario: Scenario, account: string): Promise<Stage> {
    const simulator = await startAlpacaSimulator({
      // It dies in the middle of trading, so the market has to begin by itself.
      fills: scenario.trouble === 'partial-then-expired' ? 'auto' : 'manual',
      seed: account,
      switches: { events_before_answer: 'never', partial_fills: 0, rate_limit: 6_000 },
    })
    const gate = isGateTrouble(scenario.trouble) ? await FaultGate.open(simulator.url) : undefined
    return new Stage(scenario, account, simulator, gate)
  }

  /** The account as the daemon's configuration names it. */
  get config(): Hands {
    const { url, streamUrl, keyId, secretKey } = this.simulator
    return {
      venue: 'alpaca',
      key_id: keyId,
      secret_key: secretKey,
      base_url: this.gate?.url ?? url,
      stream_url: streamUrl,
      rate_limit: [{ class: 'all', requests: 6_000, per: '1m' }],
    }
  }
  set daemon(daemon: DaemonProcess) {
    this.#daemon = daemon
  }
  get daemon(): DaemonProcess {
    if (this.#daemon === undefined) throw new Error('no daemon plays on this stage yet')
    return this.#daemon
  }

  /** What the scenario is about goes wrong from now on. */
  async strike(operation: Operation = this.scenario.operation): Promise<void> {
    const { trouble, ms, status, body, event, times = 1 } = this.scenario
    if (isGateTrouble(trouble)) {
      const { method, path } = REQUESTS[operation as keyof typeof REQUESTS]
      await this.gate?.arm({ trouble, method, path: patternOf(path), ms: ms ?? 0, times })
      return
    }
    const own = { times, ...(ms && { ms }), ...(status && { status }), ...(body && { body }) }
    this.control('POST', '/faults', { do: trouble, ...own, ...whenFor(operation, event) })
  }
  /** Whether what was ordered has happened. */
  get hasStruck(): boolean {
    if (this.gate !== undefined) return this.gate.struck > 0
    return this.truth.since().some(({ kind, name }) => kind === 'misbehaviour' && name === this.scenario.trouble)
  }
  /** Lists, executions and positions are read once more from their beginning, and what they show is booked. */
  comparedSince(seq: number): Promise<true> {
    return until('everything is compared', COMPARED_WITHIN_MS, () => {
      const [begun] = this.truth.answered('GET', RECENT, seq)
      return (begun !== undefined && this.truth.answered('GET', POSITIONS, begun.seq).length > 0) || undefined
    })
  }
  hasStruckWithin(ms: number): Promise<true> {
    return until('what was ordered has gone wrong', ms, () => this.hasStruck || undefined)
  }
  /** From now on the stream tells nothing of orders. */
  deafen(): void {
    this.control('POST', '/faults', { do: 'frame-dropped' })
  }

  control(method: string, path: string, body: Hands = {}): void {
    const { status, json } = this.simulator.control.handle(method, path, JSON.stringify(body))
    if (status !== 200) throw new Error(`${method} ${path} is answered with ${status}: ${JSON.stringify(json)}`)
  }
  byHand(action: string, more: Hands = {}): void {
    const [order] = this.truth.orders
    if (order === undefined) throw new Error('there is no order at the venue')
    this.control('POST', `/orders/${order.last.id}/${action}`, more)
  }

  async send(signalId = this.signalId): Promise<number> {
    const signal = { signal_id: signalId, account: this.account, symbol: SYMBOL, side: 'buy', quantity: QUANTITY }
    return (await this.daemon.client.send(signal)).status
  }
  /** A signal that was denied is never taken again: each try is one of its own. */
  async sendUntilTaken(): Promise<void> {
    const first = this.signalId
    let tries = 0
    await until('a signal is taken', AT_THE_LATEST_MS, async () => {
      tries += 1
      this.signalId = `${first}-${tries}`
      return (await this.send()) === 202 || undefined
    })
  }
  async order(): Promise<OrderView | undefined> {
    const { body } = await this.daemon.client.get(`/v1/orders?signal_id=${this.signalId}`)
    return body.items[0]
  }
  /** As soon as the daemon says so. */
  async knows(what: string, isSo: (order: OrderView) => boolean, withinMs = AT_THE_LATEST_MS): Promise<OrderView> {
    let last: OrderView | undefined
    try {
      return await until(what, withinMs, async () => {
        last = await this.order()
        return last !== undefined && isSo(last) ? last : undefined
      })
    } catch (error) {
      const told = `${last?.status} ${last?.filled_quantity} ${last?.reason ?? ''}`
      throw new Error(`${error instanceof Error ? error.message : error}; the order is ${told}`)
    }
  }
  becomes(...statuses: readonly string[]): Promise<OrderView> {
    return this.knows(`the order is ${statuses.join(' or ')}`, ({ status }) => statuses.includes(status))
  }
  atTheVenue(): Promise<true> {
    return until('the order is at the venue', AT_THE_LATEST_MS, () => this.truth.orders.length > 0 || undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gate?.close()
    await this.simulator.close()
  }
}

const whenFor = (operation: Operation, event: string | undefined): Hands => {
  if (operation === 'stream frame') return event === undefined ? {} : { when: { event } }
  if (operation === 'stream connect' || operation === 'restart') return {}
  return { when: REQUESTS[operation] }
}
const patternOf = (path: string): RegExp => {
  const [plain = '', query = ''] = path.split('?')
  const start = plain.replaceAll('.', '\\.').replaceAll('*', '[^/?]+')
  return new RegExp(query === '' ? `^${start}(\\?|$)` : `^${start}\\?(.*&)?${query}(&|$)`)
}
