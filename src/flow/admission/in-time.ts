import type { Timers } from '../../ports/clock.ts'

/** What comes within the time; `undefined` when it does not. It is not called off: whoever else waits for it still gets it. */
export async function inTime<T>(asked: Promise<T>, ms: number, timers: Timers): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = timers.after(ms, 'admission.in_time', () => late.resolve(undefined))
  asked.catch(() => undefined)
  try {
    return await Promise.race([asked, late.promise])
  } finally {
    timer.cancel()
  }
}
