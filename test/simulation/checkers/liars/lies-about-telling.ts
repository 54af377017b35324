import type { DoubleDaemon } from './double-daemon.ts'
import { acknowledged, addSignal, denied, filled, left, marked, placed, taken, working } from './honest-life.ts'
import type { Lie } from './lie.ts'

const NO_TROUBLE_MS = 120_000
const changeRecord = (daemon: DoubleDaemon, record: Record<string, unknown>, change: object): void =>
  daemon.disk.change('orders', { record: JSON.stringify({ ...record, ...change }) }, { id: String(record.id) })

/** What is on disk, in the log, and told to others. */
export const LIES_ABOUT_TELLING: readonly Lie[] = [
  {
    checker: 'one commit carries it all',
    tells: 'an event whose order is written a commit later',
    told: (daemon) => {
      const { order } = working(daemon, 'a')
      daemon.tell(order, 'order.manual_change', {}, { channel: 'poll' }, { rowless: true })
      daemon.look()
      daemon.writeRow(order)
      daemon.look()
    },
  },
  {
    checker: 'everything is delivered',
    tells: 'a last event that nobody was given',
    told: (daemon) => {
      daemon.note('ghost', 'session.started', {}, { undelivered: true })
      daemon.look('always', NO_TROUBLE_MS)
    },
  },
  {
    checker: 'events come in their order',
    tells: 'two events of an order told the wrong way round',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      daemon.tell(order, 'order.denied', { status: 'denied' }, { code: 'halted' })
      const [last, before] = [daemon.heard.pop(), daemon.heard.pop()]
      if (last !== undefined && before !== undefined) daemon.heard.push(last, before)
      daemon.look()
    },
  },
  {
    checker: 'the chain of the log holds',
    tells: 'a line that continues another line than the one before it',
    told: (daemon) => {
      daemon.log.brokenAt = 20
    },
  },
  {
    checker: 'the log tells the disk',
    tells: 'a line rewritten, and the chain after it as well',
    told: (daemon) => {
      const entry = daemon.log.entries.at(-1)
      if (entry !== undefined) entry.body = entry.body.replace('"mode":"paper"', '"mode":"live"')
    },
  },
  {
    checker: 'the log tells the disk',
    tells: 'an event that never came into the log',
    told: (daemon) => {
      daemon.note('a', 'breaker.closed', {}, { unlogged: true })
      daemon.look()
    },
  },
  {
    checker: 'the log makes the store',
    tells: 'an order changed on disk without a word',
    told: (daemon) => {
      const { order } = filled(daemon, 'a')
      changeRecord(daemon, order.record, { limit_price: '99' })
      daemon.look()
    },
  },
  {
    checker: 'nothing is told too early',
    tells: 'an event told before it was written',
    told: (daemon) => {
      const head = daemon.disk.count("SELECT account_seq FROM leases WHERE account = 'a'")
      const text = JSON.stringify({ v: 1, event: 'breaker.closed', account: 'a' })
      daemon.deliver('a', head + 1, 'early', text)
      daemon.look()
      const row = { account: 'a', account_seq: head + 1, event: 'breaker.closed', event_id: 'early', at: 0, line: text }
      daemon.disk.add('events', row)
      daemon.useNumber('a')
      daemon.log.entries.push({ body: text, account: 'a', accountSeq: head + 1 })
      daemon.look()
    },
  },
  {
    checker: 'what was told stays',
    tells: 'an event that a crash undid after it was told',
    told: (daemon) => {
      const id = daemon.note('a', 'breaker.closed')
      daemon.look()
      daemon.disk.database.prepare('DELETE FROM events WHERE event_id = ?').run(id)
      daemon.look()
    },
    also: ['the log tells the disk'],
  },
  {
    checker: 'what was acknowledged has its effect',
    tells: 'a signal that was taken and came to nothing',
    told: (daemon) => {
      addSignal(daemon, 'a', 'forgotten', '{}', 202)
      daemon.answers.set('forgotten', { at: daemon.now, kind: 'taken', body: '' })
      daemon.look()
    },
  },
  {
    checker: 'answered means durable',
    tells: 'a denial that was answered and not written',
    told: (daemon) => {
      daemon.answers.set('unwritten', { at: daemon.now, kind: 'denied', body: '' })
      daemon.look()
    },
  },
  {
    checker: 'one configuration a decision',
    tells: 'an order decided by a configuration that never was',
    told: (daemon) => {
      denied(daemon, 'a', { version: 'c9' })
    },
  },
  {
    checker: 'the decision stays',
    tells: 'an order that takes on another configuration later',
    told: (daemon) => {
      changeRecord(daemon, denied(daemon, 'a').record, { config_version: 'c2' })
      daemon.look()
    },
  },
  {
    checker: 'alarms come soon',
    tells: 'a fill that is told seconds late',
    told: (daemon) => {
      daemon.look('always', NO_TROUBLE_MS)
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
      const { truth } = { truth: daemon.site('a').orders.at(-1) }
      if (truth !== undefined) truth.status = 'rejected'
      daemon.tell(order, 'order.rejected', { status: 'rejected' }, { channel: 'stream' })
      const late = daemon.heard.pop()
      daemon.look()
      daemon.look('always', 2_000)
      if (late !== undefined) daemon.heard.push(late)
      daemon.look()
    },
  },
  {
    checker: 'the outbox is empty',
    tells: 'a listener that is left behind for good',
    late: true,
    told: (daemon) => {
      const behind = daemon.disk.count("SELECT account_seq FROM leases WHERE account = 'd'") - 3
      daemon.disk.change('sink_positions', { account_seq: behind }, { sink: 'witness', account: 'd' })
      daemon.look('always', NO_TROUBLE_MS)
    },
  },
  {
    checker: 'silent streams are replaced',
    tells: 'a stream that says nothing for an hour and is kept',
    told: (daemon) => {
      const order = taken(daemon, 'a')
      marked(daemon, order)
      daemon.look()
      left(daemon, order)
      daemon.streams.push({ life: daemon.life, account: 'a', from: 0, openedAt: 0, deafFrom: daemon.now })
      daemon.look('always', 8_000)
      acknowledged(daemon, order, placed(daemon, order))
      daemon.look()
      daemon.look('always', 3_600_000)
    },
  },
]
