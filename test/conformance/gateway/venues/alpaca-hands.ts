import type { Misbehaviour, When } from '../../../../src/simulator/faces/alpaca/misbehaviours.ts'
import type { AlpacaSimulator } from '../../../../src/simulator/hosts/alpaca-server.ts'
import type { FrameTrouble, OutsideOrder, Target, Trouble, VenueHands } from '../conformance-venue.ts'
import { ask, OUTSIDE } from './alpaca-truth.ts'

const TARGETS: Readonly<Record<Target, When>> = {
  submit: { method: 'POST', path: '/v2/orders' },
  cancel: { method: 'DELETE', path: '/v2/orders/*' },
  replace: { method: 'PATCH', path: '/v2/orders/*' },
  'look-up': { method: 'GET', path: '/v2/orders:by_client_order_id' },
  'order list': { method: 'GET', path: '/v2/orders' },
  executions: { method: 'GET', path: '/v2/account/activities/FILL' },
  read: { method: 'GET' },
}
const TROUBLES: Readonly<Record<Exclude<Trouble, 'answer about another order'>, Misbehaviour>> = {
  'answer lost': 'answer-lost',
  'request lost': 'request-lost',
  'server error after it was done': '5xx-after-accept',
  'forbidden after it was done': '4xx-after-accept',
  unavailable: 'unavailable',
  'cut answer': 'truncated-json',
  'page for an answer': 'not-json',
  'empty answer': 'empty-answer',
  'reset before headers': 'reset-before-headers',
  'reset after headers': 'reset-after-headers',
  'unheard-of field': 'new-field',
  'rate limited': 'rate-limited',
  'rate limited without a word': 'rate-limited-bare',
  unauthorized: 'unauthorized',
}
const FRAME_TROUBLES: Readonly<Record<FrameTrouble, Misbehaviour>> = {
  dropped: 'frame-dropped',
  duplicated: 'frame-duplicated',
  reordered: 'frame-reordered',
  late: 'frame-late',
  'followed by rubbish': 'frame-unreadable',
}
const LATE_MS = 60
const A_MINUTE_MS = 60_000

/** The control port of the simulator. */
export class AlpacaHands implements VenueHands {
  readonly #simulator: AlpacaSimulator
  readonly #stop: () => Promise<void>

  constructor(simulator: AlpacaSimulator, stop: () => Promise<void>) {
    this.#simulator = simulator
    this.#stop = stop
  }

  async fill(name: string, quantity?: string): Promise<void> {
    this.#byHand(name, 'fill', quantity === undefined ? {} : { qty: quantity })
  }
  async expire(name: string): Promise<void> {
    this.#byHand(name, 'expire')
  }
  async cancelOutside(name: string): Promise<void> {
    this.#byHand(name, 'cancel')
  }
  async bust(name: string): Promise<void> {
    this.#byHand(name, 'bust')
  }
  async correct(name: string, price: string): Promise<void> {
    this.#byHand(name, 'correct', { price })
  }
  async unheardOfStatus(name: string): Promise<void> {
    this.#byHand(name, 'status', { status: 'awaiting_moonrise' })
  }

  async submitOutside({ name, symbol, side, quantity, limitPrice, timeInForce }: OutsideOrder): Promise<void> {
    this.#send('POST', '/v2/orders', {
      client_order_id: name,
      symbol,
      side,
      type: 'limit',
      qty: quantity,
      limit_price: limitPrice,
      time_in_force: timeInForce,
    })
  }
  async replaceOutside(name: string, { quantity, limitPrice }: Parameters<VenueHands['replaceOutside']>[1]) {
    const order = this.#simulator.venue().parts.store.byClientId(name)
    this.#send('PATCH', `/v2/orders/${order?.id}`, { qty: quantity, limit_price: limitPrice })
  }

  async strike(target: Target, trouble: Trouble, nth?: number): Promise<void> {
    const when = { ...TARGETS[target], ...(nth === undefined ? {} : { nth }) }
    if (trouble !== 'answer about another order') return this.#arm({ when, do: TROUBLES[trouble], times: 1 })
    const { orders } = ask<{ orders: object[] }>(this.#simulator, 'GET', '/state')
    this.#arm({ when, do: '4xx-after-accept', status: 200, body: JSON.stringify(orders[0]), times: 1 })
  }
  async strikeFrame(trouble: FrameTrouble, of: 'part' | 'rest' = 'rest'): Promise<void> {
    const event = of === 'part' ? 'partial_fill' : 'fill'
    this.#arm({ when: { event }, do: FRAME_TROUBLES[trouble], ms: LATE_MS, times: 1 })
  }

  rejectNext = () => this.#misbehave('rejected-after-answer')
  fillBeforeAnswer = () => this.#misbehave('fill-before-answer')
  fillInsteadOfCancel = () => this.#misbehave('cancel-then-filled')
  neverCancel = () => this.#misbehave('cancel-stuck')
  turnCancelDown = () => this.#misbehave('cancel-rejected')
  replaceLosesToFill = () => this.#misbehave('replace-loses-to-fill')
  turnReplaceDown = () => this.#misbehave('replace-rejected')
  refuseStreams = () => this.#misbehave('upgrade-refused')

  async acceptLate(afterMs: number): Promise<void> {
    this.#arm({ do: 'late-accept', ms: afterMs, times: 1 })
  }
  async hideNext(forMs: number): Promise<void> {
    this.#arm({ do: 'order-invisible', ms: forMs, times: 1 })
  }
  async staleLists(): Promise<void> {
    this.#arm({ do: 'list-stale', ms: A_MINUTE_MS, times: 1 })
  }
  async endStreams(how: 'closed' | 'reset'): Promise<void> {
    ask(this.#simulator, 'POST', '/streams/close', { how })
  }
  async silenceStreams(): Promise<void> {
    this.#arm({ when: {}, do: 'stream-silent' })
  }
  async limitRequests(count: number): Promise<void> {
    ask(this.#simulator, 'POST', '/switches', { rate_limit: count })
  }
  async blockAccount(): Promise<void> {
    ask(this.#simulator, 'POST', '/account', { trading_blocked: true })
  }
  async revokeKeys(isRevoked: boolean): Promise<void> {
    if (isRevoked) this.#arm({ do: 'unauthorized' })
    else ask(this.#simulator, 'DELETE', '/faults')
  }
  async endDay(): Promise<void> {
    const { parts } = this.#simulator.venue()
    const close = parts.hours.nextClose(parts.now())
    ask(this.#simulator, 'POST', '/clock', { at: new Date(close + 1_000).toISOString() })
  }
  async wait(ms: number): Promise<void> {
    ask(this.#simulator, 'POST', '/clock', { advance_ms: ms })
  }
  async writeNumbers(form: 'with zeros' | 'as JSON numbers'): Promise<void> {
    ask(this.#simulator, 'POST', '/switches', { decimal_form: form === 'with zeros' ? 'zeros' : 'numbers' })
  }
  stopListening = () => this.#stop()

  #byHand(name: string, action: string, more: object = {}): void {
    ask(this.#simulator, 'POST', `/orders/${encodeURIComponent(name)}/${action}`, more)
  }
  async #misbehave(name: Misbehaviour): Promise<void> {
    this.#arm({ do: name, times: 1 })
  }
  #arm(rule: object): void {
    ask(this.#simulator, 'POST', '/faults', rule)
  }
  #send(method: string, path: string, body: object): void {
    const { keyId, secretKey } = this.#simulator
    const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey, [OUTSIDE]: 'yes' }
    const { answer } = this.#simulator.venue().exchange({ method, path, headers, body: JSON.stringify(body) })
    if (answer.status !== 200) throw new Error(`${method} ${path} by hand: ${answer.body}`)
  }
}
