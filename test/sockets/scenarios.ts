import type { Scenario } from './scenario.ts'
import { CANCELS } from './tables/cancels.ts'
import { READS } from './tables/reads.ts'
import { RESTARTS } from './tables/restarts.ts'
import { STREAMS } from './tables/streams.ts'
import { SUBMITS } from './tables/submits.ts'

export const SCENARIOS: readonly Scenario[] = [...SUBMITS, ...CANCELS, ...READS, ...STREAMS, ...RESTARTS]

/** The first of each trouble, and of each operation: so much is played by every run of the tests. */
export const SHARE: readonly Scenario[] = SCENARIOS.filter(
  ({ operation, trouble }, n) =>
    SCENARIOS.findIndex((one) => one.trouble === trouble) === n ||
    SCENARIOS.findIndex((one) => one.operation === operation) === n,
)
