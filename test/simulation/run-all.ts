import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { addTally, emptyTally, type Tally } from './report/tally.ts'
import type { SimulateOptions } from './simulate-options.ts'
import { type BrokenSeed, COMPARED_EVERY, type Task, type TaskResult } from './simulate-worker.ts'

/**
 * Every seed of a range, over several processes. Guarantees: what comes out does not depend on how many there are; of
 * several broken seeds the smallest is told; a seed that is compared has been run in a second process as well.
 */
export interface RunResult {
  readonly tally: Tally
  /** The smallest first. */
  readonly broken: readonly BrokenSeed[]
}

const WORKER = fileURLToPath(new URL('./simulate-worker.ts', import.meta.url))
const MOST_PER_TASK = 25

export async function runAll({ first, last, wishes, workers, goesOn }: SimulateOptions): Promise<RunResult> {
  const seeds = Array.from({ length: last - first + 1 }, (_, n) => first + n)
  const perTask = Math.max(1, Math.min(MOST_PER_TASK, Math.ceil(seeds.length / workers)))
  const tasks: Task[] = []
  for (let at = 0; at < seeds.length; at += perTask)
    tasks.push({ seeds: seeds.slice(at, at + perTask), wishes, goesOn })
  const results = await inTurns(tasks, workers, goesOn)
  const again = await freshly(
    seeds.filter((seed) => seed % COMPARED_EVERY === 0).map((seed) => ({ seeds: [seed], wishes, goesOn })),
    results,
  )
  return merged([...results, ...again])
}

/** Tasks are handed out in their order; after the first broken one no new ones. */
async function inTurns(tasks: readonly Task[], workers: number, goesOn: boolean): Promise<readonly TaskResult[]> {
  const results: TaskResult[] = []
  let next = 0
  let isBroken = false
  const work = async (): Promise<void> => {
    const worker = startWorker()
    try {
      while (next < tasks.length && (goesOn || !isBroken)) {
        const at = next
        next += 1
        const result = await worker.run(tasks[at] as Task)
        results[at] = result
        isBroken ||= result.broken.length > 0
      }
    } finally {
      worker.stop()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, work))
  return results.filter((result) => result !== undefined)
}

/** Each in a process that has run nothing else; what it counts is not counted twice. */
async function freshly(tasks: readonly Task[], results: readonly TaskResult[]): Promise<readonly TaskResult[]> {
  const hashes = new Map(results.flatMap(({ hashes: each }) => Object.entries(each)))
  const different: TaskResult[] = []
  for (const task of tasks.slice(0, MOST_FRESH)) {
    const worker = startWorker()
    const { hashes: fresh } = await worker.run(task).finally(() => worker.stop())
    const [seed = 0] = task.seeds
    const [known, now] = [hashes.get(String(seed)), fresh[seed]]
    if (known === undefined || known === now) continue
    const violations = ['I-52: the seed told another history in a fresh process']
    different.push({ tally: emptyTally(), hashes: {}, broken: [{ seed, violations }] })
  }
  return different
}
/** A new process costs most of a second: beyond these the processes that share the work stand in for fresh ones. */
const MOST_FRESH = 20

function merged(results: readonly TaskResult[]): RunResult {
  const tally = emptyTally()
  for (const result of results) addTally(tally, result.tally)
  const broken = results.flatMap((result) => result.broken).sort((a, b) => a.seed - b.seed)
  return { tally, broken }
}

function startWorker(): { run(task: Task): Promise<TaskResult>; stop(): void } {
  const child = fork(WORKER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        child.once('message', (result) => resolve(result as TaskResult))
        child.once('exit', (code) => reject(new Error(`a worker ended with ${code} at seeds ${task.seeds.join(' ')}`)))
        child.send(task)
      }),
    stop: () => {
      child.removeAllListeners('exit')
      if (child.connected) child.disconnect()
    },
  }
}
