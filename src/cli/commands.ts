import type { AddCommand } from './cli.ts'
import { addAudit } from './commands/audit.ts'
import { addBench } from './commands/bench.ts'
import { addCancel } from './commands/cancel.ts'
import { addCancelAll } from './commands/cancel-all.ts'
import { addCases } from './commands/cases.ts'
import { addCheck } from './commands/check.ts'
import { addDemo } from './commands/demo.ts'
import { addHalt } from './commands/halt.ts'
import { addOrder } from './commands/order.ts'
import { addOrders } from './commands/orders.ts'
import { addPnl } from './commands/pnl.ts'
import { addPositions } from './commands/positions.ts'
import { addResolve } from './commands/resolve.ts'
import { addResume } from './commands/resume.ts'
import { addSimulate } from './commands/simulate.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addSubmit } from './commands/submit.ts'
import { addSync } from './commands/sync.ts'
import { addTail } from './commands/tail.ts'
import { addWhy } from './commands/why.ts'

/** In the order in which `--help` shows them. */
export const COMMANDS: readonly AddCommand[] = [
  addStart,
  addDemo,
  addCheck,
  addSubmit,
  addOrders,
  addOrder,
  addWhy,
  addCancel,
  addCancelAll,
  addPositions,
  addPnl,
  addSync,
  addCases,
  addResolve,
  addHalt,
  addResume,
  addStatus,
  addTail,
  addAudit,
  addSimulate,
  addBench,
]
