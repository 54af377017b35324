import { isFinal, type Order } from '../../core/order.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { OrderCanceller } from '../execution/cancel-order.ts'
import { orderRef } from '../execution/outgoing-order.ts'
import type { ReportDoor } from './apply-report.ts'

/**
 * An order that took too long: look once more, then call it off, then look again, because it may have been filled in the
 * meantime. Only what the venue says is unfilled ends as a time-out.
 */
export interface TimeOutDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly door: ReportDoor
  readonly canceller: OrderCanceller
  readonly log: Log
}

export async function timeOutOrder(order: Order, deps: TimeOutDeps): Promise<void> {
  const { books, canceller, log } = deps
  log.info('order.timing_out', { order_id: order.id, symbol: order.symbol, status: order.status })
  await lookAgain(order, deps)
  if (isFinal(books.current(order).status)) return
  await canceller.cancel(books.current(order), 'surefill', 'timeout')
  await canceller.pursue(order)
  await lookAgain(order, deps)
}

async function lookAgain(order: Order, { gateway, door, log }: TimeOutDeps): Promise<void> {
  try {
    const answer = await gateway.lookUp(orderRef(order))
    if (answer.kind === 'found') await door.applyTo(order, answer.report).durable
  } catch (error) {
    // The watch goes on, and the time-out comes round again with it.
    log.warn('order.final_look_failed', { order_id: order.id, error })
  }
}
