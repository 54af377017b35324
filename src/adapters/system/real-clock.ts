import type { Clock, Timer, Timers } from '../../ports/clock.ts'

const NS_PER_MS = 1e6

export const realClock: Clock = {
  now: () => Date.now(),
  // Counted from the start of the machine and not of this process, so that the next run can go on from it.
  monotonic: () => Number(process.hrtime.bigint()) / NS_PER_MS,
}

/** What a timer argument can hold; a longer wait is taken in steps. */
const LONGEST_MS = 2 ** 31 - 1

export const realTimers: Timers = {
  after(ms, label, run) {
    let handle: NodeJS.Timeout
    const timer: Timer = { cancel: () => clearTimeout(handle) }
    const wait = (left: number): void => {
      handle = setTimeout(() => (left > LONGEST_MS ? wait(left - LONGEST_MS) : run()), Math.min(left, LONGEST_MS))
    }
    wait(Math.max(0, ms))
    void label
    return timer
  },
}
