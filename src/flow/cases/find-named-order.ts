import type { BrokerOrderId } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { OrderReport } from '../../core/order-report.ts'
import { misfitOf } from '../../core/order-terms.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { AccountBooks } from '../books/account-books.ts'
import { orderRef } from '../execution/outgoing-order.ts'

export type NamedOrder =
  | { readonly kind: 'fits'; readonly report: OrderReport }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

/** The order at the venue that an operator says is ours: it has to be there, to be nobody else's, and to say what ours says. */
export async function findNamedOrder(
  order: Order,
  named: BrokerOrderId,
  { gateway, books, since }: { readonly gateway: BrokerGateway; readonly books: AccountBooks; readonly since: number },
): Promise<NamedOrder> {
  const owner = books.pending.byBrokerOrderId(named) ?? [...books.known()].find((one) => hasBeen(one, named))
  if (owner !== undefined && owner.id !== order.id)
    return refused('case.order_claimed', `${named} is the order ${owner.id}`)
  const report = await read(order, named, gateway, since)
  if (report === undefined) return refused('case.order_absent', `the venue shows no order ${named}`)
  const theirs = report.clientOrderId
  if (theirs !== undefined && !order.brokerOrders.some(({ clientOrderId }) => clientOrderId === theirs))
    return refused('case.order_misfit', `${named} bears the name ${theirs}, which is not this order's`)
  const misfit = misfitOf(order, report)
  return misfit === undefined
    ? { kind: 'fits', report }
    : refused('case.order_misfit', `${named} is another: ${misfit}`)
}

const hasBeen = ({ brokerOrders }: Order, id: BrokerOrderId): boolean =>
  brokerOrders.some(({ brokerOrderId }) => brokerOrderId === id)

/** By itself where the venue can be asked so, and in its lists. */
async function read(order: Order, named: BrokerOrderId, gateway: BrokerGateway, since: number) {
  const answer = await gateway.lookUp({ ...orderRef(order), brokerOrderId: named })
  if (answer.kind === 'found' && answer.report.brokerOrderId === named) return answer.report
  const [open, recent] = await Promise.all([gateway.openOrders(), gateway.recentOrders(since)])
  return [...recent, ...open].find(({ brokerOrderId }) => brokerOrderId === named)
}

const refused = (code: string, message: string): NamedOrder => ({ kind: 'refused', code, message })
