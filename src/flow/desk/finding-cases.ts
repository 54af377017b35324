import type { PositionDifference } from '../../core/compare-positions.ts'
import type { ForeignOrder } from '../../ports/order-commands.ts'

/** What a sync finds that only a human can settle. Each is told as often as it is found; it is one case all the same. */
export interface FindingCases {
  mismatch(difference: PositionDifference): void
  agreed(symbol: string): void
  foreignOrder(order: ForeignOrder): void
  foreignOrderGone(order: ForeignOrder): void
  otherInstallation(orders: readonly ForeignOrder[]): void
  otherInstallationSettled(): void
}
