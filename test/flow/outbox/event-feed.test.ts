import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventFeed, type FeedItem } from '../../../src/flow/outbox/event-feed.ts'
import { formatFeedPosition, parseFeedPosition } from '../../../src/flow/outbox/feed-position.ts'
import { EventJournal } from '../../support/event-journal.ts'
import { settled } from '../../support/hand-time.ts'
import { storedEvents } from '../../support/stored-events.ts'

class Studio {
  readonly journal = new EventJournal()
  readonly feed: EventFeed
  constructor(before: Readonly<Record<string, number>> = {}, ringSize = 10) {
    for (const [account, count] of Object.entries(before)) this.journal.commit(account, storedEvents(account, 1, count))
    this.feed = new EventFeed({ store: this.journal, heads: this.journal.heads, ringSize, pageSize: 3 })
  }
  async commit(account: string, count: number): Promise<void> {
    const from = (this.journal.heads.get(account) ?? 0) + 1
    const events = storedEvents(account, from, from + count - 1)
    this.journal.commit(account, events)
    await this.feed.deliver(events)
  }
  listen(lastEventId?: string): Listener {
    return new Listener(this.feed, lastEventId)
  }
}

class Listener {
  readonly items: FeedItem[] = []
  readonly #controller = new AbortController()
  readonly done: Promise<void>
  constructor(feed: EventFeed, lastEventId: string | undefined) {
    const after = lastEventId === undefined ? undefined : parseFeedPosition(lastEventId)
    const { signal } = this.#controller
    this.done = this.#collect(feed.read({ signal, ...(after === undefined ? {} : { after }) }))
  }
  async #collect(items: AsyncIterable<FeedItem>): Promise<void> {
    for await (const item of items) this.items.push(item)
  }
  of(account: string): number[] {
    return this.items.flatMap((item) =>
      item.kind === 'event' && item.event.account === account ? [item.event.accountSeq] : [],
    )
  }
  get lastId(): string {
    const last = this.items.at(-1)
    return last?.kind === 'event' ? last.id : ''
  }
  async leave(): Promise<void> {
    this.#controller.abort()
    await this.done
  }
}
const fromTo = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n)

describe('a listener', () => {
  it('without a position hears what comes from now on', async () => {
    const studio = new Studio({ paper: 5 })
    const listener = studio.listen()
    await settled()
    await studio.commit('paper', 2)
    await studio.commit('live', 1)
    await settled()
    expect(listener.items).toMatchObject([{ id: 'paper:6' }, { id: 'paper:7' }, { id: 'live:1,paper:7' }])
    await listener.leave()
    expect(studio.feed.readers).toBe(0)
  })
  it('that was away hears the rest from memory', async () => {
    const studio = new Studio()
    await studio.commit('paper', 4)
    await studio.commit('live', 3)
    const listener = studio.listen('paper:2,live:1')
    await settled()
    expect([listener.of('paper'), listener.of('live')]).toEqual([
      [3, 4],
      [2, 3],
    ])
    expect(studio.journal.reads).toBe(0)
    await listener.leave()
  })
  it('that was away for long hears it from the store first', async () => {
    const studio = new Studio({ paper: 20, idle: 2 })
    await studio.commit('paper', 12)
    const listener = studio.listen('paper:5,idle:1')
    await settled()
    await studio.commit('paper', 1)
    await settled()
    expect([listener.of('paper'), listener.of('idle')]).toEqual([fromTo(6, 33), [2]])
    await listener.leave()
  })
  it('that begins with one account alone hears the others from their beginning', async () => {
    const studio = new Studio({ paper: 3, live: 2 })
    const listener = studio.listen('paper:2')
    await settled()
    expect([listener.of('paper'), listener.of('live')]).toEqual([[3], [1, 2]])
    await listener.leave()
  })
  it('of an account that was opened later hears what it had before from the store', async () => {
    const studio = new Studio()
    studio.journal.commit('late', storedEvents('late', 1, 6))
    await studio.commit('late', 2)
    const listener = studio.listen('late:3')
    await settled()
    expect(listener.of('late')).toEqual([4, 5, 6, 7, 8])
    await listener.leave()
  })
  it('that does not keep up is dropped with a note from where to begin again', async () => {
    const studio = new Studio()
    const reader = studio.feed.read({ signal: new AbortController().signal })
    const first = reader.next()
    await settled()
    await studio.commit('paper', 1)
    expect((await first).value).toMatchObject({ id: 'paper:1' })
    await studio.commit('paper', 20)
    expect((await reader.next()).value).toEqual({ kind: 'dropped', after: 'paper:1' })
    expect((await reader.next()).done).toBe(true)
    const again = studio.listen('paper:1')
    await settled()
    expect(again.of('paper')).toEqual(fromTo(2, 21))
    await again.leave()
  })
  it('of a store put back to an earlier day hears the events that come', async () => {
    const studio = new Studio({ paper: 3 })
    const listener = studio.listen('paper:9')
    await studio.commit('paper', 1)
    await settled()
    expect(listener.of('paper')).toEqual([4])
    await listener.leave()
  })
  it('that leaves and comes back, however often and whenever, misses nothing and hears nothing twice', async () => {
    const step = fc.record({
      account: fc.constantFrom('paper', 'live', '_'),
      count: fc.integer({ min: 1, max: 6 }),
      leaves: fc.boolean(),
      ticks: fc.nat(6),
    })
    const start = fc.dictionary(fc.constantFrom('paper', 'live'), fc.nat(15))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), start, async (steps, before) => {
        const studio = new Studio(before, 8)
        const heard = new Map<string, number[]>()
        let id = 'paper:0'
        let listener = studio.listen(id)
        const leave = async (): Promise<void> => {
          await listener.leave()
          for (const item of listener.items) {
            if (item.kind === 'dropped') id = item.after
            else {
              id = item.id
              heard.set(item.event.account, [...(heard.get(item.event.account) ?? []), item.event.accountSeq])
            }
          }
        }
        for (const { account, count, leaves, ticks } of steps) {
          await studio.commit(account, count)
          for (let left = ticks; left > 0; left -= 1) await Promise.resolve()
          if (!leaves) continue
          await leave()
          listener = studio.listen(id)
        }
        for (let rounds = 0; rounds < 3; rounds += 1) {
          await settled()
          await leave()
          listener = studio.listen(id)
        }
        await listener.leave()
        for (const [account, last] of studio.journal.heads) expect(heard.get(account) ?? []).toEqual(fromTo(1, last))
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})

describe('a position as text', () => {
  it('comes back as it was, whatever the accounts are called', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat()), { minLength: 1, maxLength: 9 }),
        (entries) => {
          const position = new Map(entries)
          const first = entries[0]?.[0] ?? ''
          const text = formatFeedPosition(position, first)
          expect(text).toMatch(/^[!-~]+$/)
          expect(parseFeedPosition(text)).toEqual(position)
          expect(text.startsWith(`${encodeURIComponent(first)}:`)).toBe(true)
        },
      ),
    )
  })
  it.each([
    '',
    'paper',
    'paper:',
    ':1',
    'paper:-1',
    'paper:1.5',
    'paper:01',
    'paper:1,',
    'paper:1,paper:2',
    'p%:1',
    `paper:9${'9'.repeat(15)}`,
    `${'p'.repeat(9_000)}:1`,
  ])('is refused: %s', (text) => {
    expect(parseFeedPosition(text)).toBeUndefined()
  })
})
