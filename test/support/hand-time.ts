import type { Clock, Timer, Timers } from '../../src/ports/clock.ts'
import type { Log } from '../../src/ports/log.ts'

/** Time that stands still until a test moves it. */
export class HandTime implements Clock, Timers {
  #now: number
  #due: { readonly at: number; readonly run: () => void }[] = []

  constructor(start: number) {
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  monotonic(): number {
    return this.#now
  }
  after(ms: number, _label: string, run: () => void): Timer {
    const timer = { at: this.#now + ms, run }
    this.#due.push(timer)
    return {
      cancel: () => {
        this.#due = this.#due.filter((other) => other !== timer)
      },
    }
  }
  get waiting(): number {
    return this.#due.length
  }
  set(now: number): void {
    this.#now = now
  }
  /** Runs what falls due on the way, and lets everything that follows from it happen. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    await settled()
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#due = this.#due.filter((other) => other !== next)
      this.#now = next.at
      next.run()
      await settled()
    }
    this.#now = until
  }
}

/** Everything that waits for nothing but its turn has had it. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class KeptLog implements Log {
  readonly lines: { readonly level: string; readonly event: string; readonly fields: unknown }[] = []
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#keep('debug', event, fields)
  }
  info(event: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#keep('info', event, fields)
  }
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#keep('warn', event, fields)
  }
  error(event: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#keep('error', event, fields)
  }
  get events(): string[] {
    return this.lines.map(({ event }) => event)
  }
  #keep(level: string, event: string, fields: unknown): void {
    this.lines.push({ level, event, fields })
  }
}
