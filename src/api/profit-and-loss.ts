import { commissionIn, type Fill } from '../core/fill.ts'
import { type Amount, price, ZERO } from '../core/money.ts'
import { applyFill, flatPosition, type Position, unrealisedPnl } from '../core/position.ts'
import type { Instant } from '../core/time.ts'

/**
 * Profit and loss out of the executions alone. Guarantees:
 * - the same executions give the same figures, whatever was computed before;
 * - positions are folded from the first execution on, and only what falls into the range is counted;
 * - nothing is summed over currencies; realised is net of commission, as positions keep it, and one that was taken in
 *   another currency stands apart.
 */
export const PNL_GROUPS = ['day', 'symbol', 'strategy', 'account'] as const
export type PnlGroup = (typeof PNL_GROUPS)[number]

export interface PnlItem {
  readonly key: string
  readonly currency: string
  readonly realised: Amount
  /** Of what is open now; absent for days, and where a market price is missing. */
  readonly unrealised?: Amount
  readonly commission: Amount
  /** Taken in other currencies, and so not in `realised`; absent when there was none. */
  readonly otherCommissions?: Readonly<Record<string, Amount>>
  /** Reductions of a position, and how many of them made money. */
  readonly trades: number
  readonly wins: number
}

export interface PnlRules {
  readonly group: PnlGroup
  readonly from: Instant
  readonly to: Instant
  readonly currencyOf: (account: string) => string
  /** Known for every fill when the group is by strategy. */
  readonly strategyOf: (fill: Fill) => string
  readonly dayOf: (account: string, at: Instant) => string
  readonly marketPrice: (account: string, symbol: string) => string | undefined
}

export function profitAndLoss(fills: readonly Fill[], rules: PnlRules): readonly PnlItem[] {
  const positions = new Map<string, { position: Position; group: string }>()
  const items = new Map<string, PnlItem>()
  for (const fill of fills) {
    const { account, symbol, time } = fill
    const currency = rules.currencyOf(account)
    // A strategy's own buys and sells make its own position, beside what others hold of the same symbol.
    const owner = rules.group === 'strategy' ? rules.strategyOf(fill) : ''
    const key = JSON.stringify([account, symbol, owner])
    const before = positions.get(key)?.position ?? flatPosition(account, symbol, currency, time)
    const { position, closed } = applyFill(before, fill)
    const name = groupOf(fill, owner, rules)
    const group = JSON.stringify([name, currency])
    positions.set(key, { position, group })
    if (time < rules.from || time >= rules.to) continue
    const item = items.get(group) ?? emptyItem(name, currency)
    items.set(group, {
      ...item,
      realised: item.realised.plus(position.realisedPnl.minus(before.realisedPnl)),
      commission: item.commission.plus(commissionIn(currency, fill)),
      ...otherCommissions(item, fill),
      trades: item.trades + (closed === undefined ? 0 : 1),
      wins: item.wins + (closed?.realisedPnl.isPositive === true ? 1 : 0),
    })
  }
  const open = rules.group === 'day' ? undefined : unrealisedByGroup([...positions.values()], rules.marketPrice)
  return [...items].map(([group, item]) => withUnrealised(item, open?.get(group))).sort(byKey)
}

function otherCommissions(
  { currency, otherCommissions: paid }: PnlItem,
  { commission, commissionCurrency: other }: Fill,
): Pick<PnlItem, 'otherCommissions'> {
  if (other === currency || commission.isZero) return {}
  return { otherCommissions: { ...paid, [other]: (paid?.[other] ?? NOTHING).plus(commission) } }
}

const NOTHING = ZERO as Amount
const emptyItem = (key: string, currency: string): PnlItem => ({
  key,
  currency,
  realised: NOTHING,
  commission: NOTHING,
  trades: 0,
  wins: 0,
})

function groupOf({ account, symbol, time }: Fill, strategy: string, { group, dayOf }: PnlRules): string {
  if (group === 'day') return dayOf(account, time)
  if (group === 'symbol') return symbol
  return group === 'strategy' ? strategy : account
}

/** A group with one position of unknown price has no figure at all: a part of a sum looks like the sum. */
function unrealisedByGroup(
  held: readonly { readonly position: Position; readonly group: string }[],
  marketPrice: PnlRules['marketPrice'],
): ReadonlyMap<string, Amount | 'unknown'> {
  const sums = new Map<string, Amount | 'unknown'>()
  for (const { position, group } of held) {
    const sum = sums.get(group) ?? NOTHING
    const part = openResult(position, marketPrice(position.account, position.symbol))
    sums.set(group, sum === 'unknown' || part === undefined ? 'unknown' : sum.plus(part))
  }
  return sums
}

function openResult(position: Position, market: string | undefined): Amount | undefined {
  if (position.quantity.isZero) return NOTHING
  return market === undefined ? undefined : unrealisedPnl(position, price(market))
}

const withUnrealised = (item: PnlItem, sum: Amount | 'unknown' | undefined): PnlItem =>
  sum === undefined || sum === 'unknown' ? item : { ...item, unrealised: sum }

const byKey = (a: PnlItem, b: PnlItem): number =>
  a.key === b.key ? compare(a.currency, b.currency) : compare(a.key, b.key)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
