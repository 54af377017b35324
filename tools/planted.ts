/**
 * `npm run planted [-- --only PART] [--verify-survival [--together]]`: puts one realistic bug at a time into a copy of the
 * source and runs the instrument that is meant for it. Fails on a bug that is not caught within its budget, that does not
 * compile, or that is longer than ten lines, and when too few of them survive the ordinary tests.
 *
 * `--verify-survival` runs the ordinary tests (tools/planted/ordinary-tests.ts) on each bug instead, and writes what came
 * of it above its patch. `--together` puts all that are named by `--only` into one copy, which is cheaper.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { plant } from './planted/plant.ts'
import { readPatch, recordSurvival } from './planted/read-patch.ts'
import { judgeAlone, judgeTogether, type Verdict } from './planted/survival.ts'

const FOLDER = 'test/planted'
const FEWEST = 20
const FEWEST_BEYOND_TESTS = 8

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    'verify-survival': { type: 'boolean', default: false },
    together: { type: 'boolean', default: false },
  },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const startedAt = performance.now()
const secondsSince = (at: number): string => ((performance.now() - at) / 1000).toFixed(0)
const { only } = values
const bugs = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.patch') && (only === undefined || only.some((part) => file.includes(part))))
  .sort()
  .map((file) => readPatch(`${FOLDER}/${file}`, readFileSync(`${FOLDER}/${file}`, 'utf8')))
const problems: string[] = []

if (values['verify-survival']) await verifySurvival()
else await catchEach()

const beyond = bugs.filter(({ survivesTests }) => survivesTests).length
if (only === undefined && bugs.length < FEWEST)
  problems.push(`only ${bugs.length} bugs are planted, at least ${FEWEST} are wanted`)
if (only === undefined && beyond < FEWEST_BEYOND_TESTS) problems.push(`only ${beyond} bugs survive the tests`)
for (const problem of problems) console.log(problem)
console.log(
  `${bugs.length} bugs planted, ${beyond} beyond the ordinary tests, ${problems.length} problems, ${secondsSince(startedAt)} s`,
)
process.exitCode = problems.length === 0 ? 0 : 1

async function catchEach(): Promise<void> {
  for (const bug of bugs) {
    const began = performance.now()
    const { missed, seeds } = await plant(bug)
    const within = seeds === undefined || bug.budget === undefined ? '' : `${seeds} of ${bug.budget} seeds`
    console.log(
      `${missed === undefined ? 'caught ' : 'MISSED '} ${bug.name.padEnd(48)} ${bug.instrument.padEnd(11)} ${bug.expect.padEnd(5)} ${within.padStart(16)} ${secondsSince(began).padStart(4)} s`,
    )
    if (missed !== undefined) problems.push(`${bug.name}: ${missed}`)
  }
}

async function verifySurvival(): Promise<void> {
  if (values.together) for (const verdict of await judgeTogether(bugs)) note(verdict)
  else for (const bug of bugs) note(await judgeAlone(bug))
}

function note({ bug, noticedBy }: Verdict): void {
  recordSurvival(bug, noticedBy)
  const survives = noticedBy.length === 0
  console.log(`${survives ? 'survives' : 'noticed '} ${bug.name.padEnd(48)} ${noticedBy.join(' ')}`)
  if (bug.survivesTests && !survives)
    problems.push(`${bug.name} is said to survive, and is noticed by ${noticedBy.join(', ')}`)
}
