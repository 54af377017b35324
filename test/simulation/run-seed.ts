import { type PlanWishes, planScenario } from './plan-scenario.ts'
import { type Outcome, type RunOptions, runScenario } from './run-scenario.ts'

/** A seed is a history: planned, then played. */
export const runSeed = (wishes: PlanWishes, options?: RunOptions): Promise<Outcome> =>
  runScenario(planScenario(wishes), options)
