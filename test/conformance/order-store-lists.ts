import { describe, expect, it } from 'vitest'
import { evolve } from '../../src/core/evolve.ts'
import { brokerOrderId, executionId } from '../../src/core/ids.ts'
import type { Order } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'
import type { OrderFilter, OrderStore, Page } from '../../src/ports/order-store.ts'
import { birthOf, changeOf, fillOf, idOf, moved, orderOf, submitting } from '../adapters/stores/sample-commits.ts'
import { eventOf, T0 } from '../support/orders.ts'
import type { OwnedStore } from './order-store.ts'

const AGAIN = brokerOrderId('again')

/** The part of the suite that is about finding orders. */
export function describeOrderLists(ownedStore: () => Promise<OwnedStore>): void {
  describe('a list of orders', () => {
    const symbols = ['AAPL', 'MSFT', 'BTC/USD']
    const many = Array.from({ length: 60 }, (_, n): Order => {
      const side = n % 3 === 0 ? 'sell' : 'buy'
      const strategy = n % 4 === 0 ? 'momentum' : 'default'
      const account = n % 5 === 0 ? 'other' : 'paper'
      // Time goes back now and then: lists go by number, never by it.
      const order = orderOf(n, { symbol: symbols[n % 3] ?? '', side, strategy, account }, T0 + ((n * 7) % 60))
      if (n % 6 === 1) return moved(order, 'denied')
      if (n % 6 === 2) return moved(submitting(order), 'rejected')
      return n % 6 === 3 ? submitting(order) : order
    })
    const fill = async (): Promise<OrderStore> => {
      const { store, epoch } = await ownedStore()
      const other = (await store.openAccount('other')).epoch
      await Promise.all(many.map((order) => store.commit(birthOf(order, order.account === 'paper' ? epoch : other))))
      return store
    }
    const filters: [string, OrderFilter, (order: Order) => boolean][] = [
      ['all', {}, () => true],
      ['one status', { status: ['denied'] }, ({ status }) => status === 'denied'],
      [
        'several, open and final',
        { status: ['denied', 'submitting', 'rejected', 'denied'] },
        ({ status }) => ['denied', 'submitting', 'rejected'].includes(status),
      ],
      ['no status at all', { status: [] }, () => false],
      ['open', { open: true }, ({ status }) => ['created', 'submitting'].includes(status)],
      ['closed', { open: false }, ({ status }) => ['denied', 'rejected'].includes(status)],
      ['symbol', { symbol: 'BTC/USD' }, ({ symbol }) => symbol === 'BTC/USD'],
      ['side', { side: 'sell' }, ({ side }) => side === 'sell'],
      ['strategy', { strategy: 'momentum' }, ({ strategy }) => strategy === 'momentum'],
      ['account', { account: 'other' }, ({ account }) => account === 'other'],
      ['signal', { signalId: 'sig-17' }, ({ signalId }) => signalId === 'sig-17'],
      ['client order id', { clientOrderId: 'sf-17' }, ({ clientOrderId }) => clientOrderId === 'sf-17'],
      ['reason', { reason: 'halted' }, ({ reason }) => reason === 'halted'],
      ['from, inclusive', { from: T0 + 30 }, ({ createdAt }) => createdAt >= T0 + 30],
      ['to, exclusive', { to: T0 + 30 }, ({ createdAt }) => createdAt < T0 + 30],
      [
        'everything at once',
        {
          status: ['denied', 'created'],
          open: true,
          symbol: 'AAPL',
          side: 'sell',
          account: 'paper',
          from: T0,
          to: T0 + 50,
        },
        (order) =>
          order.status === 'created' &&
          order.symbol === 'AAPL' &&
          order.account === 'paper' &&
          order.createdAt < T0 + 50,
      ],
      ['a text that would be SQL if it were not a parameter', { symbol: "' OR 1=1 --" }, () => false],
    ]
    it('holds for each filter what it says, page by page, in both directions', async () => {
      const store = await fill()
      for (const [name, filter, wanted] of filters) {
        const expected = many.filter(wanted).map(({ id }) => id)
        for (const limit of [7, 500]) {
          expect(await walk(store, filter, { limit }), `${name} by ${limit}`).toEqual(expected)
          const newest = await walk(store, filter, { limit, newestFirst: true })
          expect(newest, `${name} by ${limit}, newest first`).toEqual(expected.toReversed())
        }
      }
    })
    it('neither skips nor repeats an order while others arrive', async () => {
      const { store, epoch } = await ownedStore()
      for (let n = 0; n < 10; n += 1) await store.commit(birthOf(orderOf(n), epoch))
      const oldest = await store.orders({}, { limit: 4 })
      const newest = await store.orders({}, { limit: 4, newestFirst: true })
      for (let n = 10; n < 14; n += 1) await store.commit(birthOf(orderOf(n), epoch))
      const on = await walk(store, {}, { limit: 3, ...(oldest.next === undefined ? {} : { after: oldest.next }) })
      expect([...oldest.items.map(({ id }) => id), ...on]).toEqual(Array.from({ length: 14 }, (_, n) => idOf(n)))
      const after = newest.next === undefined ? {} : { after: newest.next }
      const back = await walk(store, {}, { limit: 3, newestFirst: true, ...after })
      expect(back).toEqual([5, 4, 3, 2, 1, 0].map(idOf))
    })
    it('shows an order as it stands now', async () => {
      const { store, epoch } = await ownedStore()
      const before = orderOf(1)
      const after = moved(before, 'denied')
      await store.commit(birthOf(before, epoch))
      await store.commit(changeOf(before, after, epoch))
      expect((await store.orders({ status: ['denied'], reason: 'halted' }, { limit: 1 })).items).toEqual([after])
      expect((await store.orders({ open: true }, { limit: 1 })).items).toEqual([])
    })
  })
  describe('what the venue names', () => {
    it('is told to be known or not, account by account, however much it is', async () => {
      const { store, epoch } = await ownedStore()
      const order = orderOf(1)
      await store.commit({ ...birthOf(order, epoch), fills: [fillOf(order, 'e1', T0)] })
      const names = [...Array.from({ length: 1_200 }, (_, n) => `none-${n}`), order.clientOrderId]
      expect([...(await store.knownClientOrderIds('paper', names))]).toEqual([order.clientOrderId])
      expect((await store.knownClientOrderIds('other', names)).size).toBe(0)
      const executions = ['e0', 'e1'].map(executionId)
      expect([...(await store.bookedExecutions('paper', executions))]).toEqual(['e1'])
      expect((await store.bookedExecutions('other', executions)).size).toBe(0)
      expect((await store.bookedExecutions('paper', [])).size).toBe(0)
    })
    it('finds what has closed by the id it had there, and whoever else had that id', async () => {
      const { store, epoch } = await ownedStore()
      const closed = [1, 2].map((n) => {
        const accepted = evolve(submitting(orderOf(n)), { ...eventOf('accepted'), brokerOrderId: AGAIN } as OrderEvent)
        return { accepted, cancelled: moved(accepted, 'cancelled') }
      })
      const open = evolve(submitting(orderOf(3)), { ...eventOf('accepted'), brokerOrderId: AGAIN } as OrderEvent)
      for (const { accepted } of closed) await store.commit(birthOf(accepted, epoch))
      await store.commit(birthOf(open, epoch))
      expect(await store.closedByBrokerIds('paper', [AGAIN])).toEqual([])
      for (const { accepted, cancelled } of closed) await store.commit(changeOf(accepted, cancelled, epoch))
      const found = await store.closedByBrokerIds('paper', [brokerOrderId('none'), AGAIN])
      expect(found).toEqual(closed.map(({ cancelled }) => cancelled))
      expect(await store.closedByBrokerIds('other', [AGAIN])).toEqual([])
    })
  })
}

async function walk(store: OrderStore, filter: OrderFilter, page: Page): Promise<string[]> {
  const ids: string[] = []
  let at: Page | undefined = page
  while (at !== undefined) {
    const { items, next } = await store.orders(filter, at)
    expect(items.length).toBeLessThanOrEqual(page.limit)
    ids.push(...items.map(({ id }) => id))
    at = next === undefined ? undefined : { ...page, after: next }
  }
  return ids
}
