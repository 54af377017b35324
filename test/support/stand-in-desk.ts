import { orderLine } from '../../src/core/audit-line.ts'
import type { Case, CaseId } from '../../src/core/case.ts'
import { evolve } from '../../src/core/evolve.ts'
import type { Fill, ReportedFill } from '../../src/core/fill.ts'
import {
  brokerOrderId,
  clientOrderId,
  type ExecutionId,
  executionId,
  newOrderId,
  type OrderId,
} from '../../src/core/ids.ts'
import { type Amount, amount, price, type Quantity, quantity } from '../../src/core/money.ts'
import { isFinal, type Order } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'
import { applyFill, flatPosition, type Position } from '../../src/core/position.ts'
import { contentHash, type Signal, signalContent } from '../../src/core/signal.ts'
import { parseSignal } from '../../src/flow/admission/parse-signal.ts'
import type {
  AccountSyncReport,
  Admission,
  CancelAllRow,
  CancelAnswer,
  CancelFilter,
  CaseAnswer,
  CaseRequest,
  DaemonStatus,
  HaltAnswer,
  HaltState,
  OrderCommands,
  ResumeAnswer,
  SignalRequest,
} from '../../src/ports/order-commands.ts'
import type {
  CaseFilter,
  OrderFilter,
  OrderStoreReader,
  Page,
  PageOf,
  StoredEvent,
  StoredSignal,
} from '../../src/ports/order-store.ts'

const EXECUTION = { quantity: '4', price: '230.04' }
const FEE = amount('0.01')

/**
 * The counterpart of the API's two ports, for tests of the API alone: orders live in a map, nothing is durable, and what
 * becomes of an order is said by the test. It stands in for the desk; it is no model of it.
 */
export class StandInDesk implements OrderCommands, OrderStoreReader {
  readonly orderMap = new Map<OrderId, Order>()
  readonly events: StoredEvent[] = []
  readonly signals = new Map<string, StoredSignal>()
  readonly requests: SignalRequest[] = []
  readonly calls: string[] = []
  readonly #fills: Fill[] = []
  readonly #positions = new Map<string, Position>()
  readonly #waiting = new Set<() => void>()
  readonly #listeners = new Set<() => void>()
  #haltState: HaltState = { halted: false }
  #now: number
  #drawn = 0
  ready = true
  failing: Error | undefined
  answer: Admission | undefined
  resumeAnswer: ResumeAnswer = { kind: 'resumed' }

  constructor(now = Date.parse('2026-03-02T14:30:00Z')) {
    this.#now = now
  }

  async admit(request: SignalRequest): Promise<Admission> {
    this.#touch('admit')
    this.requests.push(request)
    if (this.answer !== undefined) return this.answer
    const parsed = parseSignal(request.body)
    if (parsed.kind === 'malformed') return { kind: 'malformed', errors: parsed.errors }
    const { signal } = parsed
    const before = this.signals.get(signal.signalId)
    if (before !== undefined) return this.#repeat(signal, before)
    const order = this.#create(signal, request)
    if (signal.symbol !== 'NOSUCH' && !this.#haltState.halted) {
      return { kind: 'taken', order, orders: [order], duplicate: false }
    }
    const code = this.#haltState.halted ? 'halted' : 'symbol.unknown'
    const message = `${signal.symbol} is not a symbol of paper`
    const denied = this.happen(order.id, { kind: 'denied', at: this.#tick(), code, message, value: signal.symbol })
    return { kind: 'denied', code, message, value: signal.symbol, order: denied, duplicate: false }
  }

  #repeat(signal: Signal, before: StoredSignal): Admission {
    const [id] = before.orderIds
    const order = id === undefined ? undefined : this.orderMap.get(id)
    if (order === undefined) return { kind: 'unavailable', reason: 'gone' }
    if (before.contentHash !== contentHash(signal))
      return { kind: 'conflict', signalId: before.signalId, orderId: order.id }
    if (order.status !== 'denied') return { kind: 'taken', order, orders: [order], duplicate: true }
    return { kind: 'denied', code: order.reason ?? 'denied', message: 'as before', order, duplicate: true }
  }

  #create(signal: Signal, { traceId, receivedAt }: SignalRequest): Order {
    const at = this.#tick()
    const id = newOrderId(at, () => this.#draw())
    const draft = {
      id,
      account: signal.account ?? 'paper',
      venue: 'paper',
      currency: 'USD',
      mode: 'paper' as const,
      sessionId: 'session-1',
      traceId: signal.traceId ?? traceId ?? 'none',
      configVersion: 'c0ffee00',
      signalId: signal.signalId,
      leg: 1,
      strategy: signal.strategy,
      symbol: signal.symbol,
      side: signal.side,
      orderType: 'limit' as const,
      timeInForce: 'day' as const,
      ...(signal.size.by === 'quantity' ? { quantity: signal.size.quantity } : { amount: signal.size.amount }),
      limitPrice: price('230.13'),
      referencePrice: price('230.02'),
      clientOrderId: clientOrderId(`sf-${this.orderMap.size + 1}`),
    }
    const why = { reference: { source: 'touch', price: '230.02' }, price: { offset: '5', limit_price: '230.13' } }
    this.#keep(undefined, { kind: 'created', at, draft, why })
    this.signals.set(signal.signalId, {
      signalId: signal.signalId,
      account: draft.account,
      strategy: signal.strategy,
      symbol: signal.symbol,
      side: signal.side,
      contentHash: contentHash(signal),
      receivedAt,
      body: JSON.stringify(signalContent(signal)),
      answer: { status: signal.symbol === 'NOSUCH' ? 403 : 202 },
      orderIds: [id],
    })
    return this.orderMap.get(id) as Order
  }

  /** Lets something happen to an order, as a report of the venue would. */
  happen(id: OrderId, event: OrderEvent): Order {
    return this.#keep(this.orderMap.get(id), event)
  }
  work(id: OrderId): Order {
    const { clientOrderId: own, attempt } = this.orderMap.get(id) as Order
    const send = { attempt: attempt + 1, generation: 1, clientOrderId: own, payloadHash: 'aa', limiterWaitMs: 3 }
    this.happen(id, { kind: 'submitting', at: this.#tick(), ...send })
    this.happen(id, { kind: 'submitted', at: this.#tick(), brokerOrderId: brokerOrderId('b-1'), latencyMs: 2 })
    return this.happen(id, { kind: 'accepted', at: this.#tick(), channel: 'stream' })
  }
  fill(id: OrderId, at: string = EXECUTION.price, count?: Quantity): Order {
    const order = this.orderMap.get(id) as Order
    const all = count ?? order.quantity ?? quantity(EXECUTION.quantity)
    const fill = { ...this.#execution(at, all), commission: FEE as Amount, commissionCurrency: 'USD' }
    this.#book(order, fill)
    const detection = { methods: ['status', 'quantity'], confidence: 1, elapsedMs: 20, checks: 2 }
    const witnesses = [{ method: 'quantity', answer: 'yes', evidence: `${all} of ${all}` }]
    return this.happen(id, { kind: 'filled', at: this.#tick(), fill, detection, witnesses })
  }
  #execution(at: string, count: Quantity) {
    return {
      executionId: executionId(`e-${this.#fills.length + 1}`),
      quantity: count,
      price: price(at),
      time: this.#tick(),
    }
  }
  #book(order: Order, fill: ReportedFill): void {
    const { account, symbol, side } = order
    this.#fills.push({ ...fill, orderId: order.id, account, symbol, side, bookedAt: fill.time })
    const before = this.#positions.get(`${account} ${symbol}`) ?? flatPosition(account, symbol, 'USD', fill.time)
    this.#positions.set(`${account} ${symbol}`, applyFill(before, { ...fill, side }).position)
  }

  #keep(before: Order | undefined, event: OrderEvent): Order {
    const order = evolve(before, event)
    this.orderMap.set(order.id, order)
    const line = orderLine(event, order, before?.status, order.sessionId)
    this.events.push({
      event: `order.${event.kind}`,
      eventId: `${order.id}-${order.orderSeq}`,
      at: event.at,
      orderId: order.id,
      orderSeq: order.orderSeq,
      line,
      account: order.account,
      accountSeq: this.events.filter(({ account }) => account === order.account).length + 1,
    })
    for (const wake of [...this.#waiting, ...this.#listeners]) wake()
    return order
  }

  async cancel(id: OrderId): Promise<CancelAnswer> {
    this.#touch('cancel')
    const order = this.orderMap.get(id)
    if (order === undefined) return { kind: 'unknown_order' }
    if (order.status === 'cancelled') return { kind: 'cancelled', order }
    if (isFinal(order.status)) return { kind: 'already_final', order }
    return {
      kind: 'asked',
      order: this.happen(id, { kind: 'cancel_requested', at: this.#tick(), by: 'test', reason: 'requested' }),
    }
  }
  async cancelAll({ account, symbol, strategy }: CancelFilter): Promise<readonly CancelAllRow[]> {
    this.#touch('cancelAll')
    const isMeant = (order: Order): boolean =>
      !isFinal(order.status) &&
      (account ?? order.account) === order.account &&
      (symbol ?? order.symbol) === order.symbol &&
      (strategy ?? order.strategy) === order.strategy
    return [...this.orderMap.values()].filter(isMeant).map(({ id }) => ({ orderId: id, result: 'asked' }))
  }
  async halt({ reason, by }: { readonly reason: string; readonly by: string }): Promise<HaltAnswer> {
    this.#touch('halt')
    this.#haltState = { halted: true, since: this.#tick(), reason, by }
    return { ...this.#haltState, denied: 0, cancelling: 0 }
  }
  async resume(): Promise<ResumeAnswer> {
    this.#touch('resume')
    if (this.resumeAnswer.kind === 'resumed') this.#haltState = { halted: false }
    return this.resumeAnswer
  }
  /** Ends with the order, or with `giveUp`, which is what the time does in the real one. */
  async wait(id: OrderId, _ms: number, until: 'final' | 'accepted'): Promise<Order | undefined> {
    const reached = (): boolean => {
      const order = this.orderMap.get(id)
      return order !== undefined && (isFinal(order.status) || (until === 'accepted' && order.acceptedAt !== undefined))
    }
    while (!reached() && !this.#gaveUp) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
        this.onWait?.()
      })
    }
    return this.orderMap.get(id)
  }
  onWait: (() => void) | undefined
  #gaveUp = false
  giveUp(): void {
    this.#gaveUp = true
    for (const wake of this.#waiting) wake()
  }
  async order(id: OrderId): Promise<Order | undefined> {
    this.#touch('order')
    return this.orderMap.get(id)
  }
  async sync(request: { readonly adopt?: boolean } = {}): Promise<readonly AccountSyncReport[]> {
    this.#touch(request.adopt === true ? 'sync adopt' : 'sync')
    const nothing = { changed: [], adopted: [], unreadable: [], external: 0, opened: [], foreign: [], mismatches: [] }
    const cases = { opened: 1, open: 2 }
    return [{ account: 'paper', trigger: 'requested', checked: 1, ...nothing, differences: [], cases, elapsedMs: 2 }]
  }
  readonly caseMap = new Map<string, Case>()
  caseAnswer: CaseAnswer | undefined
  readonly decisions: CaseRequest[] = []
  async resolveCase(request: CaseRequest): Promise<CaseAnswer> {
    this.#touch('resolveCase')
    this.decisions.push(request)
    return this.caseAnswer ?? { kind: 'unknown_case' }
  }
  async case(id: CaseId): Promise<Case | undefined> {
    return this.caseMap.get(id)
  }
  async cases({ state, account }: CaseFilter, { limit }: Page): Promise<PageOf<Case>> {
    const isMeant = (found: Case): boolean =>
      (state ?? found.state) === found.state && (account ?? found.account) === found.account
    const items = [...this.caseMap.values()].filter(isMeant).slice(0, limit)
    return items.length < limit ? { items } : { items, next: limit }
  }
  async fillsOfSymbol(_account: string, symbol: string): Promise<readonly Fill[]> {
    return this.#fills.filter((fill) => fill.symbol === symbol)
  }
  isQuarantined(): boolean {
    return false
  }
  marketPrice(_account: string, symbol: string): string | undefined {
    return symbol === 'AAPL' ? '231.5' : undefined
  }
  status(): DaemonStatus {
    const open = [...this.orderMap.values()].filter(({ status }) => !isFinal(status))
    return {
      mode: 'paper',
      version: '0.1.0',
      sessionId: 'session-1',
      startedAt: Date.parse('2026-03-02T14:29:00Z'),
      configVersion: 'c0ffee00',
      halt: this.#haltState,
      accounts: [
        {
          name: 'paper',
          venue: 'paper',
          currency: 'USD',
          openOrders: open.length,
          unconfirmed: open.filter(({ status }) => status === 'unconfirmed').length,
          queued: 0,
          breaker: 'open_for_business',
          trips: [],
          gate: { open: true, closedFor: [] },
          stream: { enabled: true, connectedSince: Date.parse('2026-03-02T14:29:00Z') },
          polling: { cycles: 12, calls: 12, errors: 0, lastCycleMs: 3 },
          foreignReports: 0,
          foreignOrders: 0,
          quarantined: [],
          openCases: [...this.caseMap.values()].filter(({ state }) => state === 'open').length,
        },
      ],
      selfCheck: { checked: 0, violations: [] },
      sinks: [{ sink: 'audit', behind: 0 }],
      ready: this.ready,
      notReady: this.ready ? [] : ['recovery is not done yet'],
    }
  }

  async orderByClientId(account: string, id: string): Promise<Order | undefined> {
    return [...this.orderMap.values()].find((order) => order.account === account && order.clientOrderId === id)
  }
  async orders(filter: OrderFilter, { limit, after, newestFirst = false }: Page): Promise<PageOf<Order>> {
    const numbered = [...this.orderMap.values()].map((order, n) => ({ order, seq: n + 1 }))
    const isBehind = (seq: number): boolean => after === undefined || (newestFirst ? seq < after : seq > after)
    const found = numbered.filter(({ order, seq }) => matches(order, filter) && isBehind(seq))
    const page = (newestFirst ? found.toReversed() : found).slice(0, limit)
    const last = page.at(-1)
    const items = page.map(({ order }) => order)
    return found.length > limit && last !== undefined ? { items, next: last.seq } : { items }
  }
  async knownClientOrderIds(): Promise<ReadonlySet<string>> {
    return new Set([...this.orderMap.values()].map((order) => order.clientOrderId))
  }
  async closedByBrokerIds(): Promise<readonly Order[]> {
    return []
  }
  async bookedExecutions(): Promise<ReadonlySet<ExecutionId>> {
    return new Set(this.#fills.map((fill) => fill.executionId))
  }
  async fills(id: OrderId): Promise<readonly Fill[]> {
    return this.#fills.filter(({ orderId }) => orderId === id)
  }
  async fillsBetween(account: string | undefined, from: number, to: number): Promise<readonly Fill[]> {
    return this.#fills.filter(
      (fill) => (account ?? fill.account) === fill.account && fill.time >= from && fill.time < to,
    )
  }
  async orderEvents(id: OrderId): Promise<readonly StoredEvent[]> {
    return this.events.filter(({ orderId }) => orderId === id)
  }
  async marksAfter(_account: string, accountSeq: number): Promise<{ readonly marks: number; readonly upTo: number }> {
    return { marks: 0, upTo: accountSeq }
  }
  async eventsAfter(account: string, seq: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.events.filter((event) => event.account === account && event.accountSeq > seq).slice(0, limit)
  }
  async signal(id: string): Promise<StoredSignal | undefined> {
    return this.signals.get(id)
  }
  async positions(): Promise<readonly Position[]> {
    return [...this.#positions.values()]
  }
  async fact(): Promise<string | undefined> {
    return undefined
  }
  listen(wake: () => void): () => void {
    this.#listeners.add(wake)
    return () => this.#listeners.delete(wake)
  }

  #touch(what: string): void {
    if (this.failing !== undefined) throw this.failing
    this.calls.push(what)
  }
  #tick(): number {
    this.#now += 5
    return this.#now
  }
  #draw(): number {
    this.#drawn += 1
    return (this.#drawn * 0.6180339887) % 1
  }
}

function matches(
  order: Order,
  { status, open, symbol, side, strategy, account, signalId, reason, from, to, clientOrderId: id }: OrderFilter,
): boolean {
  return (
    (status === undefined || status.includes(order.status)) &&
    (open === undefined || open === !isFinal(order.status)) &&
    (symbol ?? order.symbol) === order.symbol &&
    (side ?? order.side) === order.side &&
    (strategy ?? order.strategy) === order.strategy &&
    (account ?? order.account) === order.account &&
    (signalId ?? order.signalId) === order.signalId &&
    (id ?? order.clientOrderId) === order.clientOrderId &&
    (reason === undefined || order.reason === reason) &&
    (from === undefined || order.createdAt >= from) &&
    (to === undefined || order.createdAt < to)
  )
}
