import { mkdirSync, writeFileSync } from 'node:fs'
import type { FaultId } from './faults/fault-plan.ts'
import { type Outcome, runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

/**
 * Makes a history that breaks a promise as short as it can: fewer orders, then fewer faults, then fewer crashes, then
 * everything after the breach cut off. Guarantees: what comes out breaks the same promise; it takes at most so many runs.
 */
export interface Shrunk {
  readonly scenario: Scenario
  readonly violations: readonly string[]
  readonly runs: number
}
const MOST_RUNS = 400

/** What a history comes to. */
export type Verdict = (scenario: Scenario) => Promise<Pick<Outcome, 'violations'>>
const played: Verdict = (scenario) => runScenario(scenario, { isHashed: false })

export async function shrink(from: Scenario, promise: string, verdict: Verdict = played): Promise<Shrunk> {
  const search = new Search(promise, verdict)
  let scenario = from
  for (let before = ''; before !== JSON.stringify(scenario) && search.mayRun; ) {
    before = JSON.stringify(scenario)
    scenario = await search.fewer(scenario, scenario.actions, (actions) => ({ ...scenario, actions }))
    const rates = Object.entries(scenario.rates) as [FaultId, number][]
    scenario = await search.fewer(scenario, rates, (some) => ({ ...scenario, rates: Object.fromEntries(some) }))
    scenario = await search.fewer(scenario, scenario.crashes, (crashes) => ({ ...scenario, crashes }))
    const knobs = Object.entries(scenario.config)
    scenario = await search.fewer(scenario, knobs, (some) => ({ ...scenario, config: Object.fromEntries(some) }))
    scenario = await search.sooner(scenario)
  }
  const { violations } = await verdict(scenario)
  return { scenario, violations, runs: search.runs }
}

class Search {
  readonly #promise: string
  readonly #verdict: Verdict
  runs = 0

  constructor(promise: string, verdict: Verdict) {
    this.#promise = promise
    this.#verdict = verdict
  }

  get mayRun(): boolean {
    return this.runs < MOST_RUNS
  }

  /** Leaves out halves, then quarters, down to single ones, as long as it still breaks. */
  async fewer<T>(known: Scenario, all: readonly T[], with_: (some: readonly T[]) => Scenario): Promise<Scenario> {
    let best = known
    let kept = all
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < kept.length; ) {
        const some = [...kept.slice(0, at), ...kept.slice(at + size)]
        const candidate = with_(some)
        if (await this.#breaks(candidate)) {
          best = candidate
          kept = some
        } else at += size
      }
    }
    return best
  }

  /** The faults end as soon as nothing more is planned. */
  async sooner(scenario: Scenario): Promise<Scenario> {
    const lastAt = scenario.actions.at(-1)?.at ?? 0
    for (const spare of [500, 5_000]) {
      const candidate = { ...scenario, safetyMs: lastAt + spare }
      if (candidate.safetyMs < scenario.safetyMs && (await this.#breaks(candidate))) return candidate
    }
    return scenario
  }

  async #breaks(scenario: Scenario): Promise<boolean> {
    if (!this.mayRun) return false
    this.runs += 1
    try {
      const { violations } = await this.#verdict(scenario)
      return violations.some((violation) => promiseOf(violation) === this.#promise)
    } catch {
      // A history that cannot be played is no shorter form of one that can.
      return false
    }
  }
}

export const promiseOf = (violation: string): string => violation.split(':', 1)[0] ?? violation

const FOLDER = new URL('./scenarios/', import.meta.url)
/** Becomes a test by being there. */
export function saveScenario(scenario: Scenario, promise: string): string {
  mkdirSync(FOLDER, { recursive: true })
  const [account] = scenario.accounts
  const name = `${promise.toLowerCase()}-${account?.profile}-${scenario.seed}.json`
  writeFileSync(new URL(name, FOLDER), `${JSON.stringify(scenario, null, 2)}\n`)
  return `test/simulation/scenarios/${name}`
}
