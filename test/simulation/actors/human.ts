import { SYMBOLS } from '../plan/plan-signals.ts'
import type { Action } from '../scenario.ts'
import type { World } from '../world/world.ts'

/** Somebody at the broker's own site, with the same account: he cancels, changes and places as he likes. */
export function actByHand(world: World, action: Extract<Action, { do: 'human' }>): void {
  const { human, venue } = world.site(action.account).venue
  const open = human.openOrders()
  const id = open[Math.floor(action.draw * open.length)]
  if (action.act === 'place') {
    const symbol = SYMBOLS[Math.floor(action.draw * SYMBOLS.length)] ?? 'AAPL'
    human.place({ symbol, side: action.draw < 0.7 ? 'buy' : 'sell', quantity: '1', limitPrice: '199' })
    world.faults.struck('F-61', [])
    return
  }
  if (id === undefined) return
  const tag = venue.truth.orders.findLast(({ brokerOrderId }) => brokerOrderId === id)?.tag
  const isDone = action.act === 'cancel' ? human.cancel(id) : human.modify(id, { limitPrice: '198.5' })
  if (isDone) world.faults.struck('F-61', tag === undefined ? [] : [tag])
}
