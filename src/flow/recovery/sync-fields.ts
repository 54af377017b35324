import type { Plain } from '../../core/order-events.ts'
import type { AccountSyncReport } from '../../ports/order-commands.ts'

/** Lists in an event are cut here; the numbers beside them are whole. */
const MOST_NAMED = 50

/** What `sync.completed` tells. */
export const syncFields = (report: AccountSyncReport): Record<string, Plain> => ({
  reason: report.trigger,
  detail: {
    checked: report.checked,
    changed: report.changed.length,
    changed_orders: report.changed.slice(0, MOST_NAMED),
    adopted: report.adopted.length,
    adopted_orders: report.adopted.slice(0, MOST_NAMED),
    unreadable: report.unreadable.length,
    unreadable_orders: report.unreadable.slice(0, MOST_NAMED),
    external_executions: report.external,
    opened: report.opened.slice(0, MOST_NAMED),
    foreign: report.foreign.length,
    mismatches: report.mismatches.slice(0, MOST_NAMED).map((row) => ({ ...row })),
    cases_opened: report.cases.opened,
    cases_open: report.cases.open,
    elapsed_ms: report.elapsedMs,
  },
})
