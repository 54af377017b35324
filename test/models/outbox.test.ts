import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Outbox } from '../../src/flow/outbox/drain-outbox.ts'
import type { EventSink } from '../../src/ports/event-sink.ts'
import type { StoredEvent } from '../../src/ports/order-store.ts'
import { EventJournal } from '../support/event-journal.ts'
import { HandTime, KeptLog, settled } from '../support/hand-time.ts'
import { AT, storedEvents } from '../support/stored-events.ts'
import { happening, runs, story } from './model-runs.ts'

const ACCOUNTS = ['paper', 'live', '_'] as const
type Account = (typeof ACCOUNTS)[number]
const SINKS = ['quick', 'ill'] as const
type SinkName = (typeof SINKS)[number]
/** What a sink does with what it is given. */
type Mood = 'takes' | 'refuses' | 'takes and says nothing' | 'hangs'

/** How many events each account has, and what each sink was shown and has confirmed. */
interface Page {
  readonly committed: Record<Account, number>
  readonly shown: Record<SinkName, StoredEvent[]>
  readonly confirmed: Record<SinkName, Record<Account, number>>
}
const emptyPage = (): Page => {
  const none = () => ({ paper: 0, live: 0, _: 0 })
  return { committed: none(), shown: { quick: [], ill: [] }, confirmed: { quick: none(), ill: none() } }
}

/** One life of the daemon after the other, over what the store has and what the sinks were shown. */
class Lives {
  readonly journal = new EventJournal()
  readonly moods: Record<SinkName, Mood> = { quick: 'takes', ill: 'takes' }
  savesFail = false
  time = new HandTime(AT)
  readonly #page: Page
  #outbox: Outbox | undefined
  #life = 0

  constructor(page: Page) {
    this.#page = page
  }
  get outbox(): Outbox {
    if (this.#outbox === undefined) throw new Error('not begun')
    return this.#outbox
  }
  async begin(): Promise<void> {
    this.#life += 1
    this.time = new HandTime(AT)
    const life = this.#life
    const { journal } = this
    const context = {
      store: {
        eventsAfter: (account: string, seq: number, limit: number) => journal.eventsAfter(account, seq, limit),
        sinkPositions: (sink: string) => journal.sinkPositions(sink),
        saveSinkPositions: async (sink: string, positions: ReadonlyMap<string, number>) => {
          if (life !== this.#life) return new Promise<void>(() => undefined)
          if (this.savesFail) throw new Error('the store is not available')
          return journal.saveSinkPositions(sink, positions)
        },
      },
      timers: this.time,
      random: { draw: () => 0.5 },
      log: new KeptLog(),
      limits: { batch: 3, buffer: 5, saveEveryMs: 50, firstBackoffMs: 10, longestBackoffMs: 200, stopWithinMs: 100 },
    }
    this.#outbox = new Outbox(
      SINKS.map((name) => this.#sink(name, life)),
      context,
    )
    await this.#outbox.start(journal.heads)
    await settled()
  }
  #sink(name: SinkName, life: number): EventSink {
    return {
      name,
      deliver: async (events) => {
        const mood = life === this.#life ? this.moods[name] : 'hangs'
        if (mood === 'hangs') return new Promise<void>(() => undefined)
        if (mood === 'refuses') throw new Error('not now')
        this.#page.shown[name].push(...events)
        if (mood === 'takes and says nothing') throw new Error('the line broke')
        for (const { account, accountSeq } of events) this.#page.confirmed[name][account as Account] = accountSeq
      },
    }
  }
}

const numbersOf = (events: readonly StoredEvent[], account: Account): readonly number[] =>
  [...new Set(events.filter((event) => event.account === account).map(({ eventId }) => eventId))].map((eventId) =>
    Number(eventId.slice(eventId.lastIndexOf('-') + 1)),
  )
const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1)

/** Without its repeats, what a sink was shown is the beginning of the account's history; no saved place runs ahead. */
function agree(page: Page, { journal }: Lives): void {
  for (const name of SINKS)
    for (const account of ACCOUNTS) {
      const numbers = numbersOf(page.shown[name], account)
      expect(numbers).toEqual(upTo(numbers.length))
      expect(numbers.length).toBeLessThanOrEqual(page.committed[account])
      expect(journal.saved(name).get(account) ?? 0).toBeLessThanOrEqual(page.confirmed[name][account])
    }
}
const does = (name: string, run: (page: Page, lives: Lives) => Promise<void> | void) =>
  happening<Page, Lives, Promise<void>>(name, async (page, lives) => {
    await run(page, lives)
    await settled()
    agree(page, lives)
  })

const commits = (account: Account, count: number) =>
  does(`${account}: ${count} events`, (page, lives) => {
    const from = page.committed[account] + 1
    page.committed[account] += count
    const events = storedEvents(account, from, page.committed[account])
    lives.journal.commit(account, events)
    lives.outbox.committed(account, events)
  })
const passes = (ms: number) => does(`${ms} ms`, (_page, lives) => lives.time.pass(ms))
const turns = (name: SinkName, mood: Mood) =>
  does(`${name} ${mood}`, (_page, lives) => {
    lives.moods[name] = mood
  })
const savingFails = (fails: boolean) =>
  does(fails ? 'saving fails' : 'saving works', (_page, lives) => {
    lives.savesFail = fails
  })
const crashes = () => does('crash', (_page, lives) => lives.begin())
const restarts = () =>
  does('restart', async (_page, lives) => {
    const stopped = lives.outbox.stop()
    await lives.time.pass(1_000)
    await stopped
    await lives.begin()
  })

it('each sink sees each event at least once, in order, without a gap, whoever fails and restarts (I-31, I-32)', async () => {
  const account = fc.constantFrom(...ACCOUNTS)
  const sink = fc.constantFrom(...SINKS)
  const mood = fc.constantFrom<Mood>('takes', 'refuses', 'takes and says nothing', 'hangs')
  const commands = [
    fc.tuple(account, fc.integer({ min: 1, max: 8 })).map((parts) => commits(...parts)),
    fc.tuple(account, fc.constant(1)).map((parts) => commits(...parts)),
    fc.nat({ max: 120 }).map(passes),
    fc.tuple(sink, mood).map((parts) => turns(...parts)),
    sink.map((name) => turns(name, 'takes')),
    fc.boolean().map(savingFails),
    fc.constantFrom(crashes, restarts).map((end) => end()),
  ]
  await fc.assert(
    fc.asyncProperty(story<Page, Lives>(commands), async (happenings) => {
      const page = emptyPage()
      const lives = new Lives(page)
      await lives.begin()
      await fc.asyncModelRun(() => ({ model: page, real: lives }), happenings)
      // Everything is well again, and whoever hung has been started anew.
      lives.savesFail = false
      for (const name of SINKS) lives.moods[name] = 'takes'
      await lives.begin()
      for (let second = 0; second < 5; second += 1) await lives.time.pass(1_000)
      for (const name of SINKS)
        for (const one of ACCOUNTS) expect(numbersOf(page.shown[name], one)).toEqual(upTo(page.committed[one]))
    }),
    runs(100),
  )
})
