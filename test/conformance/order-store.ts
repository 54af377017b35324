import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { executionId, orderId } from '../../src/core/ids.ts'
import type { Order } from '../../src/core/order.ts'
import type { Commit, Committed, OrderStore } from '../../src/ports/order-store.ts'
import { StoreError } from '../../src/ports/order-store.ts'
import {
  birthOf,
  changeOf,
  fillOf,
  idOf,
  moved,
  noteOf,
  orderOf,
  positionOf,
  signalOf,
  submitting,
} from '../adapters/stores/sample-commits.ts'
import { T0 } from '../support/orders.ts'
import { describeOrderLists } from './order-store-lists.ts'
import { describeOwners } from './order-store-owners.ts'

/** A place where a store can be opened, closed and opened again with what it held. */
export interface StorePlace {
  open(): Promise<OrderStore>
  remove(): Promise<void>
}

/** A store whose account `paper` is ours. */
export interface OwnedStore {
  readonly store: OrderStore
  readonly reopen: () => Promise<OrderStore>
  readonly epoch: number
}

/** What every store keeps to, whatever it is built on. */
export function orderStoreConformance(name: string, newPlace: () => Promise<StorePlace>): void {
  describe(`${name}:`, () => {
    const places: { readonly place: StorePlace; readonly opened: OrderStore[] }[] = []
    const newStore = async (): Promise<{ store: OrderStore; reopen: () => Promise<OrderStore> }> => {
      const place = await newPlace()
      const opened: OrderStore[] = []
      places.push({ place, opened })
      const open = async (): Promise<OrderStore> => {
        const store = await place.open()
        opened.push(store)
        return store
      }
      const store = await open()
      const reopen = async (): Promise<OrderStore> => {
        await opened.at(-1)?.close()
        return open()
      }
      return { store, reopen }
    }
    afterEach(async () => {
      for (const { place, opened } of places.splice(0)) {
        for (const store of opened) await store.close()
        await place.remove()
      }
    })
    const ownedStore = async (): Promise<OwnedStore> => {
      const { store, reopen } = await newStore()
      const { epoch } = await store.openAccount('paper')
      return { store, reopen, epoch }
    }

    describe('a commit', () => {
      it('is there for every way of asking once its promise settles, digit for digit', async () => {
        const { store, reopen, epoch } = await ownedStore()
        const order = moved(submitting(orderOf(1)), 'accepted')
        const fill = fillOf(order, 'e1')
        const commit: Commit = {
          ...birthOf(order, epoch),
          fills: [fill, { ...fillOf(order, 'e2'), synthetic: true }],
          positions: [{ position: positionOf(1), expectedVersion: 0 }],
          facts: { halt: '{"by":"me"}' },
        }
        expect(await store.commit(commit)).toEqual({ kind: 'committed', firstAccountSeq: 1 })
        for (const open of [async () => store, reopen]) {
          const look = await open()
          expect(await look.order(order.id)).toEqual(order)
          expect(await look.orderByClientId('paper', 'sf-1')).toEqual(order)
          expect(await look.signal('sig-1')).toEqual(signalOf(order))
          expect(await look.fills(order.id)).toEqual(commit.fills)
          expect(await look.positions()).toEqual([positionOf(1)])
          expect(await look.fact('halt')).toBe('{"by":"me"}')
          expect(await look.orderEvents(order.id)).toEqual([{ ...commit.events[0], account: 'paper', accountSeq: 1 }])
        }
      })
      it('that nobody made is nowhere', async () => {
        const { store } = await ownedStore()
        expect(await store.order(idOf(9))).toBeUndefined()
        expect(await store.orderByClientId('paper', 'sf-9')).toBeUndefined()
        expect(await store.signal('sig-9')).toBeUndefined()
        expect(await store.fact('halt')).toBeUndefined()
        expect(await store.fills(idOf(9))).toEqual([])
        expect(await store.positions()).toEqual([])
      })
      it('numbers the events of its account from 1 without a gap, whatever fails in between', async () => {
        const { store, epoch } = await ownedStore()
        const other = (await store.openAccount('_')).epoch
        const notes = (account: string, at: number, ...names: string[]): Commit => ({
          account,
          epoch: at,
          events: names.map((note) => noteOf(note)),
        })
        const taken = await Promise.all([
          store.commit(notes('paper', epoch, 'a', 'b', 'c')),
          store.commit(notes('_', other, 'd')),
          store.commit(changeOf(orderOf(5), submitting(orderOf(5)), epoch)),
          store.commit(notes('paper', epoch)),
          store.commit(notes('paper', epoch, 'e')),
          store.commit(notes('_', other, 'f', 'g')),
        ])
        expect(taken.map((one) => (one.kind === 'committed' ? one.firstAccountSeq : one.what))).toEqual([
          1,
          1,
          'order',
          4,
          4,
          2,
        ])
        const seen = await store.eventsAfter('paper', 0, 10)
        expect(seen.map(({ accountSeq, eventId }) => `${accountSeq} ${eventId}`)).toEqual(['1 a', '2 b', '3 c', '4 e'])
      })
      it('becomes durable in the order of the calls, without anybody waiting in between', async () => {
        const { store, epoch } = await ownedStore()
        let run = 0
        await fc.assert(
          fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 }), async (calls) => {
            run += 1
            const orders = new Map<number, Order>()
            const settled: number[] = []
            const results = calls.map(async (n, call) => {
              const before = orders.get(n)
              const after = before === undefined ? orderOf(run * 10 + n) : submitting(before)
              orders.set(n, after)
              const commit = before === undefined ? birthOf(after, epoch) : changeOf(before, after, epoch)
              const result = await store.commit(commit)
              settled.push(call)
              return result
            })
            const numbers = (await Promise.all(results)).map(numberOf)
            expect(settled).toEqual(calls.map((_, call) => call))
            expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n))
            for (const order of orders.values()) expect(await store.order(order.id)).toEqual(order)
          }),
          { numRuns: 15 },
        )
      })
    })

    describe('a conflict', () => {
      const first = orderOf(1)
      const second = orderOf(2)
      const base = (epoch: number): Commit => ({
        ...birthOf(first, epoch),
        fills: [fillOf(first, 'e1')],
        positions: [{ position: positionOf(1), expectedVersion: 0 }],
      })
      const cases: [string, string, (epoch: number) => Commit][] = [
        [
          'a signal that was taken before',
          'signal',
          (epoch) => ({ ...birthOf(second, epoch), signal: signalOf(first) }),
        ],
        ['a new order that is there', 'order', (epoch) => ({ ...birthOf(first, epoch), signal: signalOf(second) })],
        ['an order that has moved on', 'order', (epoch) => changeOf({ ...first, orderSeq: 7 }, second, epoch)],
        ['a change of an order nobody knows', 'order', (epoch) => changeOf(second, submitting(second), epoch)],
        [
          'a client order id of another order',
          'order',
          (epoch) => birthOf(orderOf(2, { clientOrderId: first.clientOrderId }), epoch),
        ],
        [
          'an execution that is booked',
          'fill',
          (epoch) => ({ ...birthOf(second, epoch), fills: [fillOf(second, 'e1')] }),
        ],
        [
          'the same execution twice in one commit',
          'fill',
          (epoch) => ({ ...birthOf(second, epoch), fills: [fillOf(second, 'e2'), fillOf(second, 'e2')] }),
        ],
        [
          'a new position that is there',
          'position',
          (epoch) => ({ ...birthOf(second, epoch), positions: [{ position: positionOf(1), expectedVersion: 0 }] }),
        ],
        [
          'a position that has moved on',
          'position',
          (epoch) => ({ ...birthOf(second, epoch), positions: [{ position: positionOf(9), expectedVersion: 8 }] }),
        ],
        ['a lease that has moved on', 'epoch', (epoch) => birthOf(second, epoch - 1)],
        ['an account nobody took', 'epoch', (epoch) => ({ ...birthOf(second, epoch), account: 'other' })],
      ]
      it.each(cases)('with %s is no error, and nothing of the commit stays', async (_, what, commitOf) => {
        const { store, epoch } = await ownedStore()
        await store.commit(base(epoch))
        const [before, result, after] = await Promise.all([
          store.commit({ account: 'paper', epoch, events: [noteOf('before')] }),
          store.commit({ ...commitOf(epoch), facts: { trace: 'left' } }),
          store.commit({ account: 'paper', epoch, events: [noteOf('after')] }),
        ])
        expect([before, result, after]).toEqual([
          { kind: 'committed', firstAccountSeq: 2 },
          { kind: 'conflict', what },
          { kind: 'committed', firstAccountSeq: 3 },
        ])
        expect(await store.fact('trace')).toBeUndefined()
        expect(await store.order(second.id)).toBeUndefined()
        expect(await store.signal('sig-2')).toBeUndefined()
        expect(await store.order(first.id)).toEqual(first)
        expect(await store.fillsBetween(undefined, 0, 2 * T0)).toEqual([fillOf(first, 'e1')])
        expect(await store.positions()).toEqual([positionOf(1)])
      })
    })

    describeOwners(ownedStore)

    describe('an order', () => {
      it('is found by the client order id of each of its generations', async () => {
        const { store, epoch } = await ownedStore()
        const first = submitting(orderOf(1))
        const second = submitting(moved(first, 'unconfirmed'), 2)
        await store.commit(birthOf(first, epoch))
        await store.commit(changeOf(first, second, epoch))
        expect(second.clientOrderId).not.toBe(first.clientOrderId)
        for (const id of [first.clientOrderId, second.clientOrderId]) {
          expect(await store.orderByClientId('paper', id)).toEqual(second)
          expect((await store.orders({ clientOrderId: id }, { limit: 5 })).items).toEqual([second])
        }
        expect(await store.orderByClientId('other', first.clientOrderId)).toBeUndefined()
      })
    })

    describeOrderLists(ownedStore)

    describe('executions and events', () => {
      it('are read by time, from the first instant to before the last', async () => {
        const { store, epoch } = await ownedStore()
        const order = orderOf(1)
        const fills = [30, 10, 20, 20, 40].map((at, n) => fillOf(order, `e${n}`, T0 + at))
        await store.commit({ ...birthOf(order, epoch), fills })
        const times = (await store.fillsBetween('paper', T0 + 10, T0 + 40)).map((one) => [
          one.time - T0,
          one.executionId,
        ])
        expect(times).toEqual([
          [10, executionId('e1')],
          [20, executionId('e2')],
          [20, executionId('e3')],
          [30, executionId('e0')],
        ])
        expect(await store.fillsBetween('other', 0, 2 * T0)).toEqual([])
        expect(await store.fillsBetween(undefined, T0 + 40, T0 + 41)).toEqual([fills[4]])
      })
      it('tell how many requests were marked as leaving after any of them (I-41)', async () => {
        const { store, epoch } = await ownedStore()
        const order = orderOf(1)
        await store.commit(birthOf(order, epoch))
        await store.commit(changeOf(order, submitting(order), epoch))
        const { marks, upTo } = await store.marksAfter('paper', 0)
        expect([marks, await store.marksAfter('paper', upTo)]).toEqual([1, { marks: 0, upTo }])
        expect(await store.marksAfter('another', 0)).toEqual({ marks: 0, upTo: 0 })
      })
      it('can be caught up with in pages', async () => {
        const { store, epoch } = await ownedStore()
        const events = Array.from({ length: 25 }, (_, n) => noteOf(`note-${n}`))
        await store.commit({ account: 'paper', epoch, events })
        const page = await store.eventsAfter('paper', 7, 10)
        expect(page.map(({ accountSeq }) => accountSeq)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17])
        expect(await store.eventsAfter('paper', 24, 10)).toEqual([{ ...events[24], account: 'paper', accountSeq: 25 }])
        expect(await store.eventsAfter('paper', 25, 10)).toEqual([])
        expect(await store.orderEvents(orderId('none'))).toEqual([])
      })
    })

    describe('what is kept by name', () => {
      it('is replaced and removed, and survives', async () => {
        const { store, reopen, epoch } = await ownedStore()
        const facts = (values: Record<string, string | null>): Commit => ({
          account: 'paper',
          epoch,
          events: [],
          facts: values,
        })
        await store.commit(facts({ halt: 'on', budget: '1' }))
        await store.commit(facts({ halt: null, budget: '2', nothing: null }))
        const again = await reopen()
        expect(await again.fact('halt')).toBeUndefined()
        expect(await again.fact('budget')).toBe('2')
      })
      it('is where each sink stands, per account', async () => {
        const { store, reopen } = await newStore()
        expect(await store.sinkPositions('audit')).toEqual(new Map())
        await store.saveSinkPositions(
          'audit',
          new Map([
            ['paper', 4],
            ['_', 1],
          ]),
        )
        await store.saveSinkPositions('rabbitmq', new Map([['paper', 2]]))
        await store.saveSinkPositions('audit', new Map([['paper', 9]]))
        await store.saveSinkPositions('audit', new Map())
        const again = await reopen()
        expect(await again.sinkPositions('audit')).toEqual(
          new Map([
            ['_', 1],
            ['paper', 9],
          ]),
        )
      })
      it('is the installation, drawn once', async () => {
        const { store, reopen } = await newStore()
        const drawn = store.installation
        expect(drawn).not.toBe('')
        expect((await reopen()).installation).toBe(drawn)
        expect((await newStore()).store.installation).not.toBe(drawn)
      })
    })

    describe('a store', () => {
      it('that is well passes its probe, also between commits', async () => {
        const { store, epoch } = await ownedStore()
        const results = await Promise.all([
          store.commit({ account: 'paper', epoch, events: [noteOf('a')] }),
          store.probe(),
          store.commit({ account: 'paper', epoch, events: [noteOf('b')] }),
        ])
        expect(results.map((one) => (one === true ? 'fit' : one === false ? 'unfit' : one.kind))).toEqual([
          'committed',
          'fit',
          'committed',
        ])
      })
      it('that is closed has finished what was called before and refuses what comes after', async () => {
        const { store, reopen, epoch } = await ownedStore()
        const called = Array.from({ length: 20 }, (_, n) =>
          store.commit({ account: 'paper', epoch, events: [noteOf(`${n}`)] }),
        )
        const closing = store.close()
        await expect(store.commit({ account: 'paper', epoch, events: [] })).rejects.toBeInstanceOf(StoreError)
        expect((await Promise.all(called)).every(({ kind }) => kind === 'committed')).toBe(true)
        await closing
        await store.close()
        expect(await (await reopen()).eventsAfter('paper', 0, 100)).toHaveLength(20)
      })
    })
  })
}

const numberOf = (result: Committed): number => (result.kind === 'committed' ? result.firstAccountSeq : Number.NaN)
