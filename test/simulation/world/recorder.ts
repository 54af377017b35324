import type { LifeSpan, SeenEvent, Span, StreamSpan, TraderAnswer, Try, WireRecord } from '../evidence.ts'

/** A state so rare that a run which never saw it proves nothing, by its number in the programme. */
export type RareState = `S${number}` | `S${number}${'a' | 'b'}`

/** A record whose end is not known yet. */
type Growing<T> = { -readonly [K in keyof T]: T[K] }

/** What is seen of a seed over all its lives; it grows and never forgets. */
export class Recorder {
  readonly wire: WireRecord[] = []
  readonly events: SeenEvent[] = []
  readonly answers = new Map<string, TraderAnswer>()
  readonly tries: Try[] = []
  readonly lives: Growing<LifeSpan>[] = []
  readonly streams: Growing<StreamSpan>[] = []
  readonly storeTrouble: Growing<Span>[] = []
  readonly listenerTrouble: Growing<Span>[] = []
  readonly configVersions: string[] = []
  readonly halts: { readonly at: number; readonly on: boolean }[] = []
  readonly restores: { readonly at: number; readonly copiedAt: number }[] = []
  /** Ids of ours with a request on its way, and the life that waits for the answer. */
  readonly onTheWire = new Map<string, number>()
  /** How many messages between us and the venue have been about an order. */
  readonly exchanges = new Map<string, number>()
  /** When a venue last said that it was too much. */
  turnedAwayAt = Number.NEGATIVE_INFINITY
  /** Events by the thousand have waited for a listener. */
  hasBacklog = false
  readonly rare = new Map<RareState, number>()
  /** Deaths by the place where they happened. */
  readonly crashes = new Map<string, number>()

  saw(state: RareState, times = 1): void {
    if (times > 0) this.rare.set(state, (this.rare.get(state) ?? 0) + times)
  }
  /**
   * The answers of a time that never was are nobody's promise any more: whoever puts an older copy in place of the disk
   * takes back what was acknowledged since, halts included. Signals of then are sent again under their old ids.
   */
  restored(at: number, copiedAt: number): void {
    this.restores.push({ at, copiedAt })
    if (this.halts.at(-1)?.on) this.halts.push({ at, on: false })
    for (const [id, answer] of this.answers) if (answer.at > copiedAt) this.answers.delete(id)
  }
  /** The store failed; it is in doubt until a probe, or the next process, has read it. */
  storeFailed(at: number): void {
    if (this.storeTrouble.at(-1)?.until !== undefined || this.storeTrouble.length === 0)
      this.storeTrouble.push({ from: at })
  }
  storeHealed(at: number): void {
    const last = this.storeTrouble.at(-1)
    if (last !== undefined && last.until === undefined) last.until = at
  }
  crashed(where: string): void {
    this.crashes.set(where, (this.crashes.get(where) ?? 0) + 1)
  }
}
