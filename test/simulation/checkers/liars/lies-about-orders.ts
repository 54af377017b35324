import { exact, plain } from '../exact.ts'
import type { DoubleDaemon } from './double-daemon.ts'
import {
  acknowledged,
  booked,
  cancelled,
  denied,
  doubted,
  filled,
  left,
  marked,
  placed,
  read,
  tagOf,
  taken,
  toldOfFill,
  traded,
  working,
} from './honest-life.ts'
import type { Lie } from './lie.ts'

/** What became of an order, and what was executed for it. */
export const LIES_ABOUT_ORDERS: readonly Lie[] = [
  {
    checker: 'every order of ours is known',
    tells: 'an order at the venue that the store has lost',
    told: (daemon) => {
      const { record } = denied(daemon, 'a')
      const lost = placed(daemon, { record: { ...record, client_order_id: 'sf-instlost' }, lines: 0 })
      lost.status = 'cancelled'
      daemon.look()
    },
  },
  {
    checker: 'every state has its evidence',
    tells: 'an acceptance that nobody told',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      placed(daemon, order)
      daemon.tell(order, 'order.accepted', { status: 'accepted' })
      daemon.look()
    },
  },
  {
    checker: 'refused means absent',
    tells: 'an order that is called rejected and works at the venue',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      placed(daemon, order)
      daemon.tell(order, 'order.rejected', { status: 'rejected' }, { channel: 'answer' })
      daemon.look()
    },
  },
  {
    checker: 'absence takes its time',
    tells: 'an order given up because it was not found at once',
    told: (daemon) => {
      const order = doubted(daemon, 'c')
      read(daemon, 'c')
      daemon.tell(order, 'order.failed', { status: 'failed' }, { proof: 'absent_after_settling' })
      daemon.look()
    },
  },
  {
    checker: 'absence takes its time',
    tells: 'an order given up without a question',
    told: (daemon) => {
      const order = doubted(daemon, 'c')
      daemon.look('always', 60_000)
      daemon.tell(order, 'order.failed', { status: 'failed' }, { proof: 'absent_after_settling' })
      daemon.look()
    },
  },
  {
    checker: 'absence takes its time',
    tells: 'an order called unsent that left',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      daemon.tell(order, 'order.failed', { status: 'failed' }, { proof: 'not_sent' })
      daemon.look()
    },
  },
  {
    checker: 'agrees with the venue',
    tells: 'an order that is called cancelled and works',
    told: (daemon) => {
      const { order } = working(daemon, 'a')
      daemon.tell(order, 'order.cancelled', { status: 'cancelled' }, { channel: 'poll' })
      daemon.look()
    },
  },
  {
    checker: 'agrees with the venue',
    tells: 'an order that is called cancelled and was refused before anything traded',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      truth.status = 'rejected'
      daemon.tell(order, 'order.cancelled', { status: 'cancelled' }, { channel: 'poll' })
      daemon.look()
    },
  },
  {
    checker: 'agrees with the venue',
    tells: 'an order that is called accepted and is not there',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      daemon.tell(order, 'order.accepted', { status: 'accepted', broker_order_id: 'dream' }, { channel: 'poll' })
      daemon.look()
    },
  },
  {
    checker: 'the average is exact',
    tells: 'an average price rounded too early',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a', { quantity: '3' })
      booked(daemon, order, traded(daemon, truth, 'a', '1', '100.1'))
      const trade = traded(daemon, truth, 'a', '2', '100')
      daemon.book(order, trade)
      const fill = { execution_id: trade.id, quantity: '2', price: '100' }
      const sums = { filled_quantity: '3', average_fill_price: '100.03', status: 'filled' }
      daemon.tell(order, 'order.filled', sums, { channel: 'stream', fill })
      daemon.look()
    },
  },
  {
    checker: 'doubt is alarmed',
    tells: 'an order that is in doubt for a long time, and nobody hears of it',
    told: (daemon) => {
      const order = doubted(daemon, 'a')
      daemon.look('always', 61_000)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
    },
  },
  {
    checker: 'only published transitions',
    tells: 'an order that is accepted twice',
    told: (daemon) => {
      const { order } = working(daemon, 'a')
      daemon.tell(order, 'order.accepted', {}, { channel: 'poll' })
      daemon.look()
    },
  },
  {
    checker: 'each execution once',
    tells: 'one execution booked twice, in the place of another',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      const first = traded(daemon, truth, 'a', '5')
      booked(daemon, order, first)
      daemon.look()
      daemon.book(order, traded(daemon, truth, 'a', '5'))
      toldOfFill(daemon, order, first)
      daemon.look()
    },
  },
  {
    checker: 'fills make the filled',
    tells: 'a fill that stands under no order for a while',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      const trade = traded(daemon, truth, 'a', '5')
      daemon.book(order, trade, { orderId: 'nobody' })
      toldOfFill(daemon, order, trade)
      daemon.look()
      daemon.disk.change('fills', { order_id: String(order.record.id) }, { execution_id: trade.id })
      daemon.look()
    },
  },
  {
    checker: 'no fill is lost',
    tells: 'two executions booked at their average',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a', { price: '110' })
      const [one, two] = [traded(daemon, truth, 'a', '5', '100'), traded(daemon, truth, 'a', '5', '102')]
      booked(daemon, order, { ...one, price: '101' })
      booked(daemon, order, { ...two, price: '101' })
      daemon.look()
    },
  },
  {
    checker: 'no fill is lost',
    tells: 'an execution of an order in doubt that no human was asked about',
    told: (daemon) => {
      const truth = placed(daemon, doubted(daemon, 'd'))
      traded(daemon, truth, 'd', '5')
      daemon.look()
    },
    also: ['positions agree with the venue', 'every order comes to rest'],
  },
  {
    checker: 'filled only grows',
    tells: 'a filled quantity that goes back for a moment',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      booked(daemon, order, traded(daemon, truth, 'a', '5'))
      daemon.look()
      daemon.tell(order, 'order.cancel_requested', { filled_quantity: '4' }, { by: 'trader' })
      daemon.tell(order, 'order.manual_change', { filled_quantity: '5' }, { channel: 'poll' })
      daemon.cross({ account: 'a', what: 'cancel', direction: 'out', tag: tagOf(order), body: '' })
      daemon.look()
    },
  },
  {
    checker: 'only trades fill',
    tells: 'a fill that was guessed before the venue made it',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      const guess = { id: 'guessed', quantity: '5', price: '100' }
      booked(daemon, order, guess)
      daemon.look()
      traded(daemon, truth, 'a', '5')
      daemon.look()
    },
  },
  {
    checker: 'a position is the sum of its fills',
    tells: 'a position that forgets a fill for a while',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      booked(daemon, order, traded(daemon, truth, 'a', '5'))
      const held = daemon.site('a').positions.get('AAPL') ?? '0'
      moved(daemon, plain(exact(held) - exact('5')))
      daemon.look()
      moved(daemon, held)
      daemon.look()
    },
  },
  {
    checker: 'positions agree with the venue',
    tells: "a stranger's trade that nobody booked",
    told: (daemon) => {
      daemon.site('a').positions.set('MSFT', '3')
      daemon.look()
    },
  },
  {
    checker: 'the books fold from zero',
    tells: 'a profit that drifts by the smallest digit for a while',
    told: (daemon) => {
      const kept = drifted(daemon)
      for (let n = 0; n < 300; n += 1) daemon.note('c', 'breaker.closed')
      daemon.look()
      daemon.disk.change('positions', { realised_pnl: kept }, { account: 'a', symbol: 'AAPL' })
    },
  },
  {
    checker: 'the books fold from zero at rest',
    tells: 'a profit that drifts by the smallest digit',
    told: (daemon) => {
      drifted(daemon)
      daemon.look()
    },
  },
  {
    checker: 'the books fold from zero at rest',
    tells: "a fee in another currency that is summed as the account's own",
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      const fill = traded(daemon, truth, 'a', '5')
      booked(daemon, order, fill)
      daemon.disk.change('fills', { commission_currency: 'BTC' }, { execution_id: fill.id })
      daemon.look()
    },
  },
  {
    checker: 'perfect knowledge',
    tells: 'an order whose row forgets what it paid',
    told: (daemon) => {
      const { order } = filled(daemon, 'a')
      daemon.disk.change(
        'orders',
        { record: JSON.stringify({ ...order.record, filled_notional: '1' }) },
        { id: String(order.record.id) },
      )
      daemon.look()
    },
  },
  {
    checker: 'accounts do not cross',
    tells: 'a fill booked in the wrong account',
    told: (daemon) => {
      const { order, truth } = working(daemon, 'a')
      booked(daemon, order, traded(daemon, truth, 'a', '5'))
      daemon.disk.add('fills', {
        ...{ account: 'b', execution_id: 'strayed', order_id: String(order.record.id), symbol: 'AAPL', side: 'buy' },
        ...{ quantity: '0', price: '100', time: 0, commission: '0', commission_currency: 'USD', booked_at: 0 },
      })
      daemon.look()
    },
  },
  {
    checker: 'every order comes to rest',
    tells: 'an order that is never looked at again',
    told: (daemon) => {
      taken(daemon, 'a')
      daemon.look()
    },
  },
  {
    checker: 'recovery repeats itself',
    tells: 'a start that says of a settled order what was said before',
    late: true,
    told: (daemon) => {
      const { order } = settled
      daemon.tell(order, 'order.manual_change', {}, { channel: 'recovery' })
      daemon.look()
    },
  },
]

/** The last order of the honest life, as the liars of the second quiet moment find it. */
const settled = { order: { record: {}, lines: 0 } as ReturnType<typeof taken> }
export const settledFor = (daemon: DoubleDaemon): void => {
  settled.order = cancelled(daemon, 'a').order
}

const moved = (daemon: DoubleDaemon, quantity: string): void =>
  daemon.disk.change('positions', { quantity }, { account: 'a', symbol: 'AAPL' })

/** The profit as it was. */
function drifted(daemon: DoubleDaemon): string {
  const sql = "SELECT realised_pnl FROM positions WHERE account = 'a' AND symbol = 'AAPL'"
  const kept = String(daemon.disk.database.prepare(sql).get()?.realised_pnl)
  const realised_pnl = plain(exact(kept) + exact('0.000000000001'))
  daemon.disk.change('positions', { realised_pnl }, { account: 'a', symbol: 'AAPL' })
  return kept
}
