import type { Evidence, StreamSpan } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { isOver, key, statusOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** When nothing goes wrong any more, everything comes to rest. */
const RESTING = new Set(['submitted', 'accepted', 'partially_filled', 'pending_execution', 'retry_pending'])

export class EveryOrderComesToRest extends Watch {
  readonly name = 'every order comes to rest'
  readonly guards = ['I-48']
  readonly when = 'quiet'

  protected look(): void {
    const escalated = this.#escalated()
    for (const order of this.reading.orders.values()) {
      this.judged += 1
      const status = statusOf(order)
      if (isOver(status) || RESTING.has(status) || escalated.has(order.id)) continue
      this.wrong('I-48', `order ${order.id} is still ${status}, and nobody was asked about it`)
    }
  }

  /** Orders that a human has been asked about, and has not decided. */
  #escalated(): ReadonlySet<string> {
    const open = new Set<string>()
    for (const { event, fields } of this.reading.lines) {
      const id = text(fields.order_id)
      if (id === undefined) continue
      if (event === 'case.opened') open.add(id)
      if (event === 'case.closed') open.delete(id)
    }
    return open
  }
}

const FIRST_BEHIND = 'SELECT seq FROM events WHERE account = ? AND account_seq = ?'
const HEADS = 'SELECT account, account_seq FROM leases'
const POSITIONS = 'SELECT sink, account, account_seq FROM sink_positions'

export class TheOutboxIsEmpty extends Watch {
  readonly name = 'the outbox is empty'
  readonly guards = ['I-48']
  readonly when = 'quiet'

  #quiets = 0

  protected look({ now }: Evidence): void {
    this.#quiets += 1
    // A place that could not be written in bad times is written with the next delivery, or after the next start.
    if (this.#quiets === 1) return
    const heads = new Map(
      this.reading
        .sql(HEADS)
        .all()
        .map((row) => [String(row.account), Number(row.account_seq)]),
    )
    const at = new Map<string, number>()
    const sinks = new Set<string>()
    for (const { sink, account, account_seq } of this.reading.sql(POSITIONS).all()) {
      sinks.add(String(sink))
      at.set(key(String(sink), String(account)), Number(account_seq))
    }
    for (const sink of sinks)
      for (const [account, head] of heads) {
        this.judged += 1
        const position = at.get(key(sink, account)) ?? 0
        if (position > head || (position < head && this.#isOld(account, position + 1, now)))
          this.wrong('I-48', `${sink} has ${position} of ${head} events of ${account}`)
      }
  }

  #isOld(account: string, accountSeq: number, now: number): boolean {
    const seq = this.reading.sql(FIRST_BEHIND).get(account, accountSeq)?.seq
    const line = this.reading.lines.findLast((one) => one.seq === seq)
    return line === undefined || now - line.seenAt > SAVED_WITHIN_MS
  }
}
/** A sink's place is written down now and then, not with every event. */
const SAVED_WITHIN_MS = 10_000

const AT_THE_VENUE = new Set(['submitted', 'accepted', 'partially_filled'])
const WORD = new Set(['order.accepted', 'order.partially_filled', 'order.filled'])
/** What was on its way when the stream fell silent still comes; and what was heard a moment ago is no silence. */
const STILL_COMING_MS = 6_000

interface Owing {
  readonly since: number
  /** Orders that have been at the venue ever since: while one is, the stream owes word. */
  waiting: readonly string[]
}

/**
 * A stream that delivers nothing it should is given up for another one: counted from when the daemon has learned another
 * way of what the stream should have told, while an order of its own is there to be told of.
 */
export class SilentStreamsAreReplaced extends Watch {
  readonly name = 'silent streams are replaced'
  readonly guards = ['I-50']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #owing = new Map<StreamSpan, Owing>()

  protected look({ now, streams, limits, lives }: Evidence): void {
    const fresh = this.#lines.fresh(this.reading.lines)
    if (streams === undefined) return void this.lacks('streams')
    if (limits === undefined) return void this.lacks('limits')
    if (lives === undefined) return void this.lacks('lives')
    const alive = lives.filter(({ until }) => until === undefined)
    for (const { event, account, detail, notBefore, seenAt } of fresh) {
      // Of two daemons nobody can say here which one has learned it.
      if (!WORD.has(event) || detail.channel === 'stream' || alive.length !== 1) continue
      const deaf = streams.findLast((one) => one.account === account && one.life === alive[0]?.life)
      if (deaf === undefined || !isDeafAt(deaf, notBefore) || this.#owing.has(deaf)) continue
      this.#owing.set(deaf, { since: seenAt, waiting: this.#atVenue(account) })
    }
    for (const [stream, owing] of this.#owing) this.#late(stream, owing, { now, limits, lives })
  }
  protected override restored(): void {
    this.#lines.again()
    this.#owing.clear()
  }

  #late(
    stream: StreamSpan,
    owing: Owing,
    { now, limits, lives }: Required<Pick<Evidence, 'now' | 'limits' | 'lives'>>,
  ) {
    const { account, life, until, deafFrom = 0 } = stream
    const patience = limits.get(account)?.streamStaleMs
    const isAlive = lives.some((one) => one.life === life && one.until === undefined)
    owing.waiting = owing.waiting.filter((id) => {
      const order = this.reading.orders.get(id)
      return order !== undefined && AT_THE_VENUE.has(statusOf(order))
    })
    if (patience === undefined || until !== undefined || !isAlive || owing.waiting.length === 0) {
      this.#owing.delete(stream)
      return
    }
    this.judged += 1
    if (now - owing.since <= patience) return
    this.#owing.delete(stream)
    this.wrong('I-50', `a stream of ${account} has been silent for ${now - deafFrom} ms and was not replaced`)
  }
  #atVenue(account: string): readonly string[] {
    const orders = [...this.reading.orders.values()].filter((one) => one.account === account)
    return orders.filter((one) => AT_THE_VENUE.has(statusOf(one))).map(({ id }) => id)
  }
}

const isDeafAt = ({ deafFrom, openedAt, until }: StreamSpan, at: number): boolean =>
  until === undefined &&
  deafFrom !== undefined &&
  openedAt !== undefined &&
  at > Math.max(deafFrom, openedAt) + STILL_COMING_MS
