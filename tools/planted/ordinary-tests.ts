import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { TestCopy } from '../mutation/test-copy.ts'

/**
 * Everything `npm test` runs but its share of the simulation and of the kills: all test files outside `test/simulation`
 * and `test/kill`. The one that wants every patch to fit is left out as well: it would notice any of them.
 */
const LEFT_OUT = ['test/simulation/**', 'test/kill/**', 'test/repository/planted.test.ts']
const REPORT = 'ordinary-tests.json'
const LIMIT_MS = 3_600_000
const AGAIN_LIMIT_MS = 1_800_000

const vitest = (...more: readonly string[]): readonly string[] => [
  ...['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=2', '--reporter=json', `--outputFile=${REPORT}`],
  ...LEFT_OUT.map((files) => `--exclude=${files}`),
  ...more,
]

/** All files in one process is half the work; whoever fails because of the others is tried again without them. */
const SIDE_BY_SIDE = ['--no-isolate']

/**
 * The ordinary test files that notice what was done to the copy: those that fail there twice, the second time without the
 * others beside them, and do not fail in a copy that nothing was done to. Asked of `files` only, or of all of them.
 * `undefined` when they come to no end.
 */
export async function noticedBy(
  broken: TestCopy,
  clean: TestCopy,
  files: readonly string[] = [],
): Promise<readonly string[] | undefined> {
  const failing = await failingIn(broken, [...SIDE_BY_SIDE, ...files], LIMIT_MS)
  if (failing === undefined || failing.length === 0) return failing
  const still = await failingIn(broken, failing, AGAIN_LIMIT_MS)
  if (still === undefined || still.length === 0) return still
  const anyway = await failingIn(clean, still, AGAIN_LIMIT_MS)
  return anyway === undefined ? undefined : still.filter((file) => !anyway.includes(file))
}

interface Report {
  readonly testResults: readonly { readonly name: string; readonly status: string }[]
}

async function failingIn(
  copy: TestCopy,
  asked: readonly string[],
  limitMs: number,
): Promise<readonly string[] | undefined> {
  const { code } = await copy.run(vitest(...asked), limitMs)
  if (code === undefined) return undefined
  const { testResults }: Report = JSON.parse(readFileSync(join(copy.root, REPORT), 'utf8'))
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(copy.root, name))
}
