import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 20

/** What the condition gives as soon as it gives anything; fails, saying what it waited for, when the time is up. */
export async function until<T>(
  what: string,
  withinMs: number,
  condition: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs
  for (;;) {
    const seen = await condition()
    if (seen !== undefined) return seen
    if (performance.now() >= giveUpAt) throw new Error(`${what}: not within ${withinMs} ms`)
    await pause(LOOK_EVERY_MS)
  }
}
