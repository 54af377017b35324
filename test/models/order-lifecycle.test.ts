import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evolve } from '../../src/core/evolve.ts'
import { brokerOrderId, clientOrderId } from '../../src/core/ids.ts'
import { isFinal, type Order } from '../../src/core/order.ts'
import type { OrderEvent } from '../../src/core/order-events.ts'
import { nextStatus } from '../../src/core/order-lifecycle.ts'
import { anOrder, eventOf, fillOf, T0 } from '../support/orders.ts'
import { happening, runs, shortStory } from './model-runs.ts'

/** Where the order is, in a trader's words, and how much of its ten units is done. */
interface Told {
  where: 'at home' | 'held' | 'parked' | 'sent' | 'unsure' | 'received' | 'working' | 'trading' | 'over'
  end: string
  filled: number
  generations: number
  events: number
}
interface Real {
  order: Order
}
const SIZE = 10
const WORDS = {
  'at home': 'created',
  held: 'pending_execution',
  parked: 'retry_pending',
  sent: 'submitting',
  unsure: 'unconfirmed',
  received: 'submitted',
  working: 'accepted',
  trading: 'partially_filled',
} as const
const statusOf = ({ where, end }: Told): string => (where === 'over' ? end : WORDS[where])

const mayBeThere = ({ where }: Told): boolean => ['sent', 'unsure', 'received', 'working', 'trading'].includes(where)
const isUnanswered = ({ where }: Told): boolean => where === 'sent' || where === 'unsure'
const go = (told: Told, where: Told['where']): void => {
  told.where = where
}
const over = (told: Told, end: string): void => {
  told.where = 'over'
  told.end = end
}

/** For each word of the venue, the operator or ourselves: when it can be true, and what is so afterwards. */
const RULES: Readonly<Record<string, { readonly can: (told: Told) => boolean; readonly does: (told: Told) => void }>> =
  {
    denied: {
      can: ({ where }) => ['at home', 'held', 'parked'].includes(where),
      does: (told) => over(told, 'denied'),
    },
    held: { can: ({ where }) => where === 'at home', does: (told) => go(told, 'held') },
    released: { can: ({ where }) => where === 'held', does: (told) => go(told, 'at home') },
    submitting: {
      can: (told) => told.where === 'at home' || told.where === 'parked' || isUnanswered(told),
      does: (told) => {
        if (told.where === 'parked' || told.generations === 0) told.generations += 1
        told.where = 'sent'
      },
    },
    submitted: { can: isUnanswered, does: (told) => go(told, 'received') },
    accepted: {
      can: (told) => isUnanswered(told) || told.where === 'received',
      does: (told) => go(told, 'working'),
    },
    unconfirmed: { can: ({ where }) => where === 'sent', does: (told) => go(told, 'unsure') },
    failed: { can: isUnanswered, does: (told) => over(told, 'failed') },
    partially_filled: {
      can: mayBeThere,
      does: (told) => {
        told.where = 'trading'
        told.filled += 1
      },
    },
    filled: {
      can: mayBeThere,
      does: (told) => {
        told.filled = SIZE
        over(told, 'filled')
      },
    },
    cancelled: { can: ({ where }) => where !== 'over', does: (told) => over(told, 'cancelled') },
    expired: { can: ({ where }) => where !== 'over', does: (told) => over(told, 'expired') },
    rejected: { can: mayBeThere, does: (told) => over(told, told.where === 'trading' ? 'cancelled' : 'rejected') },
    retry_scheduled: {
      can: (told) => mayBeThere(told) && told.where !== 'trading',
      does: (told) => go(told, 'parked'),
    },
    retry_dropped: { can: ({ where }) => where === 'parked', does: (told) => over(told, 'failed') },
    cancel_requested: { can: () => true, does: () => undefined },
  }

function eventFor(kind: string, told: Told): OrderEvent {
  const plain = eventOf(kind)
  if (plain.kind === 'partially_filled') return { ...plain, fill: fillOf('1', '100', { id: `e${told.events}` }) }
  if (plain.kind === 'filled') return { ...plain, fill: fillOf(String(SIZE - told.filled), '100', { id: 'last' }) }
  if (plain.kind !== 'submitting') return plain
  const generation = Math.max(1, told.where === 'parked' ? told.generations + 1 : told.generations)
  return { ...plain, generation, clientOrderId: clientOrderId(`sf-one.${generation}`) }
}

const says = (kind: string) =>
  happening<Told, Real, void>(
    kind,
    (told, real) => {
      const rule = RULES[kind]
      const before = real.order
      const isPossible = rule?.can(told) ?? false
      expect(nextStatus(before.status, eventOf(kind).kind) !== undefined).toBe(isPossible)
      if (!isPossible || rule === undefined) return
      const event = eventFor(kind, told)
      rule.does(told)
      told.events += 1
      real.order = evolve(before, event)
      agree(told, before, real.order)
    },
    ({ filled }) => kind !== 'partially_filled' || filled < SIZE - 1,
  )

/** Found at the venue by its name, so it was sent at least once: it is there if we thought it had never left, a note otherwise. */
const adopted = happening<Told, Real, void>('adopted', (told, real) => {
  const before = real.order
  if (told.where === 'at home') told.where = 'received'
  told.generations = Math.max(1, told.generations)
  told.events += 1
  real.order = evolve(before, { kind: 'adopted', at: T0, brokerOrderId: brokerOrderId('b1') })
  agree(told, before, real.order)
})

/** An execution after the end: booked in full, and the end stays what it was. */
const lateExecution = happening<Told, Real, void>(
  'late execution',
  (told, real) => {
    const before = real.order
    told.filled += 1
    told.events += 1
    const fill = fillOf('1', '100', { id: `late${told.events}` })
    real.order = evolve(before, { kind: 'corrected', at: T0, reason: 'late_execution', fill })
    agree(told, before, real.order)
  },
  ({ where }) => where === 'over',
)

function agree(told: Told, before: Order, order: Order): void {
  const { status, orderSeq, filledQuantity, filledNotional, brokerOrders } = order
  expect([status, orderSeq, `${filledQuantity}`, `${filledNotional}`, brokerOrders.length]).toEqual([
    statusOf(told),
    told.events,
    `${told.filled}`,
    `${told.filled * 100}`,
    told.generations,
  ])
  expect(filledQuantity.lessThan(before.filledQuantity)).toBe(false)
  expect(order.closedAt !== undefined).toBe(isFinal(status))
}

it('an order follows what can be true of it and nothing else, and an end is an end (I-17, I-20)', () => {
  const kinds = [...Object.keys(RULES), 'partially_filled', 'submitting', 'submitting', 'retry_scheduled']
  const commands = [
    fc.constantFrom(...kinds).map(says),
    fc.constantFrom('held', 'released', 'submitting', 'unconfirmed', 'submitted', 'accepted').map(says),
    fc.constantFrom(adopted, lateExecution),
  ]
  fc.assert(
    fc.property(shortStory<Told, Real>(commands), (happenings) => {
      const told: Told = { where: 'at home', end: '', filled: 0, generations: 0, events: 1 }
      fc.modelRun(() => ({ model: told, real: { order: anOrder() } }), happenings)
    }),
    runs(300),
  )
})
