import { BEGINS, type DoubleDaemon } from './double-daemon.ts'
import {
  acknowledged,
  bodyOf,
  cancelled,
  denied,
  doubted,
  filled,
  heardBack,
  left,
  marked,
  placed,
  read,
  tagOf,
  taken,
  type Wish,
  working,
} from './honest-life.ts'
import type { Lie } from './lie.ts'

/** Marked, sent as `body`, taken and acknowledged. */
function sent(daemon: DoubleDaemon, account: string, wish: Wish, bodies: { mark?: string; wire?: string } = {}): void {
  const order = taken(daemon, account, wish)
  marked(daemon, order, bodies.mark ?? bodies.wire)
  daemon.look()
  left(daemon, order, bodies.wire ?? bodies.mark)
  acknowledged(daemon, order, placed(daemon, order))
  daemon.look()
}

/** What leaves, how often, when, and by whom. */
export const LIES_ABOUT_SENDING: readonly Lie[] = [
  {
    checker: 'once under one id',
    tells: 'a second order under an id that the venue has',
    told: (daemon) => {
      const { truth } = cancelled(daemon, 'a')
      const twin = { ...truth, tag: undefined as unknown as string, brokerOrderId: 'twin' }
      daemon.site('a').orders.push({ ...twin, tag: tagOf(denied(daemon, 'a')), status: 'rejected' })
      daemon.look()
    },
  },
  {
    checker: 'once per intent',
    tells: 'the same intent twice at a venue that takes no ids',
    told: (daemon) => {
      const { truth } = cancelled(daemon, 'd')
      daemon.site('d').orders.push({ ...truth, brokerOrderId: 'twin', executions: [] })
      daemon.look()
    },
  },
  {
    checker: 'once per intent',
    tells: 'a new generation while the one before works',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      daemon.tell(order, 'order.retry_scheduled', { status: 'retry_pending' }, { reason: 'venue.busy' })
      order.record.client_order_id = `${tagOf(order)}-2`
      marked(daemon, order)
      left(daemon, order)
      const second = placed(daemon, order)
      daemon.look()
      truth.status = 'rejected'
      acknowledged(daemon, order, second)
      daemon.look()
    },
    also: ['no more out than in'],
  },
  {
    checker: 'once per intent',
    tells: 'the same intent under another name once the first had filled',
    told: (daemon) => {
      const { order } = filled(daemon, 'a')
      order.record.client_order_id = `${tagOf(order)}-2`
      marked(daemon, order)
      left(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
    also: ['no more out than in', 'only published transitions'],
  },
  {
    checker: 'marked before the wire',
    tells: 'a request that leaves with other bytes than were marked',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order, `${bodyOf(order)} `)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'marked before the wire',
    tells: 'a request that leaves before its mark',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      daemon.look()
      left(daemon, order)
      marked(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'a name means one order',
    tells: 'two orders with one client order id',
    told: (daemon) => {
      const first = denied(daemon, 'a')
      denied(daemon, 'a', { tag: tagOf(first) })
    },
  },
  {
    checker: 'every attempt is recorded',
    tells: 'a request that a library repeats by itself',
    told: (daemon) => {
      const { order } = working(daemon, 'a')
      left(daemon, order)
      daemon.look()
    },
  },
  {
    checker: 'every attempt is recorded',
    tells: 'a request for an order that is over',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      marked(daemon, order)
      truth.status = 'cancelled'
      daemon.tell(order, 'order.cancelled', { status: 'cancelled' }, { channel: 'stream' })
      left(daemon, order)
      daemon.look()
    },
    also: ['only published transitions'],
  },
  {
    checker: 'no blind repeat',
    tells: 'silence answered with a second request where ids are not enforced',
    told: (daemon) => {
      const order = doubted(daemon, 'c')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      heardBack(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'no blind repeat',
    tells: 'a repeat on the day after, when the venue has forgotten the id',
    told: (daemon) => {
      const order = doubted(daemon, 'b')
      daemon.note('b', 'case.opened', { order_id: order.record.id })
      daemon.look('always', 24 * 3_600_000)
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'same bytes every time',
    tells: 'a repeat that asks for something else in the same name',
    told: (daemon) => {
      const order = doubted(daemon, 'a')
      const other = `${bodyOf(order)} `
      marked(daemon, order, other)
      daemon.look()
      left(daemon, order, other)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'one order for a leg of a signal',
    tells: 'a signal that becomes two orders',
    told: (daemon) => {
      const first = denied(daemon, 'a')
      denied(daemon, 'a', { signal: String(first.record.signal_id) })
    },
  },
  {
    checker: 'not after its time',
    tells: 'an order that leaves when its time is over',
    told: (daemon) => {
      const order = taken(daemon, 'a', { expires: daemon.now + 15 })
      marked(daemon, order)
      daemon.look('always', 20)
      left(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'not after its time',
    tells: 'an order that outlives its time because the clock was put back',
    told: (daemon) => {
      const order = taken(daemon, 'a', { expires: daemon.now + 5_000 })
      marked(daemon, order)
      daemon.look()
      daemon.look('always', 60_000)
      left(daemon, order)
      Object.assign(daemon.wire.at(-1) ?? {}, { clock: BEGINS })
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'known before the gate opens',
    tells: 'a new process that sends before it has asked the venue',
    told: (daemon) => {
      const order = { record: { ...denied(daemon, 'b').record }, lines: 0 }
      Object.assign(order.record, { id: 'lost', client_order_id: 'sf-instlost', order_seq: 0, status: undefined })
      placed(daemon, order)
      daemon.look('always', 60_000)
      daemon.restart()
      working(daemon, 'b')
      daemon.tell(order, 'order.created', { status: 'created' }, { draft: { config_version: 'c1', leg: 2 } })
      daemon.tell(order, 'order.adopted', { status: 'submitted', attempt: 1 }, { channel: 'recovery' })
      daemon.look()
    },
  },
  {
    checker: 'asked before the gate opens',
    tells: 'a new process that sends before the venue has told what is open',
    told: (daemon) => {
      daemon.restart(false)
      working(daemon, 'a')
    },
  },
  {
    checker: 'nothing leaves on a bad store',
    tells: 'a request while the store is in trouble',
    told: (daemon) => {
      const from = daemon.now
      working(daemon, 'a')
      daemon.storeTrouble.push({ from, until: daemon.now })
      working(daemon, 'a')
      daemon.storeTrouble.push({ from: daemon.now - 15, until: daemon.now })
      working(daemon, 'a')
      const troubled = { from: daemon.now, until: daemon.now + 1_000 }
      daemon.storeTrouble.push(troubled)
      working(daemon, 'a')
    },
  },
  {
    checker: 'plain digits on the wire',
    tells: 'a quantity with an exponent',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      const body = JSON.stringify({ id: tagOf(order), qty: '1e1', limit: order.record.limit_price })
      marked(daemon, order, body)
      daemon.look()
      left(daemon, order, body)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'plain digits on the wire',
    tells: 'a price that lost its last digit on the way',
    told: (daemon) => {
      const order = taken(daemon, 'a', { price: '100.30000000000001' })
      const body = JSON.stringify({ id: tagOf(order), qty: '10', limit: '100.3' })
      marked(daemon, order, body)
      daemon.look()
      left(daemon, order, body)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'never more than asked',
    tells: 'a quantity rounded up',
    told: (daemon) => sent(daemon, 'a', { quantity: '10', asked: '9.6' }),
  },
  {
    checker: 'only the owner sends',
    tells: 'a request by a process that has lost the account',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      Object.assign(daemon.wire.at(-1) ?? {}, { epoch: daemon.life - 1 })
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'within the limits',
    tells: 'an order larger than any may be',
    told: (daemon) => sent(daemon, 'a', { quantity: '101', price: '100' }),
  },
  {
    checker: 'within the limits',
    tells: 'one open order more than there may be',
    told: (daemon) => {
      for (let n = 0; n < 20; n += 1) sent(daemon, 'c', { quantity: '1' })
    },
  },
  {
    checker: 'within the limits',
    tells: 'a position that may become larger than any may be',
    told: (daemon) => {
      for (let n = 0; n < 12; n += 1) sent(daemon, 'b', { quantity: '99' })
    },
  },
  {
    checker: 'no more out than in',
    tells: 'an order that no signal asked for',
    told: (daemon) => sent(daemon, 'a', { unsigned: true }),
  },
  {
    checker: 'halted means that nothing leaves',
    tells: 'a request after the halt was acknowledged',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.disk.add('facts', { name: 'halt', value: '{"halted":true}' })
      daemon.halts.push({ at: daemon.now, on: true })
      daemon.restart()
      daemon.look()
      left(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'the switch is on disk',
    tells: 'a halt that is acknowledged and not written',
    told: (daemon) => {
      daemon.halts.push({ at: daemon.now, on: true })
      daemon.look()
    },
  },
  {
    checker: 'cancels do not wait',
    tells: 'a cancel that waits behind everything else',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      daemon.tell(order, 'order.cancel_requested', {}, { by: 'trader' })
      daemon.look()
      for (let n = 0; n < 4; n += 1) {
        read(daemon, 'a')
        daemon.look('always', 500)
      }
      daemon.cross({ account: 'a', what: 'cancel', direction: 'out', tag: tagOf(order), body: '' })
      truth.status = 'cancelled'
      daemon.tell(order, 'order.cancelled', { status: 'cancelled' }, { channel: 'stream' })
      daemon.look()
    },
  },
  {
    checker: 'modes do not mix',
    tells: 'a live order at a paper venue',
    told: (daemon) => sent(daemon, 'a', { mode: 'live' }),
  },
  {
    checker: 'strangers are left alone',
    tells: "a cancel of somebody else's order",
    told: (daemon) => {
      daemon.cross({ account: 'a', what: 'cancel', direction: 'out', body: '', brokerOrderId: 'stranger-a' })
      daemon.look()
    },
  },
  {
    checker: 'accounts do not cross',
    tells: 'a cancel that leaves for the wrong account',
    told: (daemon) => {
      const { order } = working(daemon, 'a')
      daemon.cross({ account: 'b', what: 'cancel', direction: 'out', tag: tagOf(order), body: '' })
      daemon.look()
    },
  },
]
