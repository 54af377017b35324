import type { Timers } from '../../ports/clock.ts'

/** Settles when the time is up or the work is to stop, whichever is first. */
export function pause(ms: number, label: string, timers: Timers, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) {
      resolve()
      return
    }
    const done = (): void => {
      timer.cancel()
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = timers.after(ms, label, done)
    stop.addEventListener('abort', done)
  })
}
