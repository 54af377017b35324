import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { TestCopy } from '../mutation/test-copy.ts'
import { MOST_LINES, type PlantedBug } from './read-patch.ts'

const COMPILE_LIMIT_MS = 240_000
const INSTRUMENT_LIMIT_MS = 900_000
/** Everything else is copied: there are tests of documents and of the package, which miss what is not there. */
const LEFT_BEHIND = new Set(['.git', 'node_modules', 'coverage', 'data', 'dist', 'logs'])

export interface Fate {
  /** Why it does not count as caught; absent when it was. */
  readonly missed?: string
  /** Histories until it was caught, where the instrument counts them. */
  readonly seeds?: number
}

/** Whoever interrupts it leaves nothing behind. */
const copies = new Set<TestCopy>()
process.once('exit', () => {
  for (const copy of copies) copy[Symbol.dispose]()
})

/** A copy of the source with these bugs in it. Throws when a patch does not fit. */
export function copyWith(bugs: readonly PlantedBug[], source = '.'): TestCopy {
  const parts = readdirSync(source).filter((name) => !LEFT_BEHIND.has(name))
  const copy = new TestCopy(source, parts)
  copies.add(copy)
  for (const { path } of bugs) {
    const applied = spawnSync('git', ['apply', '--whitespace=nowarn', resolve(path)], {
      cwd: copy.root,
      encoding: 'utf8',
    })
    if (applied.status !== 0) throw new Error(`${path} does not fit any more: ${applied.stderr.trim()}`)
  }
  return copy
}

export async function mustCompile(copy: TestCopy): Promise<void> {
  const { code, output } = await copy.run(['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'], COMPILE_LIMIT_MS)
  if (code !== 0) throw new Error(`does not compile: ${output.slice(0, 400)}`)
}

/** Does the instrument that is meant for it notice it, and say so? */
export async function plant(bug: PlantedBug): Promise<Fate> {
  if (bug.changedLines > MOST_LINES)
    return { missed: `${bug.changedLines} lines long, at most ${MOST_LINES} are allowed` }
  try {
    using copy = copyWith([bug])
    await mustCompile(copy)
    const { code, output } = await copy.run(bug.command, INSTRUMENT_LIMIT_MS)
    const command = bug.command.join(' ')
    if (code === 0) return { missed: `${command} did not notice it` }
    if (code === undefined) return { missed: `${command} did not end in time` }
    if (!output.includes(bug.expect)) return { missed: `said nothing of ${bug.expect}: ${output.slice(-400)}` }
    const seeds = /"seeds":(\d+)/.exec(output)?.[1]
    return seeds === undefined ? {} : { seeds: Number(seeds) }
  } catch (error) {
    return { missed: error instanceof Error ? error.message : String(error) }
  }
}
