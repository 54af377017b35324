/**
 * What comes due, and when. Guarantees: one entry for each key, the newest; one timer for all, none for none; what is due runs
 * in the order of its time, and what it plans anew for the past runs in a later turn.
 */
export interface VenueTimers {
  after(ms: number, run: () => void): { cancel(): void }
}

interface Entry {
  readonly key: string
  readonly at: number
  readonly turn: number
}

export class Agenda {
  readonly #now: () => number
  readonly #timers: VenueTimers
  readonly #run: (key: string) => void
  readonly #entries = new Map<string, Entry>()
  readonly #heap: Entry[] = []
  #turns = 0
  #armed: { readonly at: number; readonly timer: { cancel(): void } } | undefined

  constructor(now: () => number, timers: VenueTimers, run: (key: string) => void) {
    this.#now = now
    this.#timers = timers
    this.#run = run
  }

  set(key: string, at: number): void {
    this.#turns += 1
    const entry = { key, at, turn: this.#turns }
    this.#entries.set(key, entry)
    push(this.#heap, entry)
    this.#arm()
  }
  delete(key: string): void {
    this.#entries.delete(key)
    if (this.#entries.size === 0) this.close()
  }
  close(): void {
    this.#armed?.timer.cancel()
    this.#armed = undefined
    this.#entries.clear()
    this.#heap.length = 0
  }

  #arm(): void {
    const next = this.#next()
    if (next === undefined || (this.#armed !== undefined && this.#armed.at <= next.at)) return
    this.#armed?.timer.cancel()
    const wait = Math.max(0, next.at - this.#now())
    this.#armed = { at: next.at, timer: this.#timers.after(wait, () => this.#fire()) }
  }

  #fire(): void {
    this.#armed = undefined
    const now = this.#now()
    const lastTurn = this.#turns
    try {
      for (let next = this.#next(); next !== undefined && next.at <= now; next = this.#next()) {
        if (next.turn > lastTurn) break
        pop(this.#heap)
        this.#entries.delete(next.key)
        this.#run(next.key)
      }
    } finally {
      this.#arm()
    }
  }

  /** The earliest entry that still stands. */
  #next(): Entry | undefined {
    for (let [top] = this.#heap; top !== undefined; [top] = this.#heap) {
      if (this.#entries.get(top.key) === top) return top
      pop(this.#heap)
    }
    return undefined
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn)

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !isBefore(entry, parent)) break
    heap[at] = parent
    at = above
  }
  heap[at] = entry
}

function pop(heap: Entry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const [a, b] = [heap[left], heap[left + 1]]
    if (a === undefined) break
    const [child, place] = b !== undefined && isBefore(b, a) ? [b, left + 1] : [a, left]
    if (!isBefore(child, last)) break
    heap[at] = child
    at = place
  }
  heap[at] = last
}
