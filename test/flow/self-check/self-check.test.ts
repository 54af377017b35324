import { describe, expect, it } from 'vitest'
import { orderLine } from '../../../src/core/audit-line.ts'
import { evolve } from '../../../src/core/evolve.ts'
import type { Fill } from '../../../src/core/fill.ts'
import { clientOrderId, orderId } from '../../../src/core/ids.ts'
import { quantity } from '../../../src/core/money.ts'
import type { Order, OrderDraft } from '../../../src/core/order.ts'
import type { OrderEvent } from '../../../src/core/order-events.ts'
import { FETCH_WITHIN_MS, PASSED_OVER_MS } from '../../../src/flow/self-check/fill-fetches.ts'
import { PositionSums } from '../../../src/flow/self-check/position-sums.ts'
import { SelfCheck } from '../../../src/flow/self-check/self-check.ts'
import type { Violation } from '../../../src/flow/self-check/violation.ts'
import type { StoredEvent } from '../../../src/ports/order-store.ts'
import { HandTime } from '../../support/hand-time.ts'
import { anOrder, created, eventOf, fillOf, T0 } from '../../support/orders.ts'
import { reportOf } from '../../support/scripted-gateway.ts'
import { storedEvent } from '../../support/stored-events.ts'

/** A daemon whose every word is the test's: what it commits, what it lets out, what its store gives back. */
class Daemon {
  readonly time = new HandTime(T0)
  readonly found: Violation[] = []
  readonly rows = new Map<string, Order>()
  readonly fills = new Map<string, Fill[]>()
  readonly history = new Map<string, StoredEvent[]>()
  readonly check: SelfCheck
  epoch = 1
  #seq = 0
  audit: readonly Violation[] = []
  /** Its store does not have what it was said to have. */
  forgets = false

  constructor({ wasHalted = false } = {}) {
    this.check = new SelfCheck({
      store: {
        order: async (id) => this.rows.get(id),
        fills: async (id) => this.fills.get(id) ?? [],
        orderEvents: async (id) => this.history.get(id) ?? [],
        marksAfter: async (_account, after) => this.marksAfter(after),
      },
      clock: this.time,
      timers: this.time,
      wasHalted,
      checkAudit: async () => this.audit,
      onViolation: (_account, violation) => this.found.push(violation),
    })
    this.check.opened('paper', { epoch: 1, accountSeq: 0, orders: [], fills: [], positions: [] })
  }

  marksAfter(after: number): { readonly marks: number; readonly upTo: number } {
    const marks = [...this.history.values()].flat().filter((one) => one.event === 'order.submitting' && !this.forgets)
    return { marks: marks.filter(({ accountSeq }) => accountSeq > after).length, upTo: this.#seq }
  }

  get broken(): string[] {
    return this.found.map(({ invariant }) => invariant)
  }

  /** Commits one event of an order, as the daemon would. */
  commit(before: Order | undefined, event: OrderEvent): Order {
    const after = evolve(before, event)
    this.committed(after, [event.kind], before)
    return after
  }
  committed(after: Order, kinds: readonly string[], before?: Order): void {
    const events = kinds.map((kind, n): StoredEvent => {
      this.#seq += 1
      const line = orderLine({ ...eventOf('released'), kind } as OrderEvent, after, before?.status, 's1')
      const orderSeq = after.orderSeq - kinds.length + 1 + n
      return {
        event: `order.${kind}`,
        eventId: `${after.id}-${orderSeq}`,
        at: T0,
        orderId: after.id,
        orderSeq,
        line,
        account: 'paper',
        accountSeq: this.#seq,
      }
    })
    this.rows.set(after.id, after)
    this.history.set(after.id, [...(this.history.get(after.id) ?? []), ...events])
    this.check.committed('paper', events, [after])
  }
  /** A word on a position, enough of them that one is looked at. */
  tellPosition(order: Order, held: string): void {
    const line = JSON.stringify({ symbol: order.symbol, detail: { quantity: held } })
    for (let n = 0; n < 8; n += 1) {
      this.#seq += 1
      const told = {
        event: 'position.changed',
        eventId: `p${this.#seq}`,
        at: T0,
        line,
        account: 'paper',
        accountSeq: this.#seq,
      }
      this.check.committed('paper', [told], [order])
    }
  }
  halt(event: 'halt.on' | 'halt.off'): void {
    this.check.committed('_', [{ event, eventId: event, at: T0, line: '{}', account: '_', accountSeq: 1 }], [])
  }
  leave(order: Order, payloadHash = order.payloadHash ?? ''): void {
    this.check.left('paper', { order, payloadHash, epoch: this.epoch })
  }
  book(order: Order, ...fills: readonly [id: string, size: string][]): void {
    const booked = fills.map(
      ([id, size]): Fill => ({
        ...fillOf(size, '100', { id }),
        orderId: order.id,
        account: 'paper',
        symbol: order.symbol,
        side: order.side,
        bookedAt: T0,
      }),
    )
    this.fills.set(order.id, booked)
  }
  readBack(): Promise<void> {
    return this.time.pass(12_000)
  }
}
const draft = (over: Partial<OrderDraft> = {}): OrderEvent => created(over)
const marked = (at: Daemon, over: Partial<OrderDraft> = {}): Order =>
  at.commit(at.commit(undefined, draft(over)), eventOf('submitting'))

const counting = (count: string) => reportOf('sf-one' as never, 'working', { cumulativeQuantity: quantity(count) })

/** Created, sent, accepted and filled, with everything that belongs to it. */
async function honestLife(at: Daemon): Promise<Order> {
  const order = marked(at)
  at.leave(order)
  const accepted = at.commit(at.commit(order, eventOf('submitted')), eventOf('accepted'))
  const filled = at.commit(accepted, eventOf('filled'))
  at.book(filled, ['e1', '10'])
  at.tellPosition(filled, '10')
  await at.readBack()
  return filled
}

describe('a daemon that keeps its promises', () => {
  it('hears nothing, over every way an order can go', async () => {
    const at = new Daemon()
    await honestLife(at)
    for (const [n, path] of WAYS.entries()) {
      const id = orderId(`019c0000-0000-7000-8000-${String(n + 100).padStart(12, '0')}`)
      let order = at.commit(undefined, draft({ id, clientOrderId: clientOrderId(`sf-way-${n}`) }))
      for (const kind of path.split(' ')) order = at.commit(order, eventOf(kind))
      at.book(
        order,
        ...(order.filledQuantity.isZero ? [] : ([[`w${n}`, order.filledQuantity.toString()]] as [string, string][])),
      )
    }
    await at.readBack()
    expect(at.found).toEqual([])
    expect(at.check.status.checked).toBeGreaterThan(10)
  })
})
const WAYS = [
  'denied',
  'held released submitting rejected',
  'submitting unconfirmed failed',
  'submitting unconfirmed accepted cancel_requested cancelled',
  'submitting submitted accepted partially_filled expired',
  'submitting accepted retry_scheduled retry_dropped',
]

describe('a daemon that breaks exactly one promise is found out', () => {
  const LIES: readonly [invariant: string, lie: string, (at: Daemon) => void | Promise<void>][] = [
    [
      'I-03',
      'it sends what it never marked',
      (at) => {
        marked(at, { id: orderId('019c0000-0000-7000-8000-000000000009') })
        at.leave({ ...anOrder(), attempt: 1, payloadHash: 'h1' })
      },
    ],
    ['I-03', 'it sends other bytes than it marked', (at) => at.leave(marked(at), 'other')],
    ['I-03', 'it sends another attempt than it marked', (at) => at.leave({ ...marked(at), attempt: 2 })],
    [
      'I-05',
      'it sends twice on one mark',
      (at) => {
        const order = marked(at)
        at.leave(order)
        at.leave(order)
      },
    ],
    [
      'I-17',
      'it opens again what had ended',
      (at) => {
        const order = marked(at)
        at.commit(order, eventOf('rejected'))
        at.committed({ ...order, status: 'accepted', orderSeq: order.orderSeq + 2 }, ['accepted'], order)
      },
    ],
    [
      'I-17',
      'it leaves an event out',
      (at) => {
        const order = marked(at)
        at.committed({ ...order, status: 'accepted', orderSeq: order.orderSeq + 2 }, ['accepted'], order)
      },
    ],
    [
      'I-21',
      'it holds what no fill explains',
      (at) => {
        const order = marked(at)
        const filled = at.commit(at.commit(order, eventOf('accepted')), eventOf('filled'))
        at.book(filled, ['e1', '10'])
        at.tellPosition(filled, '11')
      },
    ],
    [
      'I-18',
      'it books one execution twice',
      async (at) => {
        const order = marked(at)
        const filled = at.commit(at.commit(order, eventOf('accepted')), eventOf('filled'))
        at.book(filled, ['e1', '5'], ['e1', '5'])
        await at.readBack()
      },
    ],
    [
      'I-19',
      'it counts more than it booked',
      async (at) => {
        const order = marked(at)
        const filled = at.commit(at.commit(order, eventOf('accepted')), eventOf('filled'))
        at.book(filled, ['e1', '9'])
        await at.readBack()
      },
    ],
    [
      'I-33',
      'its events tell another story than its orders',
      async (at) => {
        const order = marked(at)
        at.rows.set(order.id, { ...order, status: 'accepted' })
        await at.readBack()
      },
    ],
    [
      'I-33',
      'its audit log is not its store',
      async (at) => {
        at.audit = [{ invariant: 'I-33', message: 'a line too many', evidence: {} }]
        for (let n = 0; n < 10; n += 1) {
          marked(at, {
            id: orderId(`019c0000-0000-7000-8000-${String(n).padStart(12, '0')}`),
            clientOrderId: clientOrderId(`sf-${n}`),
          })
          await at.time.pass(1_000)
        }
      },
    ],
    [
      'I-36',
      'it sends for an account that has a newer owner',
      (at) => {
        at.check.opened('paper', { epoch: 2, accountSeq: 0, orders: [], fills: [], positions: [] })
        at.leave(marked(at))
      },
    ],
    [
      'I-41',
      'it sends while another generation may live',
      (at) => {
        const order = marked(at)
        const other = { generation: 0, clientOrderId: clientOrderId('sf-zero'), status: 'unconfirmed' } as const
        at.leave({ ...order, brokerOrders: [...order.brokerOrders, other] })
      },
    ],
    [
      'I-41',
      'it has sent more than its store holds marks, within the second',
      async (at) => {
        at.forgets = true
        at.leave(marked(at))
        await at.time.pass(1_000)
      },
    ],
    [
      'I-19',
      'it hears of an execution and asks for nothing',
      async (at) => {
        at.check.heard('paper', marked(at), counting('4'))
        await at.time.pass(FETCH_WITHIN_MS + 1_000)
      },
    ],
    [
      'I-19',
      'it asks for every order but the one that lacks an execution',
      async (at) => {
        at.check.heard('paper', marked(at), counting('4'))
        for (let passed = 0; passed <= PASSED_OVER_MS; passed += 60_000) {
          at.check.asked('paper', orderId('another'))
          await at.time.pass(60_000)
        }
      },
    ],
    [
      'I-44',
      'it sends after trading was halted',
      (at) => {
        const order = marked(at)
        at.halt('halt.on')
        at.leave(order)
      },
    ],
  ]
  it.each(LIES)('%s: %s', async (invariant, _, lie) => {
    const at = new Daemon()
    await lie(at)
    expect(new Set(at.broken)).toEqual(new Set([invariant]))
    expect(at.check.status.violations).toMatchObject([
      { invariant, account: expect.any(String), at: expect.any(Number) },
    ])
  })

  const KEEPING: readonly (readonly [string, (at: Daemon, order: Order) => void])[] = [
    ['it asks for the order', (at, { id }) => at.check.asked('paper', id)],
    [
      'the execution comes by itself',
      (at, order) => {
        const fill = fillOf('4', '100')
        at.commit(at.commit(order, eventOf('accepted')), { kind: 'partially_filled', at: T0, fill })
      },
    ],
  ]
  it.each(KEEPING)('I-19: is kept when %s in time', async (_how, keep) => {
    const at = new Daemon()
    const order = marked(at)
    at.check.heard('paper', order, counting('4'))
    await at.time.pass(FETCH_WITHIN_MS - 1)
    keep(at, order)
    at.book(order, ['e1', at.rows.get(order.id)?.filledQuantity.toString() ?? '0'])
    await at.time.pass(PASSED_OVER_MS)
    expect(at.found).toEqual([])
  })
  it('I-44: also when the halt is older than the process, and no longer once it is resumed', () => {
    const at = new Daemon({ wasHalted: true })
    at.leave(marked(at))
    expect(at.broken).toEqual(['I-44'])
    const resumed = new Daemon({ wasHalted: true })
    resumed.halt('halt.off')
    resumed.leave(marked(resumed))
    expect(resumed.found).toEqual([])
  })
  it('I-21: takes no sum for known after an order that nobody remembers has moved it', () => {
    const sums = new PositionSums([])
    const order = marked(new Daemon())
    const filledTo = (size: string): Order => ({ ...order, filledQuantity: quantity(size) })
    sums.filled(filledTo('7'), undefined)
    sums.filled(filledTo('9'), quantity('7'))
    const word = (held: string): StoredEvent => ({
      ...storedEvent('paper', 1),
      line: JSON.stringify({ symbol: order.symbol, detail: { quantity: held } }),
    })
    for (let n = 0; n < 16; n += 1) expect(sums.told(word('12'), true)).toBeUndefined()
    sums.filled(filledTo('10'), quantity('9'))
    const later = Array.from({ length: 8 }, () => sums.told(word('12'), true))
    expect(later.filter((violation) => violation !== undefined)).toHaveLength(1)
  })
  it('says it once, with what shows it', () => {
    const at = new Daemon()
    const order = marked(at)
    for (let n = 0; n < 5; n += 1) at.leave(order)
    expect(at.broken.filter((invariant) => invariant === 'I-05')).toHaveLength(1)
    expect(at.found[0]?.evidence).toMatchObject({ order_id: order.id, mark: { used: true } })
  })
  it('takes an order that is corrected with its event for what it is', () => {
    const at = new Daemon()
    const filled = at.commit(at.commit(marked(at), eventOf('accepted')), eventOf('filled'))
    const { orderSeq } = filled
    at.committed({ ...filled, status: 'partially_filled', orderSeq: orderSeq + 1, filledQuantity: quantity('4') }, [
      'corrected',
    ])
    expect(at.found).toEqual([])
  })
})
