import process from 'node:process'
import { parseArgs } from 'node:util'
import { haltUnderFire } from './halts.ts'
import { inLanes } from './lanes.ts'
import { type KilledLife, killAtRandom } from './random-kills.ts'
import { overlap } from './twins.ts'

const USAGE = 'npm run kill -- [--n 100 | --twins 20 | --halts 200] [--seed S] [--lanes 3] [--json]'
const PER_LIFE = 25
const LONGEST_PAUSE_MS = 5_000
const QUEUED = 2_000
/** No order byte later than this after the answer. */
const LATEST_MS = 100

/** Ends with 1 when anything was lost, doubled or told differently by two memories. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      n: { type: 'string', default: '100' },
      twins: { type: 'string' },
      halts: { type: 'string' },
      seed: { type: 'string', default: String(Date.now()) },
      lanes: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const tell = (text: string): void => void (values.json || process.stdout.write(`${text}\n`))
  if (values.twins !== undefined) return twins(Number(values.twins), values.seed)
  if (values.halts !== undefined) return halts(Number(values.halts), tell)
  const [kills, lanes] = [Number(values.n), Number(values.lanes)]
  if (![kills, lanes].every((count) => Number.isSafeInteger(count) && count > 0)) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  return randomKills(kills, values.seed, lanes, tell)
}

async function randomKills(kills: number, seed: string, lanes: number, tell: (text: string) => void): Promise<number> {
  const startedAt = performance.now()
  const shares = Array.from({ length: Math.ceil(kills / PER_LIFE) }, (_, n) => Math.min(PER_LIFE, kills - n * PER_LIFE))
  const results = await inLanes(lanes, shares, async (share, n) => {
    try {
      const life = await killAtRandom(`${seed}/${n}`, share)
      tell(lineOf(`${seed}/${n}`, life))
      return life
    } catch (error) {
      tell(`${seed}/${n}  not brought to rest: ${error instanceof Error ? error.message : error}`)
      return undefined
    }
  })
  return conclude(seed, kills, results, startedAt)
}

function conclude(
  seed: string,
  kills: number,
  results: readonly (KilledLife | undefined)[],
  startedAt: number,
): number {
  const lives = results.filter((one) => one !== undefined)
  const minutes = (performance.now() - startedAt) / 60_000
  const wrong = (name: 'lost' | 'doubled' | 'violations'): number =>
    lives.reduce((sum, { verdict }) => sum + verdict[name].length, 0)
  // An installation that could not be brought to rest is a promise broken too.
  const unfinished = results.length - lives.length
  const [lost, doubled, violations] = [wrong('lost'), wrong('doubled'), wrong('violations') + unfinished]
  const summary = {
    seed,
    kills: lives.reduce((sum, life) => sum + life.kills, 0),
    unfinished,
    during_start: lives.reduce((sum, life) => sum + life.duringStart, 0),
    orders: lives.reduce((sum, { verdict }) => sum + verdict.orders, 0),
    lost,
    doubled,
    violations,
    kills_per_minute: Math.round(kills / minutes),
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return lost + doubled + violations === 0 ? 0 : 1
}

async function twins(count: number, seed: string): Promise<number> {
  const { ends, lines, verdict } = await overlap(seed, count, LONGEST_PAUSE_MS)
  const { lost, doubled, violations } = verdict
  const refused = ends.filter((end) => end === 3).length
  for (const text of [...lost, ...doubled, ...violations]) process.stderr.write(`${text}\n`)
  const wrong = { lost: lost.length, doubled: doubled.length, violations: violations.length }
  const summary = { seed, overlaps: count, refused, said: [...new Set(lines)], orders: verdict.orders, ...wrong }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return refused === count && lost.length + doubled.length + violations.length === 0 ? 0 : 1
}

async function halts(trials: number, tell: (text: string) => void): Promise<number> {
  const startedAt = performance.now()
  const halts = await haltUnderFire(trials, QUEUED, ({ latestMs, queued, perSecond }) => {
    const left = `${Math.round(perSecond)} orders left in a second`
    tell(`${left}, ${queued} were denied, the last order came ${latestMs.toFixed(1)} ms after the answer`)
  })
  const latest = halts.map(({ latestMs }) => latestMs)
  const least = Math.min(...halts.map(({ queued }) => queued))
  const violations = latest.filter((ms) => ms > LATEST_MS).length
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  const summary = { trials, latest_ms: Math.max(...latest), least_queued: least, violations, seconds }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  // A halt of an empty queue would show nothing.
  return violations === 0 && least >= QUEUED ? 0 : 1
}

const lineOf = (seed: string, { kills, duringStart, verdict }: KilledLife): string =>
  [
    `${seed}  ${kills} kills, ${duringStart} of them during start  ${verdict.orders} orders  ${JSON.stringify(verdict.statuses)}`,
    ...verdict.lost.map((text) => `  lost: ${text}`),
    ...verdict.doubled.map((text) => `  doubled: ${text}`),
    ...verdict.violations.map((text) => `  wrong: ${text}`),
  ].join('\n')

process.exitCode = await main()
