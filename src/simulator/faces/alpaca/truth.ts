/** What really happened, for those who judge a client: nothing a client is told goes through here unrecorded. */
export type TruthKind =
  | 'request'
  | 'answer'
  | 'order'
  | 'execution'
  | 'bust'
  | 'frame'
  | 'connection'
  | 'misbehaviour'
  | 'by_hand'
export interface TruthEntry {
  readonly seq: number
  /** On the venue's clock, in milliseconds since the epoch. */
  readonly at: number
  readonly kind: TruthKind
  readonly [more: string]: unknown
}

const MOST_ENTRIES = 200_000

export class Truth {
  readonly #now: () => number
  #entries: TruthEntry[] = []
  #seq = 0

  constructor(now: () => number) {
    this.#now = now
  }

  note(kind: TruthKind, more: Readonly<Record<string, unknown>>): number {
    this.#seq += 1
    this.#entries.push({ ...more, seq: this.#seq, at: this.#now(), kind })
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift()
    return this.#seq
  }
  since(seq = 0): readonly TruthEntry[] {
    return this.#entries.filter((entry) => entry.seq > seq)
  }
  get last(): number {
    return this.#seq
  }
}
