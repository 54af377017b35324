import { z } from 'zod'
import type { AccountSyncFailure, AccountSyncReport, ForeignOrder } from '../../ports/order-commands.ts'
import { decimalText } from './kinds.ts'

const ORDER_IDS = z.array(z.string())
const FOREIGN = z
  .object({
    broker_order_id: z.string().optional(),
    client_order_id: z.string().optional(),
    symbol: z.string().optional(),
    side: z.enum(['buy', 'sell']).optional(),
    quantity: decimalText('Ordered.').optional(),
    filled_quantity: decimalText('Filled so far.').optional(),
    limit_price: decimalText('Its limit.').optional(),
    installation: z
      .string()
      .optional()
      .meta({ description: 'Tag of the Surefill installation that sent it, where it bears our prefix.' }),
  })
  .meta({ id: 'ForeignOrder' })
const DIFFERENCE = z
  .object({
    symbol: z.string(),
    ours: decimalText('What our executions add up to.'),
    theirs: decimalText('What the venue holds.'),
  })
  .meta({ id: 'PositionDifference' })

const ACCOUNT = z
  .object({
    account: z.string(),
    failed: z
      .string()
      .optional()
      .meta({ description: 'Why this account could not be synced; then nothing else is told.' }),
    checked: z.int().optional().meta({ description: 'Orders looked at.' }),
    changed: ORDER_IDS.optional().meta({ description: 'Orders that learned something new.' }),
    adopted: ORDER_IDS.optional().meta({ description: 'Orders of ours that only the venue knew.' }),
    unreadable: ORDER_IDS.optional().meta({ description: 'Orders that could not be read; they are watched on.' }),
    external_executions: z
      .int()
      .optional()
      .meta({ description: "Executions of others' orders, booked into positions." }),
    opened: z.array(z.string()).optional().meta({ description: 'Symbols whose holdings were taken over as opening.' }),
    foreign: z.array(FOREIGN).optional().meta({ description: 'Open orders that are not ours.' }),
    mismatches: z.array(DIFFERENCE).optional().meta({ description: 'Differences that stayed: these are quarantined.' }),
    differences: z
      .array(DIFFERENCE)
      .optional()
      .meta({ description: 'Every difference seen now, those that may still settle included.' }),
    cases_opened: z.int().optional().meta({ description: 'Cases that it opened: what only a human can settle.' }),
    cases_open: z.int().optional().meta({ description: 'Cases of the account that are open now.' }),
    elapsed_ms: z.number().optional(),
  })
  .meta({ id: 'AccountSyncReport' })

export const SYNC_REPORT = z.object({ elapsed_ms: z.number(), accounts: z.array(ACCOUNT) }).meta({ id: 'SyncReport' })

export const SYNC_EXAMPLE = {
  elapsed_ms: 41,
  accounts: [
    {
      account: 'paper',
      checked: 3,
      changed: ['0199f3a0-5b1e-7c44-9d21-7f0a2b3c4d5e'],
      adopted: [],
      unreadable: [],
      external_executions: 1,
      opened: [],
      foreign: [
        { broker_order_id: 'm5k2-o7', client_order_id: 'by-hand-1', symbol: 'MSFT', side: 'buy', quantity: '5' },
      ],
      mismatches: [],
      differences: [],
      cases_opened: 1,
      cases_open: 1,
      elapsed_ms: 38,
    },
  ],
}

export const presentSync = (report: AccountSyncReport | AccountSyncFailure) =>
  'failed' in report
    ? { account: report.account, failed: report.failed }
    : {
        account: report.account,
        checked: report.checked,
        changed: report.changed,
        adopted: report.adopted,
        unreadable: report.unreadable,
        external_executions: report.external,
        opened: report.opened,
        foreign: report.foreign.map(presentForeign),
        mismatches: report.mismatches,
        differences: report.differences,
        cases_opened: report.cases.opened,
        cases_open: report.cases.open,
        elapsed_ms: report.elapsedMs,
      }

const presentForeign = (order: ForeignOrder) => ({
  broker_order_id: order.brokerOrderId,
  client_order_id: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  quantity: order.quantity,
  filled_quantity: order.filledQuantity,
  limit_price: order.limitPrice,
  installation: order.installation,
})
