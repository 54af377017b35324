import type { PositionDifference } from '../../core/compare-positions.ts'
import type { ForeignOrder } from '../../ports/order-commands.ts'
import type { FindingCases } from '../desk/finding-cases.ts'
import type { SettledForeigners } from '../recovery/settled-foreigners.ts'
import type { CaseFiles } from './case-files.ts'

/** All orders of other installations are one matter: whose account this is. */
export const OTHER_INSTALLATION = 'account'

/** What reconciliation finds, as cases. */
export function findingCases(files: CaseFiles, settled: Pick<SettledForeigners, 'has'>): FindingCases {
  return {
    mismatch: ({ symbol, ours, theirs }: PositionDifference) =>
      files.found({
        kind: 'mismatch',
        subject: symbol,
        symbol,
        evidence: [
          {
            channel: 'positions',
            summary: `we hold ${ours}, the venue says ${theirs}; no execution explains the difference`,
            raw: { ours: ours.toString(), theirs: theirs.toString(), difference: theirs.minus(ours).toString() },
          },
        ],
      }),
    agreed: (symbol) => files.settled('mismatch', symbol, 'ours and the venue agree'),
    foreignOrder: (order) => {
      if (settled.has(order.key)) return
      const { symbol } = order
      const named = symbol === undefined ? {} : { symbol }
      files.found({ kind: 'foreign_order', subject: order.key, ...named, evidence: [seen(order)] })
    },
    foreignOrderGone: (order) => files.settled('foreign_order', order.key, 'the order is no longer open'),
    otherInstallation: (orders) =>
      files.found({
        kind: 'other_installation',
        subject: OTHER_INSTALLATION,
        evidence: orders.slice(0, MOST_SHOWN).map(seen),
      }),
    otherInstallationSettled: () =>
      files.settled('other_installation', OTHER_INSTALLATION, 'an operator knows whose orders these are'),
  }
}

const MOST_SHOWN = 10

const seen = (order: ForeignOrder) => ({
  channel: 'open_orders',
  summary: `${[order.side, order.quantity, order.symbol].filter(Boolean).join(' ') || 'an order'}, the venue's id ${
    order.brokerOrderId ?? 'unknown'
  }, is not ours`,
  raw: { ...order },
})
