import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { addTally, emptyTally, type Tally } from './report/tally.ts'
import type { SimulateOptions, Wishes } from './simulate-options.ts'
import type { BrokenSeed, Task, TaskResult } from './simulate-worker.ts'

/**
 * Every seed of a range, over several processes. Guarantees:
 * - what comes out does not depend on how many there are; of several broken seeds the smallest is told;
 * - a seed that is compared has been run twice in one process and once in another, which keeps another zone's time;
 * - what is kept does not grow with the range, but for the broken seeds, of which the first are kept.
 */
export interface RunResult {
  readonly tally: Tally
  /** The smallest first, not all of them where they are many. */
  readonly broken: readonly BrokenSeed[]
  readonly violations: number
  /** Seeds whose trace was the same all three times. */
  readonly compared: number
  /** What all processes together used of the processors: start-up, compiling, checkers and comparisons included. */
  readonly cpuMs: number
}
type Asked = Pick<SimulateOptions, 'first' | 'last' | 'wishes' | 'workers' | 'goesOn'>

const WORKER = fileURLToPath(new URL('./simulate-worker.ts', import.meta.url))
const MOST_PER_TASK = 25
/** A new process costs half a second; each of them takes so many of the seeds that are compared. */
const PER_FRESH_PROCESS = 10
const MOST_BROKEN_KEPT = 1_000
/** Where summer time comes and goes, where it does not, where a quarter of an hour is missing, and where the day is another one. */
const ZONES = ['America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Apia', 'Asia/Seoul', 'Europe/London']

export async function runAll({ first, last, wishes, workers, goesOn }: Asked): Promise<RunResult> {
  const all = new Gathered()
  const perTask = Math.max(1, Math.min(MOST_PER_TASK, Math.ceil((last - first + 1) / workers)))
  let next = first
  const nextTask = (): Task | undefined => {
    if (next > last || (all.isBroken && !goesOn)) return undefined
    const seeds = Array.from({ length: Math.min(perTask, last - next + 1) }, (_, n) => next + n)
    next += seeds.length
    return { seeds, wishes, goesOn }
  }
  await Promise.all(Array.from({ length: workers }, () => work(nextTask, (result) => all.add(result))))
  await compareFreshly(all, { wishes, workers })
  return all.result()
}

/** What has come in so far; only the hashes that are still to be compared, and the broken seeds, are kept one by one. */
class Gathered {
  readonly hashes = new Map<number, string>()
  readonly #tally = emptyTally()
  #broken: BrokenSeed[] = []
  #violations = 0
  #compared = 0
  #cpuMs = 0

  get isBroken(): boolean {
    return this.#violations > 0
  }
  add({ tally, hashes, broken, cpuMs }: TaskResult): void {
    this.#cpuMs += cpuMs
    addTally(this.#tally, tally)
    for (const [seed, hash] of Object.entries(hashes)) this.hashes.set(Number(seed), hash)
    for (const seed of broken) this.#note(seed)
  }
  /** What a seed told in a fresh process; what that counts is not counted twice. */
  compare({ hashes, broken, cpuMs }: TaskResult, zone: string): void {
    this.#cpuMs += cpuMs
    for (const seed of broken) this.#note(seed)
    for (const [seed, hash] of Object.entries(hashes)) {
      if (this.hashes.get(Number(seed)) === hash) this.#compared += 1
      else
        this.#note({ seed: Number(seed), violations: [`I-52: the seed told another history in a process in ${zone}`] })
    }
  }
  result(): RunResult {
    return {
      tally: this.#tally,
      broken: this.#broken,
      violations: this.#violations,
      compared: this.#compared,
      cpuMs: this.#cpuMs,
    }
  }

  #note(seed: BrokenSeed): void {
    this.#violations += seed.violations.length
    this.#broken = [...this.#broken, seed].sort((a, b) => a.seed - b.seed).slice(0, MOST_BROKEN_KEPT)
  }
}

/** One process, as long as there is something to do. */
async function work(next: () => Task | undefined, take: (result: TaskResult) => void): Promise<void> {
  let worker: Worker | undefined
  try {
    for (let task = next(); task !== undefined; task = next()) {
      worker ??= startWorker()
      take(await worker.run(task))
    }
  } finally {
    worker?.stop()
  }
}

/** Those whose two traces in one process were alike, once more in processes that have run nothing else. */
async function compareFreshly(
  all: Gathered,
  { wishes, workers }: { readonly wishes: Wishes; readonly workers: number },
) {
  const seeds = [...all.hashes.keys()].sort((a, b) => a - b)
  let next = 0
  const compare = async (): Promise<void> => {
    while (next * PER_FRESH_PROCESS < seeds.length) {
      const zone = ZONES[next % ZONES.length] ?? 'UTC'
      const some = seeds.slice(next * PER_FRESH_PROCESS, (next + 1) * PER_FRESH_PROCESS)
      next += 1
      const worker = startWorker(zone)
      const result = await worker.run({ seeds: some, wishes, goesOn: true, isOnce: true }).finally(() => worker.stop())
      all.compare(result, zone)
    }
  }
  await Promise.all(Array.from({ length: workers }, compare))
}

interface Worker {
  run(task: Task): Promise<TaskResult>
  stop(): void
}
function startWorker(zone?: string): Worker {
  const child = fork(WORKER, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(zone === undefined ? {} : { env: { ...process.env, TZ: zone } }),
  })
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        const gone = (code: number | null): void =>
          reject(new Error(`a worker ended with ${code} at seeds ${task.seeds.join(' ')}`))
        child.once('exit', gone)
        child.once('message', (result) => {
          child.off('exit', gone)
          resolve(result as TaskResult)
        })
        child.send(task)
      }),
    stop: () => {
      if (child.connected) child.disconnect()
    },
  }
}
