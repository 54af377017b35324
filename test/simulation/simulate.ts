import { parseArgs } from 'node:util'
import { runSeed, type SeedResult } from './run-seed.ts'

const USAGE = 'npm run simulate -- [--seeds 1..20] [--orders 50] [--crashes 2] [--json]'

/** Seeds one after the other; ends with 1 at the first history that breaks a promise. */
async function simulate(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1..20' },
      orders: { type: 'string', default: '50' },
      crashes: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  })
  const [first = Number.NaN, last = first] = values.seeds.split('..').map(Number)
  const orders = Number(values.orders)
  const crashes = Number(values.crashes)
  if (![first, last, orders, crashes].every(Number.isSafeInteger) || last < first || orders < 1 || crashes < 0) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  const startedAt = process.hrtime.bigint()
  let lives = 0
  for (let seed = first; seed <= last; seed += 1) {
    const result = await runSeed({ seed, orders, crashes })
    lives += result.orders
    if (!values.json) process.stdout.write(`${line(result)}\n`)
    if (result.violations.length > 0) {
      process.stderr.write(`${report(result, orders, crashes)}\n`)
      if (values.json) process.stdout.write(`${summary(seed - first + 1, lives, startedAt, result.violations)}\n`)
      return 1
    }
  }
  const told = summary(last - first + 1, lives, startedAt, [])
  process.stdout.write(values.json ? `${told}\n` : `${last - first + 1} seeds, ${lives} orders, no violation\n`)
  return 0
}

const line = ({ seed, hash, orders, byStatus }: SeedResult): string =>
  `seed ${seed}  ${hash.slice(0, 16)}  ${orders} orders  ${Object.entries(byStatus)
    .map(([status, count]) => `${status} ${count}`)
    .join(', ')}`

const report = ({ seed, violations, tail }: SeedResult, orders: number, crashes: number): string =>
  [
    `seed ${seed} breaks a promise:`,
    ...violations.slice(0, 20),
    'the last of the trace:',
    ...tail.slice(-60),
    `again: npm run simulate -- --seeds ${seed}..${seed} --orders ${orders} --crashes ${crashes}`,
  ].join('\n')

function summary(seeds: number, orders: number, startedAt: bigint, violations: readonly string[]): string {
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  return JSON.stringify({
    seeds,
    orders,
    violations: violations.length,
    first_violation: violations[0],
    lives_per_second: Math.round(orders / seconds),
  })
}

process.exitCode = await simulate()
