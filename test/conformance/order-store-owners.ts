import { describe, expect, it } from 'vitest'
import { birthOf, fillOf, moved, noteOf, orderOf, positionOf, submitting } from '../adapters/stores/sample-commits.ts'
import { T0 } from '../support/orders.ts'
import type { OwnedStore } from './order-store.ts'

/** The part of the suite that is about whose an account is. */
export function describeOwners(ownedStore: () => Promise<OwnedStore>): void {
  describe('an account', () => {
    it('that is taken over gives its open orders, their executions, its positions and where its events stand', async () => {
      const { store, reopen, epoch } = await ownedStore()
      const open = submitting(orderOf(1))
      const closed = moved(orderOf(2), 'denied')
      const partly = moved(submitting(orderOf(4)), 'accepted', 'partially_filled')
      const foreign = orderOf(3, { account: 'other' })
      const otherEpoch = (await store.openAccount('other')).epoch
      await store.commit({ ...birthOf(open, epoch), positions: [{ position: positionOf(1), expectedVersion: 0 }] })
      await store.commit({ ...birthOf(closed, epoch), fills: [fillOf(closed, 'e2')] })
      await store.commit({ ...birthOf(partly, epoch), fills: [fillOf(partly, 'e4'), fillOf(partly, 'e5')] })
      await store.commit({
        ...birthOf(foreign, otherEpoch),
        fills: [fillOf(foreign, 'e3')],
        positions: [{ position: positionOf(1, { account: 'other' }), expectedVersion: 0 }],
      })
      const again = await reopen()
      const taken = await again.openAccount('paper')
      expect(taken).toEqual({
        epoch: expect.any(Number),
        accountSeq: 3,
        orders: [open, partly],
        fills: [fillOf(partly, 'e4'), fillOf(partly, 'e5')],
        positions: [positionOf(1)],
      })
      expect(taken.epoch).toBeGreaterThan(epoch)
    })
    it('shuts out whoever held it, from the take-over on', async () => {
      const { store, epoch } = await ownedStore()
      const before = store.commit({ account: 'paper', epoch, events: [noteOf('before')] })
      const taken = store.openAccount('paper')
      const late = store.commit({ account: 'paper', epoch, events: [noteOf('late')], facts: { late: 'yes' } })
      expect(await before).toEqual({ kind: 'committed', firstAccountSeq: 1 })
      expect(await late).toEqual({ kind: 'conflict', what: 'epoch' })
      expect(await store.fact('late')).toBeUndefined()
      const mine = { account: 'paper', epoch: (await taken).epoch, events: [noteOf('mine')] }
      expect(await store.commit(mine)).toEqual({ kind: 'committed', firstAccountSeq: 2 })
    })
    it('is read anew by its owner alone, not by one that slept through a take-over', async () => {
      const { store, epoch } = await ownedStore()
      const open = submitting(orderOf(1))
      await store.commit(birthOf(open, epoch))
      const renewed = await store.reopenAccount('paper', epoch)
      expect(renewed).toMatchObject({ accountSeq: 1, orders: [open] })
      expect(renewed?.epoch).toBeGreaterThan(epoch)
      const { epoch: theirs } = await store.openAccount('paper')
      expect(await store.reopenAccount('paper', renewed?.epoch ?? 0)).toBeUndefined()
      const mine = { account: 'paper', epoch: theirs, events: [noteOf('still theirs')] }
      expect(await store.commit(mine)).toMatchObject({ kind: 'committed' })
    })
    it('with more open orders than one slice holds is read whole', async () => {
      const { store, epoch } = await ownedStore()
      const orders = Array.from({ length: 1_203 }, (_, n) => orderOf(n))
      await Promise.all(
        orders.map((order) => store.commit({ ...birthOf(order, epoch), fills: [fillOf(order, order.id)] })),
      )
      const taken = await store.openAccount('paper')
      expect(taken.orders.map(({ id }) => id)).toEqual(orders.map(({ id }) => id))
      expect(taken.fills.map((fill) => fill.orderId)).toEqual(orders.map(({ id }) => id))
      expect(await store.fillsBetween(undefined, 0, 2 * T0)).toHaveLength(1_203)
    })
  })
}
