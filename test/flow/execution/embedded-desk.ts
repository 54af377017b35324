import type { OrderId } from '../../../src/core/ids.ts'
import { OrderManager, type OrderRequest } from '../../../src/flow/execution/order-manager.ts'
import { HandTime, KeptLog } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'
import { StandInDesk } from '../../support/stand-in-desk.ts'

/** An order manager over the stand-in for the desk: what becomes of an order is said by the test. */
export class EmbeddedDesk {
  readonly synced: string[] = []
  syncFails: Error | undefined
  onSync: (() => void) | undefined
  readonly stand = Object.assign(new StandInDesk(T0), { sync: () => this.#sync() })
  readonly time = new HandTime(T0)
  readonly log = new KeptLog()
  readonly manager = new OrderManager({ commands: this.stand, clock: this.time, log: this.log, by: 'bot' })

  async #sync(): Promise<readonly []> {
    if (this.syncFails !== undefined) throw this.syncFails
    this.synced.push('sync')
    this.onSync?.()
    return []
  }
  get onlyOrder(): OrderId {
    const [id] = this.stand.orderMap.keys()
    if (id === undefined) throw new Error('no order')
    return id
  }
  told(event: string): unknown {
    return this.log.lines.find((line) => line.event === event)?.fields
  }
}

export const BUY: OrderRequest = { signal_id: 's-1', symbol: 'AAPL', side: 'buy', quantity: '10' }
