import { installationTagOf } from '../../core/ids.ts'
import type { OrderReport } from '../../core/order-report.ts'
import type { Findings } from '../../core/reconcile.ts'
import type { ForeignOrder } from '../../ports/order-commands.ts'
import type { SettledForeigners } from './settled-foreigners.ts'

/**
 * Orders at the venue that are not ours. Guarantees:
 * - they are shown and never touched;
 * - one with our prefix and another installation's tag closes the exit gate until an operator has settled it: another
 *   daemon may be trading this account.
 */
export interface ForeignDeps {
  readonly settled: SettledForeigners
  readonly onAppeared: (order: ForeignOrder) => void
  readonly onGone: (order: ForeignOrder) => void
  /** Another installation's orders that nobody has settled; none any more when the list is empty. */
  readonly onOtherInstallation: (orders: readonly ForeignOrder[]) => void
}

export class ForeignOrders {
  readonly #deps: ForeignDeps
  #open = new Map<string, ForeignOrder>()
  #unsettled: readonly ForeignOrder[] = []

  constructor(deps: ForeignDeps) {
    this.#deps = deps
  }

  /** Open ones, oldest first. */
  get open(): readonly ForeignOrder[] {
    return [...this.#open.values()]
  }
  get unsettled(): readonly ForeignOrder[] {
    return this.#unsettled
  }

  found({ foreign, otherInstallations }: Pick<Findings, 'foreign' | 'otherInstallations'>): void {
    const { settled, onAppeared, onGone, onOtherInstallation } = this.#deps
    const others = otherInstallations.map(shown)
    const isOpen = ({ status }: ForeignOrder): boolean => OPEN.has(status)
    const now = new Map([...foreign.map(shown), ...others.filter(isOpen)].map((order) => [order.key, order]))
    const before = this.#open
    this.#open = now
    for (const order of now.values()) if (!before.has(order.key) && order.installation === undefined) onAppeared(order)
    for (const order of before.values()) if (!now.has(order.key) && order.installation === undefined) onGone(order)
    const unsettled = others.filter(({ key }) => !settled.has(key))
    const hasChanged = unsettled.length !== this.#unsettled.length
    this.#unsettled = unsettled
    if (hasChanged || unsettled.length > 0) onOtherInstallation(unsettled)
  }

  /** The operator says whose these are: they are shown like any other, and the gate may open. */
  settle(): readonly string[] {
    const keys = this.#unsettled.map(({ key }) => key)
    this.#unsettled = []
    return keys
  }
}

const OPEN: ReadonlySet<string> = new Set(['received', 'working', 'unknown'])

function shown(report: OrderReport): ForeignOrder {
  const { clientOrderId, brokerOrderId, symbol, side, quantity, limitPrice, cumulativeQuantity } = report
  const installation = clientOrderId === undefined ? undefined : installationTagOf(clientOrderId)
  return {
    key: brokerOrderId ?? clientOrderId ?? 'unnamed',
    status: report.status,
    ...(brokerOrderId === undefined ? {} : { brokerOrderId }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(side === undefined ? {} : { side }),
    ...(quantity === undefined ? {} : { quantity: quantity.toString() }),
    ...(cumulativeQuantity === undefined ? {} : { filledQuantity: cumulativeQuantity.toString() }),
    ...(limitPrice === undefined ? {} : { limitPrice: limitPrice.toString() }),
    ...(installation === undefined ? {} : { installation }),
  }
}
