/**
 * `npm run mutate:money [PART OF A FILE NAME …]`: breaks the money rules one small change at a time and runs the tests
 * on each. Fails on a change that no test notices, unless the reviewed list says why it changes nothing; fails on an
 * entry of that list that fits no change any more, and when fewer than forty changes were tried.
 */
import { existsSync, readFileSync } from 'node:fs'
import { type Mutant, makeMutants } from './mutation/make-mutants.ts'
import { relatedTests } from './mutation/related-tests.ts'
import { TestCopy } from './mutation/test-copy.ts'
import { readTree } from './tidy/read-tree.ts'

const MONEY_RULES = [
  'money',
  'order-type-selection',
  'limit-price-calculator',
  'tick-table',
  'sizing',
  'slippage',
  'position',
  'risk-rules',
  'worst-case',
  'fill-verification',
  'partial-fill-policy',
  'order',
  'decide',
  'evolve',
  'events-from-report',
].map((name) => `src/core/${name}.ts`)
const FEWEST = 40
const AT_ONCE = 2

interface Equivalent {
  readonly file: string
  readonly before: string
  readonly after: string
  readonly why: string
}
type Fate = 'killed' | 'survived' | 'equivalent'

const wanted = process.argv.slice(2)
const equivalents: Equivalent[] = JSON.parse(readFileSync('tools/mutate-money.equivalent.json', 'utf8'))
const tree = readTree('.')
const files = MONEY_RULES.filter((file) => existsSync(file))
const chosen = wanted.length === 0 ? files : files.filter((file) => wanted.some((part) => file.includes(part)))
const mutants = chosen.flatMap((file) => makeMutants(file, readFileSync(file, 'utf8')))

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const fates = await tryAll(mutants)
if (fates !== undefined) report(fates)
else process.exitCode = 1

async function tryAll(all: readonly Mutant[]): Promise<Map<Mutant, Fate> | undefined> {
  using stack = new DisposableStack()
  const copies = Array.from({ length: AT_ONCE }, () => stack.use(new TestCopy('.')))
  // Also when we are stopped half-way: nothing of ours may go on running.
  process.once('exit', () => stack.dispose())
  const [first] = copies
  for (const file of chosen) {
    const tests = relatedTests(file, tree).all
    if (tests.length > 0 && (await first?.passes(tests))) continue
    console.log(tests.length === 0 ? `${file}: no test reaches it` : `${file}: its tests fail without any change`)
    return undefined
  }
  const found = new Map<Mutant, Fate>()
  const waiting = [...all]
  const work = async (copy: TestCopy): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const fate = await tryOne(copy, mutant)
      found.set(mutant, fate)
      if (fate === 'survived') console.log(`survived ${describe(mutant)}`)
    }
  }
  await Promise.all(copies.map(work))
  return found
}

async function tryOne(copy: TestCopy, mutant: Mutant): Promise<Fate> {
  if (equivalents.some((one) => isSame(one, mutant))) return 'equivalent'
  const { near, all } = relatedTests(mutant.file, tree)
  if (near.length > 0 && !(await copy.passesWith(mutant.file, mutant.text, near))) return 'killed'
  const far = all.filter((test) => !near.includes(test))
  if (far.length > 0 && !(await copy.passesWith(mutant.file, mutant.text, far))) return 'killed'
  return 'survived'
}

function report(found: ReadonlyMap<Mutant, Fate>): void {
  const count = (fate: Fate, file?: string): number =>
    [...found].filter(([mutant, its]) => its === fate && (file === undefined || mutant.file === file)).length
  console.log(`${'file'.padEnd(38)} killed survived equivalent`)
  for (const file of chosen) {
    const cells = [`${count('killed', file)}`.padStart(6), `${count('survived', file)}`.padStart(8)]
    console.log(`${file.padEnd(38)} ${cells.join(' ')} ${`${count('equivalent', file)}`.padStart(10)}`)
  }
  const stale = equivalents.filter((one) => chosen.includes(one.file) && !mutants.some((mutant) => isSame(one, mutant)))
  for (const one of stale) console.log(`no such change any more: ${one.file} ${one.before}`)
  const tried = count('killed') + count('survived')
  const tooFew = wanted.length === 0 && tried < FEWEST
  if (tooFew) console.log(`only ${tried} changes were tried, at least ${FEWEST} are needed`)
  console.log(`${count('killed')} killed, ${count('survived')} survived, ${count('equivalent')} equivalent`)
  process.exitCode = count('survived') > 0 || stale.length > 0 || tooFew ? 1 : 0
}

function describe({ file, line, before, after }: Mutant): string {
  return `${file}:${line}\n  - ${before}\n  + ${after}`
}

function isSame(one: Equivalent, mutant: Mutant): boolean {
  return one.file === mutant.file && one.before === mutant.before && one.after === mutant.after
}
