import type { Evidence, Span, WireRecord } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { key } from './reading.ts'
import { Watch } from './watch.ts'

/** What a venue asked for, and who heard it. */
interface Pause {
  readonly life: number
  readonly at: number
  readonly until: number
}
/** What is written down later than this was written after what was asked. */
const WRITTEN_WITHIN_MS = 1_000

/**
 * A venue that asked to be left alone is left alone. Guarantees:
 * - whoever heard it keeps to it, and so does every life after one that has written something down since;
 * - a life that was there already when another one heard it cannot know of it, nor can one after a disk that took nothing.
 */
export class LeftAloneWhenAsked extends Watch {
  readonly name = 'left alone when asked'
  readonly guards = ['I-42']
  readonly when = 'always'
  readonly #wire = new Cursor()
  readonly #pauses = new Map<string, Pause[]>()

  protected look(evidence: Evidence): void {
    for (const record of this.#wire.fresh(evidence.wire)) {
      const bucket = key(record.account, record.what === 'replace' ? 'submit' : record.what)
      if (record.direction === 'in') this.#heard(bucket, record)
      else this.#left(bucket, record, evidence)
    }
  }

  #heard(bucket: string, { life, at, retryAfterMs }: WireRecord): void {
    if (retryAfterMs === undefined) return
    const lasting = (this.#pauses.get(bucket) ?? []).filter(({ until }) => until > at)
    this.#pauses.set(bucket, [...lasting, { life, at, until: at + retryAfterMs }])
  }

  #left(bucket: string, { account, what, life, at }: WireRecord, evidence: Evidence): void {
    const known = (this.#pauses.get(bucket) ?? []).filter((pause) => this.#isKnownTo(life, pause, evidence))
    if (known.length === 0) return
    this.judged += 1
    const until = Math.max(...known.map((pause) => pause.until))
    if (at < until)
      this.wrong('I-42', `a ${what} left for ${account} ${until - at} ms before the venue wanted to be asked`)
  }

  #isKnownTo(life: number, pause: Pause, { lives = [], storeTrouble = [] }: Evidence): boolean {
    if (life === pause.life) return true
    const others = lives.filter((one) => one.life !== pause.life)
    // What is written once another one has begun may be that one's.
    const until = Math.min(...others.map(({ from }) => from).filter((from) => from > pause.at))
    const since = { from: pause.at, until: pause.at + WRITTEN_WITHIN_MS }
    const last = this.reading.lines.findLast(({ seenAt }) => seenAt <= until)
    const hasWritten = last !== undefined && last.notBefore >= since.until
    const wasAlone = others.every((one) => !overlap(one, since))
    return hasWritten && wasAlone && !storeTrouble.some((span) => overlap(span, since))
  }

  /** An older copy of the disk does not know what was asked since. */
  protected override restored(): void {
    this.#pauses.clear()
  }
}

const overlap = (a: Span, b: Span): boolean =>
  a.from <= (b.until ?? Number.POSITIVE_INFINITY) && b.from <= (a.until ?? Number.POSITIVE_INFINITY)
