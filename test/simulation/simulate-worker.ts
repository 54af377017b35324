import { addTally, emptyTally, type Tally, tallyOf } from './report/tally.ts'
import { runSeed } from './run-seed.ts'
import type { Wishes } from './simulate-options.ts'

/** One process of many: takes a few seeds at a time, answers with the sums and the first seed that broke a promise. */
export interface Task {
  /** After a broken seed too. */
  readonly goesOn: boolean
  readonly seeds: readonly number[]
  readonly wishes: Wishes
  /** Another process has run them twice. */
  readonly isOnce?: boolean
}
export interface TaskResult {
  readonly tally: Tally
  readonly hashes: Readonly<Record<string, string>>
  readonly broken: readonly BrokenSeed[]
  /** What this process has used of the processors since it told last, or since it was started. */
  readonly cpuMs: number
}
export interface BrokenSeed {
  readonly seed: number
  readonly violations: readonly string[]
}

/** One seed in so many is run again, here and in a fresh process. */
export const COMPARED_EVERY = 50

export async function runTask({ seeds, wishes, goesOn, isOnce = false }: Task): Promise<TaskResult> {
  const tally = emptyTally()
  const hashes: Record<string, string> = {}
  const broken: BrokenSeed[] = []
  for (const seed of seeds) {
    const isCompared = seed % COMPARED_EVERY === 0
    const outcome = await runSeed({ seed, ...wishes }, { isHashed: isCompared }).catch((error: unknown) => {
      throw new Error(`seed ${seed} could not be played`, { cause: error })
    })
    addTally(tally, tallyOf(outcome))
    const { hash, violations } = outcome
    if (violations.length > 0) broken.push({ seed, violations })
    else if (isCompared && hash !== undefined) {
      hashes[seed] = hash
      const again = isOnce ? hash : (await runSeed({ seed, ...wishes })).hash
      if (again !== hash) broken.push({ seed, violations: ['I-52: the seed told another history the second time'] })
    }
    if (broken.length > 0 && !goesOn) break
  }
  return { tally, hashes, broken, cpuMs: usedSinceTold() }
}

let told = 0
function usedSinceTold(): number {
  const { user, system } = process.cpuUsage()
  const used = (user + system) / 1_000
  const since = used - told
  told = used
  return since
}

process.on('message', (task: Task) => {
  runTask(task).then((result) => process.send?.(result))
})
