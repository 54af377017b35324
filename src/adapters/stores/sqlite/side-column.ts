import type { Side } from '../../../core/order.ts'
import type { SqlValue } from './commit-host.ts'

/** What is neither was not written by us: the row is damaged, and no guess may be made of a side. */
export function sideOf(value: SqlValue | undefined): Side {
  if (value === 'buy' || value === 'sell') return value
  throw new Error(`a stored side is buy or sell, not ${value}`)
}
