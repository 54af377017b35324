import type { Evidence } from '../evidence.ts'
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

/** A stream that delivers nothing it should is given up for another one. */

export class SilentStreamsAreReplaced extends Watch {
  readonly name = 'silent streams are replaced'
  readonly guards = ['I-50']
  readonly when = 'always'
  readonly #told = new Set<number>()

  protected look({ now, streams, limits, lives }: Evidence): void {
    if (streams === undefined) return void this.lacks('streams')
    if (limits === undefined) return void this.lacks('limits')
    streams.forEach(({ deafFrom, until, account, life }, n) => {
      const patience = limits.get(account)?.streamStaleMs
      if (deafFrom === undefined || patience === undefined || this.#told.has(n)) return
      this.judged += 1
      const ended = lives?.find((one) => one.life === life)?.until
      const lasted = (until ?? ended ?? now) - deafFrom
      if (lasted <= patience) return
      this.#told.add(n)
      this.wrong('I-50', `a stream of ${account} was silent for ${lasted} ms and was not replaced`)
    })
  }
}
