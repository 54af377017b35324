import process from 'node:process'
import { parseArgs } from 'node:util'
import { type Random, seededRandom } from '../../src/simulator/seeded-random.ts'
import { openImages } from './crash-images.ts'
import { drawPairs, type Pair } from './double-crash.ts'
import { countsOf, pointName, pointsIn } from './kill-points.ts'
import { inLanes } from './lanes.ts'
import { FAULTS, type Fault, tracerProblem } from './tracer.ts'
import { type Tried, traceAll, tryPoint } from './try-point.ts'

type Job = Pick<Pair, 'point'> & Partial<Pick<Pair, 'before'>>
const USAGE =
  'npm run killpoints -- [--fault kill|eio|enospc|delay|all] [--only NAME-BEGINS] [--share 1/10] [--whole] [--minutes M] [--pairs N] [--images N] [--seed S] [--lanes 2] [--json]'

/** Ends with 1 when a point lost, doubled or confused anything. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      fault: { type: 'string', default: 'kill' },
      only: { type: 'string', default: '' },
      share: { type: 'string', default: '1/1' },
      whole: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      pairs: { type: 'string' },
      images: { type: 'string' },
      seed: { type: 'string', default: String(Date.now()) },
      lanes: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  })
  const faults = faultsNamed(values.fault)
  const [part = Number.NaN, parts = Number.NaN] = values.share.split('/').map(Number)
  const lanes = Number(values.lanes)
  if (faults.length === 0 || ![part, parts, lanes].every((n) => Number.isSafeInteger(n) && n > 0)) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  if (values.images !== undefined) return crashImages(Number(values.images), values.seed)
  const problem = tracerProblem()
  if (problem !== undefined) return skipped(problem)
  const startedAt = performance.now()
  const tell = (text: string): void => void (values.json || process.stdout.write(`${text}\n`))
  const random = seededRandom(values.seed)
  const traces = await traceAll(values.pairs === undefined ? ['first', 'second'] : ['first', 'recovery'])
  const counts = countsOf(traces)
  for (const [name, count] of Object.entries(counts)) tell(`${name}: ${count}`)
  const jobs: readonly Job[] =
    values.pairs === undefined
      ? pointsIn(traces, faults, values.whole)
          .filter((point) => pointName(point).startsWith(values.only))
          .filter((_, index) => index % parts === part - 1)
          .map((point) => ({ point }))
      : drawPairs(traces, Number(values.pairs), random)
  tell(`${jobs.length} points to try, seed ${values.seed}`)
  const endsAt = startedAt + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000
  const tried = await inLanes(
    lanes,
    shuffled(jobs, random),
    (job) => tryAndTell(job, tell),
    () => performance.now() > endsAt,
  )
  return conclude(counts, jobs.length, tried, (performance.now() - startedAt) / 1_000)
}

/** So that a run which is out of time has tried a fair sample. */
const shuffled = <T>(jobs: readonly T[], random: Random): readonly T[] =>
  jobs
    .map((job) => ({ job, at: random('point.at') }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ job }) => job)

const IMAGES_PER_SHOT = 50

async function crashImages(count: number, seed: string): Promise<number> {
  const opened = await openImages(seed, count, Math.max(8, Math.ceil(count / IMAGES_PER_SHOT)))
  for (const text of opened.violations.slice(0, 20)) process.stderr.write(`${text}\n`)
  process.stdout.write(`${JSON.stringify({ seed, ...opened, violations: opened.violations.length })}\n`)
  return opened.violations.length === 0 ? 0 : 1
}

const faultsNamed = (text: string): readonly Fault[] =>
  (Object.keys(FAULTS) as Fault[]).filter((fault) => text === 'all' || text === fault)

/** Where it must not go untested unnoticed, it is a failure. */
function skipped(problem: string): number {
  process.stdout.write(`skipped: kill points (${problem})\n`)
  return ['', '0', 'false'].includes(process.env.CI ?? '') ? 0 : 1
}

async function tryAndTell({ point, before }: Job, tell: (text: string) => void): Promise<Tried | undefined> {
  const name = [before, point].flatMap((one) => (one === undefined ? [] : [pointName(one)])).join(' then ')
  try {
    const tried = await tryPoint(point, before)
    const hits = before === undefined ? [tried.hit] : [tried.hitBefore, tried.hit]
    const told = `${name}  ${hits.map((hit) => hit ?? 'not reached').join(' then ')}`
    tell([told, ...wrongIn(tried).map((text) => `  ${text}`)].join('\n'))
    return tried
  } catch (error) {
    tell(`${name}  ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

const wrongIn = ({ verdict: { lost, doubled, violations } }: Tried): readonly string[] => [
  ...lost.map((text) => `lost: ${text}`),
  ...doubled.map((text) => `doubled: ${text}`),
  ...violations.map((text) => `wrong: ${text}`),
]

function conclude(
  counts: Readonly<Record<string, number>>,
  points: number,
  results: readonly (Tried | undefined)[],
  seconds: number,
): number {
  const tried = results.filter((one) => one !== undefined)
  const total = (name: 'lost' | 'doubled' | 'violations'): number =>
    tried.reduce((sum, { verdict }) => sum + verdict[name].length, 0)
  const summary = {
    calls: counts,
    points,
    tried: results.length,
    reached: tried.filter(({ hit }) => hit !== undefined).length,
    ...(tried.some(({ hitBefore }) => hitBefore !== undefined)
      ? { reached_both: tried.filter(hasHitBoth).length }
      : {}),
    hits: hitsOf(tried),
    lost: total('lost'),
    doubled: total('doubled'),
    // A life that could not be brought to rest is a promise broken too.
    violations: total('violations') + results.length - tried.length,
    seconds: Math.round(seconds),
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return summary.lost + summary.doubled + summary.violations === 0 ? 0 : 1
}

const hasHitBoth = ({ hit, hitBefore }: Tried): boolean => hit !== undefined && hitBefore !== undefined

function hitsOf(tried: readonly Tried[]): Readonly<Record<string, number>> {
  const hits: Record<string, number> = {}
  for (const { hit } of tried) if (hit !== undefined) hits[hit] = (hits[hit] ?? 0) + 1
  return hits
}

process.exitCode = await main()
