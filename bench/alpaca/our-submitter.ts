import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlpacaGateway } from '../../src/adapters/brokers/alpaca/gateway.ts'
import { haltFileAt } from '../../src/adapters/system/halt-file.ts'
import { realClock, realTimers } from '../../src/adapters/system/real-clock.ts'
import { realRandom } from '../../src/adapters/system/real-random.ts'
import { UndiciExchange } from '../../src/adapters/system/undici-exchange.ts'
import { clientOrderId, type OrderId, orderId, signalId } from '../../src/core/ids.ts'
import { price, quantity, ZERO } from '../../src/core/money.ts'
import type { Order } from '../../src/core/order.ts'
import { STANDARD_BACK_OFF } from '../../src/core/retry-policy.ts'
import type { AccountBooks } from '../../src/flow/books/account-books.ts'
import { ExitGate } from '../../src/flow/execution/exit-gate.ts'
import { KeptBudget } from '../../src/flow/execution/kept-budget.ts'
import { RateLanes } from '../../src/flow/execution/rate-lanes.ts'
import { RateLimitedGateway } from '../../src/flow/execution/rate-limited-gateway.ts'
import { RetryingGateway } from '../../src/flow/execution/retrying-gateway.ts'
import { OrderSubmitter } from '../../src/flow/execution/submit-order.ts'
import type { ReportDoor } from '../../src/flow/fills/apply-report.ts'
import { VenueClock } from '../../src/flow/recovery/venue-clock.ts'
import { idOf, KEYS, type Submit } from './submit.ts'

/**
 * The product's own way out as the account's desk puts it together: submitter with its lanes and retries, exit gate with
 * the hash of the very bytes, kept budget that heeds every answer, limiter and retry around the Alpaca gateway on our
 * transport. Only the books and the door behind it are stand-ins that remember: what they cost is the business of P1.
 */
export function oursAt(url: string): Submit {
  const [clock, timers, random] = [realClock, realTimers, realRandom()]
  const exchange = new UndiciExchange({ origin: url })
  const alpaca = new AlpacaGateway({
    account: 'alpaca',
    keys: KEYS,
    trading: exchange,
    data: exchange,
    streamUrl: url.replace('http', 'ws'),
    feed: 'iex',
    clock,
    timers,
  })
  const rules = [{ class: 'all', requests: 1_000_000, perMs: 1_000 }] as const
  const budget = new KeptBudget({ rules, fact: undefined, clock, timers })
  const venueClock = new VenueClock()
  const lanes = new RateLanes(budget, clock, timers)
  const limited = new RateLimitedGateway(alpaca, { lanes, maxWaitMs: 30_000, clock, timers })
  const gateway = new RetryingGateway(limited, STANDARD_BACK_OFF, () => undefined)
  gateway.heedAnswers((signs) => {
    budget.heed(signs)
    venueClock.heed(signs)
  })
  const books = new RememberingBooks()
  const gate = new ExitGate({
    clock,
    haltFile: haltFileAt(join(tmpdir(), `surefill-bench-${process.pid}`, 'HALT')),
    isHalted: () => false,
    current: (order) => books.current(order),
    ownsAccount: () => true,
    holdsLease: () => true,
  })
  const submitter = new OrderSubmitter({
    // The submitter asks of them what stands in `RememberingBooks` and `doorTo`; classes with a private part need the word.
    books: books as unknown as AccountBooks,
    door: doorTo(books) as unknown as ReportDoor,
    gateway,
    gate,
    lanes,
    clock,
    timers,
    random,
    log: { debug: fails, info: fails, warn: fails, error: fails },
    maxQueueAgeMs: 30_000,
    retry: STANDARD_BACK_OFF,
    isActive: () => true,
    onUnconfirmed: () => undefined,
    onAnswered: () => undefined,
  })
  const saved = Promise.resolve()
  return async (n) => {
    const order = marked(n, (draft) => submitter.mark(draft, 0).payloadHash)
    gate.changed(undefined, order)
    if (gate.refusal(order) !== undefined || !lanes.tryHold(order.id, 'submit')) throw new Error('it may not leave')
    await submitter.submit(order, saved)
    if (!books.hasAccepted(order)) throw new Error(`${order.clientOrderId} was not accepted`)
    gate.changed(order, { ...order, status: 'accepted' })
  }
}

const fails = (event: string, fields?: Readonly<Record<string, unknown>>): void => {
  throw new Error(`${event}: ${JSON.stringify(fields)}`)
}

class RememberingBooks {
  readonly #accepted = new Map<OrderId, Order>()
  current(order: Order): Order {
    return this.#accepted.get(order.id) ?? order
  }
  accept(order: Order): void {
    this.#accepted.set(order.id, { ...order, status: 'accepted' })
  }
  hasAccepted(order: Order): boolean {
    return this.#accepted.delete(order.id)
  }
  /** Anything but acceptance makes the measurement worthless. */
  apply(order: Order, command: { readonly kind: string }): never {
    throw new Error(`${order.clientOrderId}: ${command.kind}`)
  }
}

const doorTo = (books: RememberingBooks): Pick<ReportDoor, 'applyTo'> => ({
  applyTo: (order, report) => {
    if (report.status === 'working') books.accept(order)
    return { order, changed: true, missingExecutions: false, durable: Promise.resolve() }
  },
})

/** An order whose mark is on disk: what `submitting` means. */
function marked(n: number, payloadHashOf: (order: Order) => string): Order {
  const at = Date.now()
  const clientId = clientOrderId(idOf(n))
  const order: Order = {
    ...TERMS,
    id: orderId(`019c0000-0000-7000-8000-${String(n).padStart(12, '0')}`),
    signalId: signalId(`bench-${n}`),
    clientOrderId: clientId,
    brokerOrders: [{ generation: 1, clientOrderId: clientId, status: 'submitting' }],
    createdAt: at,
    updatedAt: at,
  }
  return { ...order, payloadHash: payloadHashOf(order) }
}

const TERMS = {
  account: 'alpaca',
  venue: 'alpaca',
  currency: 'USD',
  mode: 'paper',
  sessionId: 's1',
  traceId: 't1',
  configVersion: 'c1',
  leg: 0,
  strategy: 'default',
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'day',
  quantity: quantity('10'),
  limitPrice: price('150.25'),
  status: 'submitting',
  orderSeq: 2,
  generation: 1,
  attempt: 1,
  filledQuantity: ZERO as Order['filledQuantity'],
  filledNotional: ZERO as Order['filledNotional'],
  commission: ZERO as Order['commission'],
  retryCount: 0,
} as const satisfies Partial<Order>
