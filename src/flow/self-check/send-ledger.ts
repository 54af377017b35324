import type { OrderId } from '../../core/ids.ts'
import { isFinal, type Order } from '../../core/order.ts'
import type { Violation } from './violation.ts'

interface Mark {
  readonly attempt: number
  readonly payloadHash: string | undefined
  isUsed: boolean
}
/** One order request in the moment it left. */
export interface Departure {
  readonly order: Order
  readonly payloadHash: string
  readonly epoch: number
}

/**
 * Holds every request that leaves against what the store had taken before: its mark (I-03), once each (I-05), by the owner
 * of the account (I-36), for no order that has ended or whose other generation may live (I-41), never while trading is
 * halted (I-44). Two counts, kept apart and compared at every pass, show what any of these might miss.
 */
export class SendLedger {
  readonly #marks = new Map<OrderId, Mark>()
  #epoch: number
  #marked = 0
  #left = 0

  constructor(epoch: number) {
    this.#epoch = epoch
  }

  /** Order requests that have left since this owner began. */
  get leftSoFar(): number {
    return this.#left
  }

  /** Somebody newer owns the account. */
  ownedFrom(epoch: number): void {
    this.#epoch = Math.max(this.#epoch, epoch)
  }

  committed({ id, status, attempt, payloadHash }: Order): void {
    if (status === 'submitting') {
      if (this.#marks.get(id)?.attempt === attempt) return
      this.#marks.set(id, { attempt, payloadHash, isUsed: false })
      this.#marked += 1
    } else if (isFinal(status)) this.#marks.delete(id)
  }

  left(departure: Departure, isHalted: boolean): readonly Violation[] {
    const { order, payloadHash, epoch } = departure
    const mark = this.#marks.get(order.id)
    this.#left += 1
    const found: Violation[] = []
    const add = (invariant: Violation['invariant'], message: string): void => {
      found.push({ invariant, message, evidence: this.#evidence(departure, mark) })
    }
    if (mark === undefined || mark.attempt !== order.attempt || mark.payloadHash !== payloadHash)
      add('I-03', 'an order request left without its durable mark')
    else if (mark.isUsed) add('I-05', 'an order request left twice on one mark')
    if (mark !== undefined) mark.isUsed = true
    if (this.#left > this.#marked) add('I-05', `${this.#left} order requests left on ${this.#marked} marks`)
    if (epoch !== this.#epoch)
      add('I-36', `an order request left in epoch ${epoch} of an account in epoch ${this.#epoch}`)
    if (livesElsewhere(order)) add('I-41', 'an order request left while another generation of the order may live')
    if (isHalted) add('I-44', 'an order request left while trading was halted')
    return found
  }

  #evidence({ order, payloadHash, epoch }: Departure, mark: Mark | undefined): Violation['evidence'] {
    return {
      order_id: order.id,
      client_order_id: order.clientOrderId,
      attempt: order.attempt,
      generation: order.generation,
      payload_hash: payloadHash,
      epoch,
      account_epoch: this.#epoch,
      mark: mark === undefined ? 'none' : { attempt: mark.attempt, payload_hash: mark.payloadHash, used: mark.isUsed },
    }
  }
}

const livesElsewhere = ({ brokerOrders, generation }: Order): boolean =>
  brokerOrders.some((sent) => sent.generation !== generation && !isFinal(sent.status))
