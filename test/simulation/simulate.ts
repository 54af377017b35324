import { availableParallelism } from 'node:os'
import { planScenario } from './plan-scenario.ts'
import { failureReport } from './report/failure-report.ts'
import { tallyText } from './report/print-tally.ts'
import { isMet, requirements } from './report/requirements.ts'
import { medianExchanges } from './report/tally.ts'
import { runAll } from './run-all.ts'
import { runSeed } from './run-seed.ts'
import { promiseOf, saveScenario, shrink } from './shrink.ts'
import { commandFor, readOptions, type SimulateOptions, USAGE } from './simulate-options.ts'

const KEPT_LINES = 20_000

/** Histories by the thousand; ends with 1 when one breaks a promise, or when too little happened to believe the silence. */
async function simulate(): Promise<number> {
  const asked = readOptions(process.argv.slice(2), availableParallelism())
  if (asked.kind === 'help') {
    process.stdout.write(`${USAGE}\n`)
    return 0
  }
  if (asked.kind === 'refused') {
    process.stderr.write(`simulate: ${asked.why}; --help tells what there is\n`)
    return 2
  }
  const { options } = asked
  const startedAt = process.hrtime.bigint()
  const { tally, broken, violations: count, compared, cpuMs } = await runAll(options)
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  const perSecond = Math.round(tally.orders / seconds)
  const perCpuSecond = Math.round((tally.orders / cpuMs) * 1_000)
  const owed = requirements(tally, options.isWhole)
  const [first] = broken
  if (first !== undefined) await explain(first.seed, options)
  if (options.goesOn)
    for (const { seed, violations } of broken) process.stderr.write(`seed ${seed}: ${violations[0]}\n`)
  if (!options.json) process.stdout.write(`${tallyText(tally, owed)}\n`)
  const unmet = owed.filter((requirement) => !isMet(requirement))
  process.stdout.write(
    options.json
      ? `${JSON.stringify({
          seeds: tally.seeds,
          orders: tally.orders,
          // One counts when it changed the course of an order that was not final.
          faults: Object.values(tally.faults).reduce((sum, { effective }) => sum + effective, 0),
          faults_drawn: Object.values(tally.faults).reduce((sum, { drawn }) => sum + drawn, 0),
          faults_by_class: tally.faults,
          crashes: tally.crashes,
          sometimes: tally.sometimes,
          compared_seeds: compared,
          contended_orders: tally.contendedOrders,
          median_exchanges: medianExchanges(tally),
          unmet: unmet.map(({ name, seen, owed: due }) => ({ name, seen, owed: due })),
          violations: count,
          broken_seeds: broken.length,
          ...(first === undefined ? {} : { first_violation: `seed ${first.seed}: ${first.violations[0]}` }),
          lives_per_second: perSecond,
          lives_per_cpu_second: perCpuSecond,
          workers: options.workers,
        })}\n`
      : `${tally.seeds} seeds, ${tally.orders} orders, ${perSecond} lives a second by the clock, ${perCpuSecond} a second and core, ${count === 0 ? 'no violation' : `${count} violations`}\n`,
  )
  return count > 0 || unmet.length > 0 ? 1 : 0
}

async function explain(seed: number, { wishes, shrink: isShrunk }: SimulateOptions): Promise<void> {
  const again = await runSeed({ seed, ...wishes }, { keep: KEPT_LINES })
  process.stderr.write(`${failureReport(again, commandFor(seed, wishes))}\n`)
  const [first] = again.violations
  if (!isShrunk || first === undefined) return
  const { scenario, runs, violations } = await shrink(planScenario({ seed, ...wishes }), promiseOf(first))
  const saved = saveScenario(scenario, promiseOf(first))
  process.stderr.write(
    `shrunk in ${runs} runs to ${scenario.actions.length} actions, ${Object.keys(scenario.rates).length} faults and ` +
      `${scenario.crashes.length} crashes: ${saved}\n${violations[0]}\n`,
  )
}

process.exitCode = await simulate()
