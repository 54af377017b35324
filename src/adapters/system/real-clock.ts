import type { Clock, Timer, Timers } from '../../ports/clock.ts'

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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
