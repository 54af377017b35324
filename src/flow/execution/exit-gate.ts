import { assert } from '../../core/assert.ts'
import { sha256 } from '../../core/hash.ts'
import type { OrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { Clock } from '../../ports/clock.ts'
import { type ExitPass, NotSent } from '../../ports/exit-pass.ts'
import type { HaltFile } from '../../ports/halt-file.ts'

/**
 * The one way out. Guarantees:
 * - every order request passes `use` as the last synchronous act before its bytes may leave, and only once;
 * - what leaves is what was approved: the bytes have the hash that stands on disk beside `submitting`;
 * - nothing leaves while the gate is closed, the daemon is halted, the file `HALT` exists, the order is past its expiry
 *   or called off, or the account belongs to a later epoch;
 * - an order that was taken in this run lives no longer for a wall clock that is set back;
 * - after a pause nothing leaves before the store has confirmed that the account is still ours;
 * - cancels pass whenever the account is still ours.
 */
export type GateReason = 'recovering' | 'store' | 'stopping' | 'lease' | 'self_check' | 'foreign_installation'

/** These do not pass by themselves: nobody knows when an order that waits for them could leave. */
export const LASTING_REASONS = ['foreign_installation', 'self_check'] as const satisfies readonly GateReason[]
export type LastingReason = (typeof LASTING_REASONS)[number]

export interface GateDeps {
  readonly clock: Clock
  readonly haltFile: HaltFile
  readonly isHalted: () => boolean
  /** The order as memory has it now. */
  readonly current: (order: Order) => Order
  readonly ownsAccount: () => boolean
  /** Has the store confirmed lately that the account is ours? */
  readonly holdsLease: () => boolean
  /** Told of every pass in the moment it is used. */
  readonly onPassed?: (order: Order, payloadHash: string) => void
}

export class ExitGate {
  readonly #deps: GateDeps
  readonly #closed = new Set<GateReason>()
  /** On the monotonic clock: orders of this run that may still have to leave. */
  readonly #takenAt = new Map<OrderId, number>()
  #passed = 0

  constructor(deps: GateDeps) {
    this.#deps = deps
  }

  close(reason: GateReason): void {
    this.#closed.add(reason)
  }
  open(reason: GateReason): void {
    this.#closed.delete(reason)
  }
  /** Why it will stay shut until somebody has looked. */
  get shutFor(): LastingReason | undefined {
    return LASTING_REASONS.find((reason) => this.#closed.has(reason))
  }
  get closedFor(): readonly GateReason[] {
    return [...this.#closed]
  }
  /** Order requests that were let out; equals the order requests on the wire. */
  get passed(): number {
    return this.#passed
  }

  /** Told of every change of every order. */
  changed(before: Order | undefined, { id, status }: Order): void {
    if (status !== 'created' && status !== 'submitting' && status !== 'unconfirmed') this.#takenAt.delete(id)
    else if (before === undefined) this.#takenAt.set(id, this.#deps.clock.monotonic())
  }

  /** Why an order may not leave at this moment, if so. */
  refusal(order: Order): NotSent | undefined {
    const { haltFile, isHalted, ownsAccount } = this.#deps
    const [reason] = this.#closed
    if (!ownsAccount()) return new NotSent('gate.lease', 'this daemon no longer owns the account')
    if (reason !== undefined) return new NotSent(`gate.${reason}`, `the exit gate is closed: ${reason}`)
    if (isHalted()) return new NotSent('halted', 'trading is halted')
    if (haltFile.exists()) return new NotSent('halted', 'the file HALT exists in the data directory')
    if (this.#isExpired(order)) {
      return new NotSent('signal.expired', 'the signal expired before the order could be sent')
    }
    return undefined
  }

  #isExpired({ id, expiresAt, createdAt }: Order): boolean {
    if (expiresAt === undefined) return false
    const { clock } = this.#deps
    const livedMs = clock.monotonic() - (this.#takenAt.get(id) ?? Number.POSITIVE_INFINITY)
    return clock.now() >= expiresAt || livedMs >= expiresAt - createdAt
  }

  passFor(order: Order): ExitPass {
    assert(order.status === 'submitting' && order.payloadHash !== undefined, 'a pass needs the durable mark')
    let used = false
    return {
      use: (bytes) => {
        assert(!used, 'an exit pass is used once')
        used = true
        const refusal = this.refusal(order)
        if (refusal !== undefined) throw refusal
        // Marked again, the order asks the store again, which is where a new owner would show.
        if (!this.#deps.holdsLease())
          throw new NotSent('lease.stale', 'the store has not confirmed our ownership lately')
        const now = this.#deps.current(order)
        if (now.status !== 'submitting' || now.attempt !== order.attempt) {
          throw new NotSent('gate.overtaken', `the order is ${now.status} meanwhile`)
        }
        if (now.cancelRequestedAt !== undefined) throw new NotSent('cancel.requested', 'the order was called off')
        const hash = sha256(bytes)
        assert(hash === order.payloadHash, 'the bytes that leave are the bytes that were approved')
        this.#passed += 1
        this.#deps.onPassed?.(now, hash)
      },
    }
  }

  cancelPass(): ExitPass {
    return {
      use: () => {
        if (!this.#deps.ownsAccount()) throw new NotSent('gate.lease', 'this daemon no longer owns the account')
      },
    }
  }
}
