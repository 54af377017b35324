/**
 * `npm run planted [-- --only PART] [--tests]`: puts one realistic bug at a time into a copy of the source and runs the
 * instrument that is meant for it. Fails on a bug that is not caught, that does not compile, or that is longer than ten
 * lines. With `--tests` the ordinary tests run on each as well, and what each patch says of them must be true.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { TestCopy } from './mutation/test-copy.ts'
import { MOST_LINES, type PlantedBug, readPatch } from './planted/read-patch.ts'

const FOLDER = 'test/planted'
const COMPILE_LIMIT_MS = 120_000
const INSTRUMENT_LIMIT_MS = 600_000
const TESTS_LIMIT_MS = 1_200_000
// The test that every patch fits would notice any of them.
const TESTS = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--exclude=test/repository/planted.test.ts']
const FEWEST = 20
const FEWEST_BEYOND_TESTS = 8

const { values } = parseArgs({ options: { only: { type: 'string' }, tests: { type: 'boolean', default: false } } })
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const bugs = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.patch') && (values.only === undefined || file.includes(values.only)))
  .sort()
  .map((file) => readPatch(`${FOLDER}/${file}`, readFileSync(`${FOLDER}/${file}`, 'utf8')))
const problems: string[] = []
if (values.only === undefined) {
  if (bugs.length < FEWEST) problems.push(`only ${bugs.length} bugs are planted, at least ${FEWEST} are wanted`)
  const beyond = bugs.filter((bug) => bug.survivesTests).length
  if (beyond < FEWEST_BEYOND_TESTS) problems.push(`only ${beyond} bugs survive the tests`)
}
for (const bug of bugs) {
  const started = performance.now()
  const fate = await plant(bug)
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(4)
  console.log(
    `${fate === undefined ? 'caught ' : 'MISSED '} ${bug.name.padEnd(44)} ${bug.instrument.padEnd(12)} ${seconds} s`,
  )
  if (fate !== undefined) problems.push(`${bug.name}: ${fate}`)
}
for (const problem of problems) console.log(problem)
const beyond = bugs.filter((bug) => bug.survivesTests).length
console.log(`${bugs.length} bugs planted, ${beyond} beyond the ordinary tests, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1

/** Why it does not count as caught; `undefined` when it was. */
async function plant(bug: PlantedBug): Promise<string | undefined> {
  if (bug.changedLines > MOST_LINES) return `${bug.changedLines} lines long, at most ${MOST_LINES} are allowed`
  using copy = new TestCopy('.')
  process.once('exit', () => copy[Symbol.dispose]())
  const applied = spawnSync('git', ['apply', '--whitespace=nowarn', resolve(bug.path)], {
    cwd: copy.root,
    encoding: 'utf8',
  })
  if (applied.status !== 0) return `the patch does not fit any more: ${applied.stderr.trim()}`
  const compiled = await copy.run(['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'], COMPILE_LIMIT_MS)
  if (compiled.code !== 0) return `does not compile: ${compiled.output.slice(0, 400)}`
  if (values.tests) {
    const { code } = await copy.run([...TESTS, 'test'], TESTS_LIMIT_MS)
    const survived = code === 0
    if (survived !== bug.survivesTests) return `the ordinary tests ${survived ? 'do not notice' : 'notice'} it`
  }
  const { code, output } = await copy.run(bug.command, INSTRUMENT_LIMIT_MS)
  if (code === 0) return `${bug.command.join(' ')} did not notice it`
  if (code === undefined) return `${bug.command.join(' ')} did not end in time`
  if (!output.includes(bug.expect)) return `failed, but said nothing of ${bug.expect}: ${output.slice(-400)}`
  return undefined
}
