import type { VenueTimers } from '../agenda.ts'

interface Due {
  readonly at: number
  readonly run: () => void
  timer: NodeJS.Timeout | undefined
}
/** Timers of the machine take no longer waits. */
const LONGEST_WAIT_MS = 2 ** 30

/** The venue's clock: it starts at any time, runs at any speed, is set forward by hand, and takes its timers along. */
export class SimClock {
  readonly timers: VenueTimers = { after: (ms, run) => this.#after(ms, run) }
  readonly #due = new Set<Due>()
  #start: number
  #since = performance.now()
  #speed: number

  constructor({
    at = Date.now(),
    speed = 1,
  }: { readonly at?: number | undefined; readonly speed?: number | undefined } = {}) {
    this.#start = at
    this.#speed = speed
  }

  readonly now = (): number => Math.floor(this.#start + (performance.now() - this.#since) * this.#speed)

  get speed(): number {
    return this.#speed
  }
  set speed(speed: number) {
    this.#begin(this.now())
    this.#speed = speed
    this.#armAll()
  }
  set(at: number): void {
    this.#begin(Math.max(at, this.now()))
    this.#armAll()
  }
  stop(): void {
    for (const due of this.#due) clearTimeout(due.timer)
    this.#due.clear()
  }

  #begin(at: number): void {
    this.#start = at
    this.#since = performance.now()
  }
  #after(ms: number, run: () => void): { cancel(): void } {
    const due: Due = { at: this.now() + ms, run, timer: undefined }
    this.#due.add(due)
    this.#arm(due)
    return { cancel: () => this.#drop(due) }
  }
  #armAll(): void {
    for (const due of [...this.#due].sort((a, b) => a.at - b.at)) this.#arm(due)
  }
  #arm(due: Due): void {
    clearTimeout(due.timer)
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(0, (due.at - this.now()) / this.#speed))
    due.timer = setTimeout(() => this.#fire(due), Math.ceil(wait))
  }
  #fire(due: Due): void {
    if (due.at > this.now()) {
      this.#arm(due)
      return
    }
    this.#due.delete(due)
    due.run()
  }
  #drop(due: Due): void {
    clearTimeout(due.timer)
    this.#due.delete(due)
  }
}
