import { z } from 'zod'
import { type Price, price } from '../../core/money.ts'
import { averagePrice, type Position, unrealisedPnl } from '../../core/position.ts'
import { formatTime } from '../../core/time.ts'
import { decimalText, timeText } from './kinds.ts'

export const POSITION = z
  .object({
    account: z.string(),
    venue: z.string(),
    symbol: z.string(),
    quantity: decimalText('Above zero is long, below zero is short.'),
    average_price: decimalText('What one unit cost; absent when flat.').optional(),
    market_price: decimalText('Seen last; absent when nothing was seen.').optional(),
    realised_pnl: decimalText('Net of every commission paid in its currency.'),
    unrealised_pnl: decimalText('At the market price; absent without one.').optional(),
    commission: decimalText('Paid so far, in its currency.'),
    currency: z.string(),
    opened_at: timeText('When it was opened.').optional(),
    updated_at: timeText('Last change.'),
    quarantined: z.boolean().meta({ description: "Ours and the venue's differ, and nobody has settled it yet." }),
  })
  .meta({ id: 'Position' })

export const POSITION_EXAMPLE = {
  account: 'paper',
  venue: 'paper',
  symbol: 'AAPL',
  quantity: '10',
  average_price: '230.04',
  market_price: '230.5',
  realised_pnl: '0',
  unrealised_pnl: '4.6',
  commission: '0',
  currency: 'USD',
  opened_at: '2026-03-02T14:30:00.214Z',
  updated_at: '2026-03-02T14:30:00.214Z',
  quarantined: false,
}

export interface AroundPosition {
  readonly venue: string
  readonly marketPrice: string | undefined
  readonly quarantined: boolean
}

export function presentPosition(position: Position, { venue, marketPrice, quarantined }: AroundPosition) {
  const average = averagePrice(position)
  const market: Price | undefined = marketPrice === undefined ? undefined : price(marketPrice)
  return {
    account: position.account,
    venue,
    symbol: position.symbol,
    quantity: position.quantity,
    ...(average === undefined ? {} : { average_price: average }),
    ...(market === undefined ? {} : { market_price: market, unrealised_pnl: unrealisedPnl(position, market) }),
    realised_pnl: position.realisedPnl,
    commission: position.commission,
    currency: position.currency,
    ...(position.openedAt === undefined || position.quantity.isZero
      ? {}
      : { opened_at: formatTime(position.openedAt) }),
    updated_at: formatTime(position.updatedAt),
    quarantined,
  }
}
