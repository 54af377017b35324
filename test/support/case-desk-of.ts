import { CaseDesk } from '../../src/flow/cases/case-desk.ts'
import type { AccountBench } from './account-bench.ts'

/** Where operators decide, over the parts of a bench; what reconciliation would do is written into its findings. */
export const caseDeskOf = (bench: AccountBench): CaseDesk =>
  new CaseDesk({
    account: 'paper',
    files: bench.files,
    books: bench.books,
    gateway: bench.gateway,
    settled: bench.settled,
    apply: (order, report) => bench.door.applyTo(order, report).durable,
    callOff: (order) => bench.canceller.askOnce(order),
    reappeared: bench.reappeared,
    syncs: {
      acceptVenue: async (symbol) => void bench.findings.push(`accept ${symbol}`),
      keepOurs: async (symbol) => void bench.findings.push(`keep ${symbol}`),
      settleOtherInstallations: async () => void bench.findings.push('settle'),
      hasForeign: () => false,
      isQuarantined: () => true,
      hasOtherInstallation: true,
    },
    clock: bench.time,
    log: bench.log,
  })
