import type { Clock, Timer, Timers } from '../../../src/ports/clock.ts'
import type { Random } from '../../../src/ports/random.ts'
import type { Trace } from './trace.ts'

const letOthersIn = setImmediate
/** A simulated hour passes without the event loop: now and then whoever runs us may speak. */
const STEPS_IN_ONE_TURN = 1_000

interface Due {
  readonly at: number
  /** Equal times are ordered by chance, so that nothing can come to rely on the order in which timers were set. */
  readonly tie: number
  readonly label: string
  readonly run: () => void
  cancelled: boolean
}

/** One clock and one heap of things to come. Time stands still while anything runs. */
export class VirtualTime implements Clock, Timers {
  readonly #start: number
  readonly #random: Random
  readonly #trace: Trace
  readonly #heap: Due[] = []
  #elapsed = 0
  #jump = 0
  /** Told of each thing before it happens. */
  onStep: (label: string) => void = () => undefined

  constructor(start: number, random: Random, trace: Trace) {
    this.#start = start
    this.#random = random
    this.#trace = trace
  }

  now(): number {
    return Math.floor(this.#start + this.#elapsed + this.#jump)
  }
  /** The time of everybody else, who has not had his clock set. */
  trueNow(): number {
    return Math.floor(this.#start + this.#elapsed)
  }
  /** How far the wall clock is off. */
  get skew(): number {
    return this.#jump
  }
  monotonic(): number {
    return this.#elapsed
  }
  /** The wall clock is set; timers do not notice. */
  jumpWallClock(ms: number): void {
    this.#jump += ms
    this.#trace.add('clock', `jump ${ms}`)
  }

  after(ms: number, label: string, run: () => void): Timer {
    const due: Due = {
      at: this.#elapsed + Math.max(0, ms),
      tie: this.#random.draw('world.tie'),
      label,
      run,
      cancelled: false,
    }
    if (this.#trace.count()) this.#trace.add('timer', `${label} ${due.at}`)
    push(this.#heap, due)
    return {
      cancel: () => {
        due.cancelled = true
      },
    }
  }

  /** Runs what is due, one thing at a time, until `isDone`, or nothing is left, or the time is up. */
  async run({
    untilMs,
    isDone = () => false,
  }: {
    readonly untilMs: number
    readonly isDone?: () => boolean
  }): Promise<'done' | 'idle' | 'time_up'> {
    await turn()
    for (let steps = 1; ; steps += 1) {
      if (isDone()) return 'done'
      const next = pop(this.#heap)
      if (next === undefined) return 'idle'
      if (next.cancelled) continue
      if (next.at > untilMs) {
        push(this.#heap, next)
        this.#elapsed = Math.max(this.#elapsed, untilMs)
        return 'time_up'
      }
      this.#elapsed = next.at
      this.#trace.add('fires', next.label)
      this.onStep(next.label)
      next.run()
      await (steps % STEPS_IN_ONE_TURN === 0 ? turn() : quiet())
    }
  }
}

/**
 * Everything that follows from an event without the passing of time has happened: a tick comes after the last promise.
 * A library may have asked for a tick itself; then what it set in motion comes before the second one.
 */
const quiet = (): Promise<void> => new Promise((resolve) => process.nextTick(() => process.nextTick(resolve)))
const turn = (): Promise<void> => new Promise((resolve) => letOthersIn(() => resolve()))

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie)

function push(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (above === undefined || !isBefore(due, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = due
}

function pop(heap: Due[]): Due | undefined {
  const [top] = heap
  const last = heap.pop()
  if (top === undefined || last === undefined || heap.length === 0) return top
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    if (left === undefined) break
    const [child, index] = right !== undefined && isBefore(right, left) ? [right, 2 * at + 2] : [left, 2 * at + 1]
    if (!isBefore(child, last)) break
    heap[at] = child
    at = index
  }
  heap[at] = last
  return top
}
