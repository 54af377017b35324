import { tradesIn } from './meet-market.ts'
import { type AlpacaOrder, isOpen } from './order.ts'
import { meet, routeOrder } from './route-order.ts'
import { millisOf } from './stamps.ts'
import { endOrder } from './trade-order.ts'
import { now, type VenueParts } from './venue-parts.ts'

/**
 * What time does to open orders: queued ones start when the market opens, days end, the market moves. One timer while an
 * order is open, none otherwise.
 */
const EVERY_MS = 250
/** While no open order can trade, only the end of a day and the next opening matter. */
const IDLE_MS = 60_000

export class Pulse {
  readonly #parts: VenueParts
  #timer: { cancel(): void } | undefined

  constructor(parts: VenueParts) {
    this.#parts = parts
  }

  /** Called after every request: an order may have come. */
  start(): void {
    if (this.#timer !== undefined || this.#parts.store.open.length === 0) return
    this.#timer = this.#parts.timers.after(this.#wait(), () => {
      this.#timer = undefined
      this.beat()
      this.start()
    })
  }
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  beat(): void {
    for (const { id } of this.#parts.store.open) this.#visit(now(this.#parts, { id }))
  }

  #wait(): number {
    const { hours, now: at, options, store } = this.#parts
    const phase = hours.phase(at())
    const isQuiet = options.fills === 'manual' || !store.open.some((order) => tradesIn(order, phase))
    if (!isQuiet) return EVERY_MS
    const next = Math.min(hours.nextOpen(at()), ...store.open.map(({ expiresAt }) => millisOf(expiresAt)))
    return Math.max(EVERY_MS, Math.min(IDLE_MS, next - at()))
  }

  #visit(order: AlpacaOrder): void {
    const parts = this.#parts
    if (!isOpen(order)) return
    if (parts.now() >= millisOf(order.expiresAt)) expire(parts, order)
    else if (order.status === 'accepted' && opensFor(parts, order)) routeOrder(parts, order)
    else meet(parts, order)
  }
}

function expire(parts: VenueParts, order: AlpacaOrder): void {
  const isDay = order.timeInForce !== 'gtc'
  endOrder(parts, order, isDay ? parts.switches.day_order_at_close : 'canceled')
}

function opensFor({ hours, now: at, switches }: VenueParts, { asset, extendedHours, replaces }: AlpacaOrder): boolean {
  if (replaces !== undefined) return false
  if (switches.first_status === 'accepted' && asset.assetClass === 'crypto') return true
  const phase = hours.phase(at())
  return phase === 'regular' || (extendedHours && phase !== 'closed')
}
