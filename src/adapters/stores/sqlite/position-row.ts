import { amount, quantity } from '../../../core/money.ts'
import type { Position } from '../../../core/position.ts'
import type { SqlValue } from './commit-host.ts'

export const POSITION_COLUMNS = `account, symbol, version, currency, quantity, cost_basis, realised_pnl, commission,
  opened_at, updated_at`

/** In the order of both statements, which end in the key. */
export const positionParams = (position: Position): readonly SqlValue[] => [
  position.version,
  position.currency,
  position.quantity.toString(),
  position.costBasis.toString(),
  position.realisedPnl.toString(),
  position.commission.toString(),
  position.openedAt === undefined ? null : Math.trunc(position.openedAt),
  Math.trunc(position.updatedAt),
  position.account,
  position.symbol,
]

export function positionFromRow(row: readonly SqlValue[]): Position {
  const [account, symbol, version, currency, size, cost, realised, commission, opened, updated] = row
  return {
    account: String(account),
    symbol: String(symbol),
    currency: String(currency),
    quantity: quantity(String(size)),
    costBasis: amount(String(cost)),
    realisedPnl: amount(String(realised)),
    commission: amount(String(commission)),
    ...(opened === null ? {} : { openedAt: Number(opened) }),
    updatedAt: Number(updated),
    version: Number(version),
  }
}
