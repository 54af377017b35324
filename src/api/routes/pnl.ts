import { z } from 'zod'
import type { Fill } from '../../core/fill.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { PNL_GROUPS, type PnlGroup, type PnlItem, profitAndLoss } from '../profit-and-loss.ts'
import { decimalText, instantInQuery, nameInQuery } from '../views/kinds.ts'

const QUERY = z.strictObject({
  group: z
    .enum(PNL_GROUPS, { error: `one of ${PNL_GROUPS.join(', ')}` })
    .optional()
    .meta({ description: '`day` unless told.' }),
  account: nameInQuery('account').optional(),
  from: instantInQuery.optional().meta({ description: 'Executions at this time or later.' }),
  to: instantInQuery.optional().meta({ description: 'Executions before this time.' }),
})

const ITEM = z
  .object({
    day: z.string().optional().meta({ description: "The venue's trading date." }),
    symbol: z.string().optional(),
    strategy: z.string().optional(),
    account: z.string().optional(),
    currency: z.string(),
    realised: decimalText('Net of commission.'),
    unrealised: decimalText('Of what is open now; absent for days and without a market price.').optional(),
    commission: decimalText('Paid in this currency.'),
    other_commissions: z
      .record(z.string(), decimalText('Paid.'))
      .optional()
      .meta({ description: 'Taken in other currencies, by currency; in no other figure. Absent when there was none.' }),
    trades: z.int().meta({ description: 'Reductions of a position.' }),
    wins: z.int().meta({ description: 'Of these, how many made money.' }),
  })
  .meta({ id: 'PnlItem' })

const EXAMPLE = { day: '2026-03-02', currency: 'USD', realised: '41.5', commission: '0', trades: 3, wins: 2 }

type PnlDeps = Pick<ApiDeps, 'commands' | 'reader' | 'clock' | 'tradingDay'>

export const pnlCalls = (deps: PnlDeps): readonly Call[] => [
  call<z.output<typeof QUERY>>({
    method: 'GET',
    path: '/v1/pnl',
    id: 'getPnl',
    tag: 'Positions',
    summary: 'Profit and loss',
    description: 'Computed from the executions each time it is asked for. Nothing is summed over currencies.',
    access: 'read',
    query: QUERY,
    answers: {
      200: {
        what: 'One item per group and currency.',
        schema: z.object({ items: z.array(ITEM) }),
        example: { items: [EXAMPLE] },
      },
    },
    run: async ({ query: { group = 'day', account, from = 0, to = Number.MAX_SAFE_INTEGER } }) => {
      const { commands, reader, clock, tradingDay } = deps
      const fills = await reader.fillsBetween(account, 0, Math.min(to, clock.now() + FUTURE_MS))
      const currencies = new Map(commands.status().accounts.map(({ name, currency }) => [name, currency]))
      const strategies = group === 'strategy' ? await strategiesOf(deps, fills) : new Map<string, string>()
      const items = profitAndLoss(fills, {
        group,
        from,
        to,
        currencyOf: (name) => currencies.get(name) ?? 'unknown',
        strategyOf: ({ orderId }) => strategies.get(orderId) ?? 'unknown',
        dayOf: tradingDay,
        marketPrice: (name, symbol) => commands.marketPrice(name, symbol),
      })
      return { status: 200, json: { items: items.map((item) => presentItem(group, item)) } }
    },
  }),
]

/** A venue's clock may be ahead of ours. */
const FUTURE_MS = 86_400_000

const presentItem = (group: PnlGroup, { key, otherCommissions, ...figures }: PnlItem) => ({
  [group]: key,
  ...figures,
  ...(otherCommissions === undefined ? {} : { other_commissions: otherCommissions }),
})

/** One after the other, so that a long history never floods the store. */
async function strategiesOf({ reader }: PnlDeps, fills: readonly Fill[]): Promise<ReadonlyMap<string, string>> {
  const strategies = new Map<string, string>()
  for (const { orderId } of fills) {
    if (strategies.has(orderId)) continue
    const order = await reader.order(orderId)
    if (order !== undefined) strategies.set(orderId, order.strategy)
  }
  return strategies
}
