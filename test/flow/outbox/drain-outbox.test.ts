import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Outbox } from '../../../src/flow/outbox/drain-outbox.ts'
import type { OutboxLimits } from '../../../src/flow/outbox/sink-loop.ts'
import type { EventSink } from '../../../src/ports/event-sink.ts'
import type { StoredEvent } from '../../../src/ports/order-store.ts'
import { Unpublishable } from '../../../src/ports/unpublishable.ts'
import { EventJournal } from '../../support/event-journal.ts'
import { HandTime, KeptLog, settled } from '../../support/hand-time.ts'
import { AT, storedEvents } from '../../support/stored-events.ts'

class Receiver implements EventSink {
  readonly name: string
  readonly seen: StoredEvent[] = []
  readonly batches: number[] = []
  /** Stands before the events are taken; throws to refuse them. */
  before: (events: readonly StoredEvent[]) => Promise<void> | void = () => undefined
  constructor(name = 'receiver') {
    this.name = name
  }
  async deliver(events: readonly StoredEvent[]): Promise<void> {
    await this.before(events)
    this.batches.push(events.length)
    this.seen.push(...events)
  }
  of(account: string): number[] {
    return this.seen.filter((event) => event.account === account).map(({ accountSeq }) => accountSeq)
  }
}

class Bench {
  readonly journal = new EventJournal()
  readonly time = new HandTime(AT)
  readonly log = new KeptLog()
  outbox(sinks: readonly EventSink[], limits: Partial<OutboxLimits> = {}): Outbox {
    const random = { draw: () => 0.5 }
    return new Outbox(sinks, { store: this.journal, timers: this.time, random, log: this.log, limits })
  }
  /** As the flow does it: durable first, then told. */
  commit(outbox: Outbox, account: string, count: number): void {
    const from = (this.journal.heads.get(account) ?? 0) + 1
    const events = storedEvents(account, from, from + count - 1)
    this.journal.commit(account, events)
    outbox.committed(account, events)
  }
}
const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1)

describe('a sink that keeps up', () => {
  it('is fed from memory, in order, and asks the store only where it stands', async () => {
    const bench = new Bench()
    const sink = new Receiver()
    const outbox = bench.outbox([sink])
    bench.journal.commit('paper', [])
    await outbox.start(new Map([['paper', 0]]))
    await outbox.flush()
    const reads = bench.journal.reads
    for (let n = 0; n < 50; n += 1) {
      bench.commit(outbox, 'paper', 3)
      await settled()
    }
    expect(sink.of('paper')).toEqual(upTo(150))
    expect(bench.journal.reads).toBe(reads)
  })
  it('gets what is committed at once in few batches', async () => {
    const bench = new Bench()
    const sink = new Receiver()
    const outbox = bench.outbox([sink])
    await outbox.start(new Map([['paper', 0]]))
    await outbox.flush()
    for (let n = 0; n < 1_000; n += 1) bench.commit(outbox, 'paper', 1)
    await outbox.flush()
    expect(sink.batches).toEqual([512, 488])
    expect(outbox.lag()).toEqual([{ sink: 'receiver', behind: 0, parked: 0, failures: 0 }])
  })
})

describe('a sink that likes company', () => {
  const companionable = () => Object.assign(new Receiver(), { lingerMs: 5 })
  it('gets an event that comes alone at once', async () => {
    const bench = new Bench()
    const sink = companionable()
    const outbox = bench.outbox([sink])
    await outbox.start(new Map([['paper', 0]]))
    for (let n = 1; n <= 3; n += 1) {
      await bench.time.pass(20)
      bench.commit(outbox, 'paper', 1)
      await settled()
      expect(sink.of('paper')).toEqual(upTo(n))
    }
    await outbox.stop()
  })
  it('gets what comes soon after a delivery in one batch, and nobody waits for more', async () => {
    const bench = new Bench()
    const sink = companionable()
    const outbox = bench.outbox([sink])
    await outbox.start(new Map([['paper', 0]]))
    await bench.time.pass(20)
    for (let n = 0; n < 4; n += 1) {
      bench.commit(outbox, 'paper', 1)
      await bench.time.pass(1)
    }
    expect(sink.batches).toEqual([1])
    await bench.time.pass(1)
    expect(sink.batches).toEqual([1, 3])
    await outbox.stop()
    expect(bench.time.waiting).toBe(0)
  })
  it('is flushed with what came while it rested', async () => {
    const bench = new Bench()
    const sink = companionable()
    const outbox = bench.outbox([sink])
    await outbox.start(new Map([['paper', 0]]))
    await bench.time.pass(20)
    bench.commit(outbox, 'paper', 1)
    await settled()
    bench.commit(outbox, 'paper', 2)
    const flushed = outbox.flush()
    await bench.time.pass(5)
    await flushed
    expect(sink.of('paper')).toEqual(upTo(3))
    await outbox.stop()
  })
})

describe('positions', () => {
  it('are saved after the sink confirmed, at most once a second, and when stopping', async () => {
    const bench = new Bench()
    const sink = new Receiver()
    const outbox = bench.outbox([sink])
    await outbox.start(new Map())
    for (let n = 0; n < 30; n += 1) {
      bench.commit(outbox, 'paper', 1)
      await bench.time.pass(100)
    }
    expect(bench.journal.saves).toBeLessThanOrEqual(3)
    expect(bench.journal.saves).toBeGreaterThanOrEqual(2)
    await outbox.stop()
    expect(bench.journal.saved('receiver')).toEqual(new Map([['paper', 30]]))
    expect(bench.time.waiting).toBe(0)
  })
  it('are not saved of what was not confirmed', async () => {
    const bench = new Bench()
    const sink = new Receiver()
    sink.before = () => Promise.reject(new Error('no'))
    const outbox = bench.outbox([sink])
    await outbox.start(new Map())
    bench.commit(outbox, 'paper', 5)
    await bench.time.pass(5_000)
    await outbox.stop()
    expect(bench.journal.saved('receiver').get('paper') ?? 0).toBe(0)
  })
  it('that a sink knows better count more than the saved ones, either way', async () => {
    const bench = new Bench()
    bench.journal.commit('paper', storedEvents('paper', 1, 9))
    await bench.journal.saveSinkPositions('receiver', new Map([['paper', 5]]))
    for (const held of [3, 5, 7]) {
      const sink = Object.assign(new Receiver(), { positions: async () => new Map([['paper', held]]) })
      const outbox = bench.outbox([sink])
      await outbox.start(bench.journal.heads)
      await outbox.flush()
      expect(sink.of('paper')[0]).toBe(held + 1)
      await outbox.stop()
      await bench.journal.saveSinkPositions('receiver', new Map([['paper', 5]]))
    }
  })
  it('beyond the store are reported, and the next event is delivered all the same', async () => {
    const bench = new Bench()
    bench.journal.commit('paper', storedEvents('paper', 1, 3))
    await bench.journal.saveSinkPositions('receiver', new Map([['paper', 8]]))
    const sink = new Receiver()
    const outbox = bench.outbox([sink])
    await outbox.start(bench.journal.heads)
    bench.commit(outbox, 'paper', 1)
    await outbox.flush()
    expect(bench.log.events).toEqual(['outbox.sink_ahead'])
    expect(sink.of('paper')).toEqual([4])
  })
})

describe('a sick sink', () => {
  it('delays no other, is tried again ever more slowly, and gets everything in the end', async () => {
    const bench = new Bench()
    const [sick, well] = [new Receiver('sick'), new Receiver('well')]
    const tries: number[] = []
    let isSick = true
    sick.before = () => {
      tries.push(bench.time.now() - AT)
      if (isSick) throw new Error('connection refused')
    }
    const outbox = bench.outbox([sick, well], { longestBackoffMs: 2_000 })
    await outbox.start(new Map())
    bench.commit(outbox, 'paper', 10)
    await outbox.flush()
    expect(well.of('paper')).toEqual(upTo(10))
    await bench.time.pass(10_000)
    expect(outbox.lag()).toMatchObject([
      { sink: 'sick', behind: 10, lastError: 'connection refused' },
      { sink: 'well', behind: 0 },
    ])
    const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? 0))
    expect(waits.slice(0, 8)).toEqual([75, 150, 300, 600, 1_200, 1_500, 1_500, 1_500])
    isSick = false
    bench.commit(outbox, 'paper', 1)
    await bench.time.pass(2_000)
    expect(sick.of('paper')).toEqual(upTo(11))
    expect(outbox.lag()).toMatchObject([{ behind: 0, failures: 0 }, { behind: 0 }])
  })
  it('that hangs in a delivery keeps nobody from stopping', async () => {
    const bench = new Bench()
    const [hanging, well] = [new Receiver('hanging'), new Receiver('well')]
    hanging.before = () => new Promise(() => undefined)
    const outbox = bench.outbox([hanging, well])
    await outbox.start(new Map())
    bench.commit(outbox, 'paper', 2)
    await settled()
    const stopped = outbox.stop()
    await bench.time.pass(10_000)
    await stopped
    expect(well.of('paper')).toEqual([1, 2])
    expect(bench.journal.saved('hanging').get('paper') ?? 0).toBe(0)
  })
  it('of a store that shows less than it committed is waited for, not run in circles', async () => {
    const bench = new Bench()
    const outbox = bench.outbox([new Receiver()])
    await outbox.start(new Map([['paper', 4]]))
    await bench.time.pass(1_000)
    expect(bench.journal.reads).toBeLessThan(10)
    expect(outbox.lag()).toMatchObject([{ behind: 4, lastError: 'the store does not show event 4 of paper' }])
  })
})

describe('a slow sink', () => {
  it('is caught up from the store once its memory is full, and misses nothing', async () => {
    const bench = new Bench()
    const sink = new Receiver()
    const gates: (() => void)[] = []
    sink.before = () => new Promise((resolve) => gates.push(resolve))
    const outbox = bench.outbox([sink], { buffer: 20, batch: 8 })
    await outbox.start(new Map())
    for (let n = 0; n < 100; n += 1) bench.commit(outbox, n % 3 === 0 ? 'live' : 'paper', 2)
    for (let turns = 0; turns < 60; turns += 1) {
      await settled()
      gates.shift()?.()
    }
    expect(sink.of('paper')).toEqual(upTo(132))
    expect(sink.of('live')).toEqual(upTo(68))
    expect(Math.max(...sink.batches)).toBeLessThanOrEqual(8)
    expect(bench.journal.reads).toBeGreaterThan(10)
  })
})

describe('an event that a sink cannot take', () => {
  it('is parked after a few tries, told of, and holds the others up for less than five seconds', async () => {
    const bench = new Bench()
    const [fussy, well] = [new Receiver('fussy'), new Receiver('well')]
    let refusals = 0
    fussy.before = (events) => {
      if (!events.some(({ eventId }) => eventId === 'paper-4')) return
      refusals += 1
      throw new Unpublishable('too large')
    }
    const outbox = bench.outbox([fussy, well])
    await outbox.start(new Map())
    bench.commit(outbox, 'paper', 9)
    await bench.time.pass(4_900)
    expect(fussy.of('paper')).toEqual([1, 2, 3, 5, 6, 7, 8, 9])
    expect(well.of('paper')).toEqual(upTo(9))
    expect(refusals).toBe(1 + 3)
    expect(outbox.lag()).toMatchObject([{ sink: 'fussy', behind: 0, parked: 1, failures: 0 }, { parked: 0 }])
    expect(bench.log.lines.filter(({ event }) => event === 'outbox.parked')).toMatchObject([
      { level: 'error', fields: { sink: 'fussy', event_id: 'paper-4' } },
    ])
  })
})

describe('an account that is opened later', () => {
  it('begins where the sink stood with it', async () => {
    const bench = new Bench()
    bench.journal.commit('late', storedEvents('late', 1, 6))
    await bench.journal.saveSinkPositions('receiver', new Map([['late', 4]]))
    const sink = new Receiver()
    const outbox = bench.outbox([sink])
    await outbox.start(new Map())
    bench.commit(outbox, 'late', 2)
    bench.commit(outbox, 'new', 2)
    await outbox.flush()
    expect(sink.of('late')).toEqual([5, 6, 7, 8])
    expect(sink.of('new')).toEqual([1, 2])
  })
})

describe('whatever comes between what', () => {
  const accounts = ['paper', 'live', '_']
  const commits = fc.array(
    fc.record({ account: fc.constantFrom(...accounts), count: fc.integer({ min: 1, max: 5 }), pause: fc.nat(4) }),
    { maxLength: 40 },
  )
  const turns = fc.infiniteStream(fc.nat(5))
  const before = fc.dictionary(fc.constantFrom(...accounts), fc.nat(12))
  const limits = { buffer: 7, batch: 4, firstBackoffMs: 1, longestBackoffMs: 4 }

  async function story(
    story: {
      commits: readonly { account: string; count: number; pause: number }[]
      turns: Iterator<number>
      before: Record<string, number>
    },
    refuses: (n: number) => boolean,
  ): Promise<{ sink: Receiver; log: KeptLog }> {
    const bench = new Bench()
    const wait = async (): Promise<void> => {
      for (let left = story.turns.next().value ?? 0; left > 0; left -= 1) await Promise.resolve()
    }
    bench.journal.turn = wait
    for (const [account, count] of Object.entries(story.before))
      bench.journal.commit(account, storedEvents(account, 1, count))
    const sink = new Receiver()
    let deliveries = 0
    sink.before = async (events) => {
      await wait()
      deliveries += 1
      if (!refuses(deliveries)) return
      // Some of it got through before it failed.
      sink.seen.push(...events.slice(0, deliveries % 3))
      throw new Error('broken pipe')
    }
    const outbox = bench.outbox([sink], limits)
    const started = outbox.start(bench.journal.heads)
    for (const { account, count, pause } of story.commits) {
      for (let left = pause; left > 0; left -= 1) await Promise.resolve()
      bench.commit(outbox, account, count)
    }
    await started
    for (let rounds = 0; rounds < 400 && outbox.lag().some(({ behind }) => behind > 0); rounds += 1)
      await bench.time.pass(4)
    await outbox.flush()
    for (const [account, last] of bench.journal.heads) {
      const numbers = sink.of(account)
      const firstTimes = numbers.filter((n, at) => numbers.indexOf(n) === at)
      expect(firstTimes).toEqual(upTo(last))
    }
    const stopped = outbox.stop()
    await bench.time.pass(10_000)
    await stopped
    return { sink, log: bench.log }
  }

  it('a healthy sink sees 1, 2, 3 … of every account exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(commits, turns, before, async (list, stream, start) => {
        const { sink, log } = await story(
          { commits: list, turns: stream[Symbol.iterator](), before: start },
          () => false,
        )
        expect(new Set(sink.seen).size).toBe(sink.seen.length)
        expect(log.events).toEqual([])
      }),
      { numRuns: 300 },
    )
  }, 60_000)
  it('one that fails now and then sees each at least once, and in order', async () => {
    await fc.assert(
      fc.asyncProperty(commits, turns, before, fc.integer({ min: 2, max: 5 }), async (list, stream, start, every) => {
        await story({ commits: list, turns: stream[Symbol.iterator](), before: start }, (n) => n % every === 0)
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})
