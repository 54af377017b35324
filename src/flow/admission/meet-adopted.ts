import { clientOrderIdFor, type SendIdentity } from '../../core/ids.ts'
import type { Order } from '../../core/order.ts'
import type { Signal } from '../../core/signal.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { Journal } from '../books/journal.ts'
import type { DeskSettings } from '../desk/desk-settings.ts'
import type { TakeContext, TakenSignal } from './admit-signal.ts'
import { storedSignal } from './stored-signal.ts'

export interface MeetingDeps {
  readonly settings: Pick<DeskSettings, 'account' | 'installation'>
  readonly books: Pick<AccountBooks, 'find'>
  readonly journal: Pick<Journal, 'commit' | 'entry'>
  readonly gateway: Pick<BrokerGateway, 'capabilities'>
  readonly clock: Clock
  readonly hasAdopted: () => boolean
}

/** Of an adopted order nobody knows which generation it was: so many names of a signal are tried. */
const GENERATIONS_LOOKED_FOR = 10

/**
 * A signal whose order has been at the venue already, and was taken in from there because the store that had taken the
 * signal is gone. It makes no second order: it is taken, and its order is the one there is.
 */
export async function meetAdopted(
  signal: Signal,
  context: TakeContext,
  deps: MeetingDeps,
): Promise<TakenSignal | undefined> {
  if (!deps.hasAdopted()) return undefined
  const order = await adoptedOrder(signal, deps)
  if (order === undefined) return undefined
  if (order.symbol !== signal.symbol || order.side !== signal.side) return { order, met: 'conflict' }
  const { journal, clock, settings } = deps
  const { signalId, strategy, symbol } = signal
  const fields = { order_id: order.id, signal_id: signalId, strategy, symbol, reason: 'adopted' }
  const events = [journal.entry('signal.duplicate', clock.now(), fields)]
  await journal.commit({ events, signal: storedSignal(signal, context, order, { status: 202 }, settings.account) }, [])
  return { order, met: 'adopted' }
}

async function adoptedOrder(signal: Signal, { settings, books, gateway }: MeetingDeps): Promise<Order | undefined> {
  for (let generation = 1; generation <= GENERATIONS_LOOKED_FOR; generation += 1) {
    const id = clientOrderIdFor(sendIdentity(signal, settings, generation), gateway.capabilities.clientOrderId)
    const order = await books.find(id)
    if (order !== undefined) return order
  }
  return undefined
}

export const sendIdentity = (
  { signalId }: Signal,
  { installation, account }: Pick<DeskSettings, 'account' | 'installation'>,
  generation: number,
): SendIdentity => ({ installation, account, signalId, leg: 1, generation })
