import type { OrderCommand } from '../../core/decide.ts'
import { sha256 } from '../../core/hash.ts'
import type { Order, OrderStatus } from '../../core/order.ts'
import type { Plain } from '../../core/order-events.ts'
import { type BackOff, delayBefore } from '../../core/retry-policy.ts'
import type { BrokerGateway, SubmitOutcome } from '../../ports/broker-gateway.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import { NotSent } from '../../ports/exit-pass.ts'
import type { HttpPhase } from '../../ports/http.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import { Mailbox } from '../admission/mailbox.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { ReportDoor } from '../fills/apply-report.ts'
import { type ExitGate, LASTING_REASONS } from './exit-gate.ts'
import { outgoingOrder } from './outgoing-order.ts'
import { type RateLanes, WaitedTooLong } from './rate-lanes.ts'

/**
 * From the durable intent to the venue's answer. Guarantees:
 * - `submitting`, with the hash of the very bytes, is on disk before the first byte may leave;
 * - orders of one symbol reach the venue in the order in which they were taken, and none later than it may wait;
 * - a send is repeated only when the transport proves that nothing left; silence makes it `unconfirmed`;
 * - an order that is proven unsent when the daemon no longer trusts itself ends so; one that a stop or the store kept back
 *   stays as it was taken, for the next start to see through;
 * - what is said of a repeat proves nothing about the attempt before it: only acceptance ends that doubt here.
 */
export interface SubmitDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly gate: ExitGate
  readonly lanes: RateLanes
  readonly door: ReportDoor
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly maxQueueAgeMs: number
  readonly retry: BackOff
  /** `false` once this owner has stopped or been replaced: what it learns then is the next owner's to find out. */
  readonly isActive: () => boolean
  /** Must it wait for another order? Then whoever says so sends it again when it need not. */
  readonly holdsBack?: (order: Order) => boolean
  /** Somebody must find out what became of it. */
  readonly onUnconfirmed: (order: Order) => void
  /** The venue has answered, whatever it said: cancels that waited for it may go. */
  readonly onAnswered: (order: Order) => void
}
type NotSentOutcome = Extract<SubmitOutcome, { kind: 'not_sent' }>
type SubmitCommand = Extract<OrderCommand, { kind: 'submit' }>

const QUEUE_LIMIT = 100_000
/** Refusals of our own: another try a moment later would be refused as well. */
const LASTING: ReadonlySet<string> = new Set(LASTING_REASONS.map((reason) => `gate.${reason}`))
const OURS: ReadonlySet<string> = new Set(['halted', 'signal.expired', ...LASTING])

/** Behind a gate that closed because of the store, or for a stop, it stays `submitting` on disk: it was taken, so the next start sees it through. */
const isForRecovery = (code: string): boolean => code.startsWith('gate.') && !OURS.has(code)

export class OrderSubmitter {
  readonly #deps: SubmitDeps
  readonly #lane = new Mailbox(QUEUE_LIMIT)
  readonly #sleeping = new Set<() => void>()
  #inFlight = 0

  constructor(deps: SubmitDeps) {
    this.#deps = deps
  }

  get queued(): number {
    return this.#lane.size
  }
  /** Orders that were marked as leaving and whose answer, or proof that nothing left, is not on disk yet. */
  get inFlight(): number {
    return this.#inFlight
  }
  /** The gate has closed: what waits to be tried again learns now that it will not be. */
  wake(): void {
    for (const resume of this.#sleeping) resume()
  }
  /** Would an order of this symbol go out at once? */
  isIdle(symbol: string): boolean {
    return this.#lane.isIdle(symbol)
  }

  /** Behind every order of its symbol that was taken before. Settles when the venue has answered or never will. */
  submit(order: Order, durable: Promise<unknown>): Promise<void> {
    return this.#lane.run(order.symbol, async () => {
      try {
        await durable
        await this.#send(this.#current(order))
      } finally {
        this.#deps.lanes.unused(order.id)
      }
    })
  }

  /** The event that marks an order as about to leave. */
  mark(order: Order, limiterWaitMs: number): SubmitCommand {
    const payload = this.#deps.gateway.payloadOf(outgoingOrder(order))
    const { generation, clientOrderId } = order
    return {
      kind: 'submit',
      generation,
      clientOrderId,
      payloadHash: sha256(payload),
      limiterWaitMs: Math.round(limiterWaitMs),
    }
  }

  /**
   * Sends again what an earlier attempt left in doubt: the same id, the same bytes. Only for venues that refuse a repeated
   * id. Says whether it was sent.
   */
  async resend(order: Order): Promise<boolean> {
    const { lanes, maxQueueAgeMs } = this.#deps
    const waited = await lanes.hold(order.id, 'verify', maxQueueAgeMs)
    try {
      return await this.#repeat(order, waited)
    } finally {
      lanes.unused(order.id)
    }
  }

  async #repeat(order: Order, waited: number): Promise<boolean> {
    const { gate, isActive } = this.#deps
    const now = this.#current(order)
    const isWanted = now.status === 'unconfirmed' && now.cancelRequestedAt === undefined
    if (!isActive() || !isWanted || gate.refusal(now) !== undefined) return false
    const command = this.mark(now, waited)
    if (command.payloadHash !== now.payloadHash) return false
    const marked = await this.#record(now, command)
    if (marked === undefined) return false
    this.#inFlight += 1
    try {
      await this.#attempt(marked, true)
    } finally {
      this.#inFlight -= 1
    }
    this.#deps.onAnswered(this.#current(order))
    return true
  }

  async #send(order: Order): Promise<void> {
    if (order.status === 'submitting') return this.#dispatch(order)
    if (order.status !== 'created' || this.#deps.holdsBack?.(order) === true) return
    const waited = await this.#token(order)
    if (waited === undefined) return
    const now = this.#current(order)
    // While it waited the venue may have shown it: then it has been sent, by an owner whom our store does not know.
    if (now.status !== 'created') return
    const refusal = this.#deps.gate.refusal(now)
    if (refusal !== undefined) return this.#stay(now, refusal.code, refusal.message)
    const marked = await this.#record(now, this.mark(now, waited))
    if (marked !== undefined) await this.#dispatch(marked)
  }

  /** An order may wait for its turn and its token, in memory or through an outage, but it does not leave stale. */
  async #token(order: Order): Promise<number | undefined> {
    const { lanes, maxQueueAgeMs, clock } = this.#deps
    const left = maxQueueAgeMs - (clock.now() - order.updatedAt)
    try {
      if (left <= 0) throw new WaitedTooLong('it waited too long for its turn')
      return await lanes.hold(order.id, 'submit', left)
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) throw error
      const limit = `${maxQueueAgeMs} ms`
      await this.#record(order, { kind: 'deny', code: 'rate.queue_age', message: error.message, limit })
      return undefined
    }
  }

  /**
   * Not sent, and nothing was marked: what was halted or has expired ends here, and so does what waits for a gate that only
   * a human opens; behind any other it waits for recovery.
   */
  async #stay(order: Order, code: string, message: string): Promise<void> {
    if (code === 'halted' || LASTING.has(code)) await this.#record(order, { kind: 'deny', code, message })
    if (code === 'signal.expired') await this.#record(order, { kind: 'expire', reason: code })
  }

  async #dispatch(order: Order): Promise<void> {
    this.#inFlight += 1
    try {
      let leaving: Order | undefined = order
      while (leaving !== undefined) {
        const notSent = await this.#attempt(leaving, false)
        leaving = notSent === undefined ? undefined : await this.#afterNotSent(leaving, notSent)
      }
    } finally {
      this.#inFlight -= 1
    }
    this.#deps.onAnswered(this.#current(order))
  }

  /** One request and what it came to, on disk; what proves that nothing left comes back. */
  async #attempt(order: Order, isInDoubt: boolean): Promise<NotSentOutcome | undefined> {
    const outcome = await this.#ask(order)
    if (!this.#deps.isActive()) return undefined
    if (outcome.kind === 'not_sent' && !isInDoubt) return outcome
    await this.#settle(order, outcome, isInDoubt)
    return undefined
  }

  async #ask(order: Order): Promise<SubmitOutcome> {
    const { gateway, gate, log, lanes } = this.#deps
    try {
      const pass = gate.passFor(order)
      const use = (bytes: string): void => {
        if (!lanes.mayLeave) throw new NotSent('rate.paused', 'the venue has asked for a pause meanwhile')
        pass.use(bytes)
        lanes.left(order.id)
      }
      return await gateway.submit(outgoingOrder(order), { use })
    } catch (error) {
      // A fault of ours between the wire and here: how far the request came, nobody can tell.
      log.error('submit.threw', { order_id: order.id, trace_id: order.traceId, error })
      return { kind: 'unknown', phase: 'dispatched', reason: error instanceof Error ? error.message : String(error) }
    } finally {
      lanes.unused(order.id)
    }
  }

  async #settle(order: Order, outcome: SubmitOutcome, isInDoubt: boolean): Promise<void> {
    switch (outcome.kind) {
      case 'accepted':
        await this.#deps.door.applyTo(order, outcome.report).durable
        if (!this.#isStill(order, 'submitting')) return
        return this.#loseSight(order, 'body_in', 'the answer does not tell what became of the order')
      case 'refused':
        return isInDoubt
          ? this.#loseSight(order, 'body_in', `a repeat was refused: ${outcome.reason}`, outcome.evidence)
          : this.#reject(order, outcome)
      case 'not_sent':
        return this.#loseSight(order, 'not_sent', `a repeat was not sent: ${outcome.reason}`)
      case 'duplicate_id':
        return this.#loseSight(order, 'body_in', outcome.reason, outcome.evidence)
      case 'unknown':
        return this.#loseSight(order, outcome.phase, outcome.reason, outcome.evidence)
    }
  }

  async #reject(order: Order, outcome: Extract<SubmitOutcome, { kind: 'refused' }>): Promise<void> {
    const { code, reason, evidence } = outcome
    if (!this.#isStill(order, 'submitting')) {
      // The venue has shown the order at work before it refused it: what it showed is watched, what it said is told.
      this.#deps.log.warn('submit.contradicted', { order_id: order.id, trace_id: order.traceId, code, reason })
      return
    }
    await this.#record(order, { kind: 'reject', code, reason, channel: 'answer', ...given(evidence) })
  }

  async #loseSight(order: Order, phase: HttpPhase, reason: string, evidence?: Plain): Promise<void> {
    await this.#record(order, { kind: 'lose_sight', phase, reason, ...given(evidence) })
    if (this.#isStill(order, 'unconfirmed')) this.#deps.onUnconfirmed(this.#current(order))
  }

  /** The transport's own proof that no byte left: the one case in which sending again is as good as sending late. */
  async #afterNotSent(order: Order, { code, reason }: NotSentOutcome): Promise<Order | undefined> {
    if (isForRecovery(code)) return undefined
    if (await this.#endIfCalledOff(order)) return undefined
    const { retry, random, timers, log } = this.#deps
    const delay = OURS.has(code) ? undefined : delayBefore(order.attempt + 1, retry, random.draw('submit.retry'))
    if (delay === undefined) return this.#fail(order, code, reason)
    log.warn('submit.not_sent', { order_id: order.id, trace_id: order.traceId, reason, retry_in_ms: delay })
    await this.#sleep(delay, timers)
    return this.#markAgain(order)
  }

  #sleep(ms: number, timers: Timers): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = timers.after(ms, 'submit.retry', resolve)
    this.#sleeping.add(resolve)
    return promise.finally(() => {
      timer.cancel()
      this.#sleeping.delete(resolve)
    })
  }

  async #markAgain(order: Order): Promise<Order | undefined> {
    const { lanes, maxQueueAgeMs, gate, isActive } = this.#deps
    if (!isActive() || (await this.#endIfCalledOff(order))) return undefined
    const refusal = gate.refusal(order)
    if (refusal !== undefined && isForRecovery(refusal.code)) return undefined
    if (refusal !== undefined) return this.#fail(order, refusal.code, refusal.message)
    try {
      const waited = await lanes.hold(order.id, 'submit', maxQueueAgeMs)
      return isActive() ? await this.#record(order, this.mark(this.#current(order), waited)) : undefined
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) throw error
      return this.#fail(order, 'rate.queue_age', error.message)
    }
  }

  /** Called off while it was proven unsent: our word alone ends it. */
  async #endIfCalledOff(order: Order): Promise<boolean> {
    const { cancelRequestedAt, cancelReason } = this.#current(order)
    if (cancelRequestedAt === undefined) return false
    const reason = cancelReason ?? 'requested'
    await this.#record(order, { kind: 'cancel_unsent', by: 'surefill', reason, proof: 'not_sent' })
    return true
  }

  async #fail(order: Order, code: string, reason: string): Promise<undefined> {
    await this.#record(order, { kind: 'fail', code, reason, proof: 'not_sent' })
  }

  #current(order: Order): Order {
    return this.#deps.books.current(order)
  }
  #isStill(order: Order, status: OrderStatus): boolean {
    return this.#current(order).status === status
  }

  /** The order after it, once that is durable; `undefined` when the order was past it. */
  async #record(order: Order, command: OrderCommand): Promise<Order | undefined> {
    const recorded = this.#deps.books.apply(order, command, this.#deps.clock.now())
    await recorded?.durable
    return recorded?.order
  }
}

const given = (evidence: Plain | undefined): { readonly evidence?: Plain } =>
  evidence === undefined ? {} : { evidence }
