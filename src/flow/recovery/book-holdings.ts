import { externalOrigin, takenOverOrigin } from '../../core/fill.ts'
import type { ListedExecution } from '../../core/reconcile.ts'
import { takeOver } from '../../core/take-over.ts'
import type { Instant } from '../../core/time.ts'
import type { VenuePosition } from '../../ports/broker-gateway.ts'
import type { AccountBooks, Holding } from '../books/account-books.ts'

/** Executions of orders that are not ours moved the account's positions all the same. */
export async function bookExternal(
  executions: readonly ListedExecution[],
  books: AccountBooks,
  at: Instant,
): Promise<void> {
  const holdings = executions
    .filter(({ quantity, price }) => quantity.isPositive && price.isPositive)
    .map(
      ({
        symbol,
        side,
        brokerOrderId,
        clientOrderId: _theirs,
        cumulativeQuantity: _upTo,
        takenAt: _then,
        ...fill
      }): Holding => ({
        source: { id: externalOrigin(brokerOrderId), symbol, side, reason: 'external' },
        fill,
      }),
    )
  if (holdings.length > 0) await books.recordHoldings(holdings, at)
}

/** First contact: what the venue holds of symbols we have no record of becomes our opening. Says of which. */
export async function takeOverHoldings(
  theirs: readonly VenuePosition[],
  books: AccountBooks,
  at: Instant,
): Promise<readonly string[]> {
  const unknown = theirs.filter(({ symbol, quantity }) => !quantity.isZero && books.position(symbol) === undefined)
  for (const held of unknown) await acceptHolding(held, books, 'opening', at)
  return unknown.map(({ symbol }) => symbol).toSorted()
}

/** The venue's figure in the place of ours, on an operator's word. */
export async function acceptHolding(
  held: VenuePosition,
  books: AccountBooks,
  reason: 'opening' | 'accepted',
  at: Instant,
): Promise<void> {
  const { symbol } = held
  const before = books.positionOrFlat(symbol, at)
  const holdings = takeOver(before, held, reason, at).map(
    ({ side, fill }): Holding => ({
      source: { id: takenOverOrigin(reason, symbol, before.version), symbol, side, reason },
      fill,
    }),
  )
  if (holdings.length > 0) await books.recordHoldings(holdings, at)
}
