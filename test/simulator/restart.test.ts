import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SqliteJournal } from '../../src/simulator/hosts/sqlite-journal.ts'
import { openVenueFile } from '../../src/simulator/hosts/venue-file.ts'
import { MemoryJournal } from '../../src/simulator/memory-journal.ts'
import type { VenueJournal, VenueRecord } from '../../src/simulator/venue-journal.ts'
import { scratchFile } from './scratch-file.ts'
import { type AtHand, cents, codeOf, request, taken, venueAtHand } from './venue-at-hand.ts'
import { acts, Client, options } from './venue-script.ts'

/** Remembers in which portions it was written. */
class RecordingJournal extends MemoryJournal {
  readonly portions: (readonly VenueRecord[])[] = []
  override append(records: readonly VenueRecord[]): void {
    super.append(records)
    this.portions.push(records)
  }
}

const page = { status: 'all', after: 0, limit: 10_000 } as const
const stateOf = ({ venue }: Pick<AtHand, 'venue'>): string =>
  JSON.stringify([
    venue.orders(page),
    venue.orders({ ...page, status: 'open' }),
    venue.orders({ ...page, status: 'closed' }),
    venue.executions(page),
    venue.positions(),
    { ...venue.account(), equity: undefined },
  ])

const journals: readonly (readonly [string, () => VenueJournal])[] = [
  ['in memory', () => new MemoryJournal()],
  ['in a file', () => new SqliteJournal(openVenueFile(undefined), 'paper')],
]

describe.each(journals)('a venue that died, its journal %s', (_, newJournal) => {
  it('stands again as it was after any number of records, and goes on', () => {
    fc.assert(
      fc.property(options, acts, fc.nat(), (options, script, cut) => {
        const journal = new RecordingJournal()
        const first = venueAtHand(options, { journal })
        const client = new Client(first.venue, first.clock)
        for (const act of script) client.perform(act)

        const kept = journal.portions.slice(0, 1 + (cut % journal.portions.length))
        const copies = [newJournal(), new MemoryJournal()] as const
        for (const copy of copies) for (const portion of kept) copy.append(portion)
        const [again, expected] = copies.map((copy) => venueAtHand(options, { journal: copy })) as [AtHand, AtHand]
        expect(stateOf(again)).toBe(stateOf(expected))

        const seen = new Set<string>()
        for (const { clientOrderId, id } of again.venue.orders(page)) {
          expect(seen).not.toContain(clientOrderId)
          seen.add(clientOrderId)
          expect(first.venue.orderByClientId(clientOrderId)?.id).toBe(id)
        }
        for (const order of client.taken) {
          const answer = again.venue.submit(order)
          if (seen.has(order.clientOrderId)) expect(codeOf(answer)).toBe('duplicate_client_order_id')
          else expect(codeOf(answer)).not.toBe('duplicate_client_order_id')
        }
        again.clock.advance(600_000)
        const numbers = again.events.flatMap((event) => (event.type === 'quote' ? [] : [event.seq]))
        const newest = Math.max(
          0,
          ...kept.flatMap((portion) => portion.map((one) => (one.kind === 'order' ? one.order.updatedSeq : 0))),
        )
        expect(numbers).toEqual(numbers.map((__, at) => newest + 1 + at))
      }),
      { numRuns: 120 },
    )
  })

  it('answers every question as one that never died', () => {
    fc.assert(
      fc.property(options, acts, (options, script) => {
        const journal = newJournal()
        const steady = venueAtHand(options)
        const dying = venueAtHand(options, { journal })
        const [one, other] = [new Client(steady.venue, steady.clock), new Client(dying.venue, dying.clock)]
        for (const act of script) expect(other.perform(act)).toBe(one.perform(act))
        expect(stateOf(dying)).toBe(stateOf(steady))
        dying.venue.close()
        const again = venueAtHand(options, { journal, clock: dying.clock })
        expect(stateOf(again)).toBe(stateOf(steady))
        for (const id of one.ids)
          expect(JSON.stringify(again.venue.orderById(id))).toBe(JSON.stringify(steady.venue.orderById(id)))
      }),
      { numRuns: 120 },
    )
  })

  it('fills what was on its way', () => {
    const journal = newJournal()
    const { venue, clock } = venueAtHand({}, { journal })
    const crossing = taken(venue.submit(request({ limit: cents(venue.quote('AAPL')?.ask, 5) })))
    const resting = taken(venue.submit(request({ limit: cents(venue.quote('AAPL')?.ask, -25) })))
    venue.close()
    clock.advance(3_000)
    const again = venueAtHand({}, { journal, clock })
    clock.advance(0)
    expect(again.venue.orderById(crossing.id)?.status).toBe('filled')
    clock.advance(7 * 86_400_000)
    expect(again.venue.orderById(resting.id)?.status).toBe('filled')
  })

  it('expires what ran out while it was down', () => {
    const journal = newJournal()
    const { venue, clock } = venueAtHand({}, { journal })
    const { id } = taken(venue.submit(request({ tif: 'day', limit: '200' })))
    venue.close()
    clock.advance(2 * 86_400_000)
    const again = venueAtHand({}, { journal, clock })
    clock.advance(0)
    expect(again.venue.orderById(id)?.status).toBe('expired')
  })
})

describe('a journal that fails', () => {
  it('leaves the venue as it was: no order, no event, no number used', () => {
    let fails = false
    class FullDisk extends MemoryJournal {
      override append(records: readonly VenueRecord[]): void {
        if (fails) throw new Error('disk full')
        super.append(records)
      }
    }
    const at = venueAtHand({}, { journal: new FullDisk() })
    const { id } = taken(at.venue.submit(request({ limit: '200' })))
    const before = stateOf(at)
    fails = true
    expect(() => at.venue.submit(request({ id: 'lost', limit: '200' }))).toThrow('disk full')
    expect(() => at.venue.cancel(id)).toThrow('disk full')
    expect([stateOf(at), at.events.length]).toEqual([before, 1])
    fails = false
    expect(taken(at.venue.submit(request({ id: 'lost', limit: '200' }))).seq).toBe(2)
  })
})

describe('a venue begun anew', () => {
  it('never gives an id that an earlier one gave', () => {
    const first = venueAtHand()
    first.clock.advance(1)
    const second = venueAtHand({}, { clock: first.clock })
    const { id } = taken(second.venue.submit(request({ limit: '200' })))
    first.clock.advance(1)
    const third = venueAtHand({}, { clock: first.clock })
    expect(taken(third.venue.submit(request({ limit: '200' }))).id).not.toBe(id)
  })
})

describe('a file of the venue', () => {
  it('of another version is refused and left alone', () => {
    const file = scratchFile()
    openVenueFile(file).close()
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => openVenueFile(file)).toThrow('version 99')
    expect(() => openVenueFile(file)).toThrow('version 99')
  })

  it('serves one at a time', () => {
    const file = scratchFile()
    const first = openVenueFile(file)
    expect(() => openVenueFile(file, 0)).toThrow('locked')
    first.close()
    openVenueFile(file, 0).close()
  })
})
