import { describe, expect, it } from 'vitest'
import { TradesLog } from '../../../../src/adapters/sinks/trades-log/trades-log.ts'
import { noteLine } from '../../../../src/core/audit-line.ts'
import type { StoredEvent } from '../../../../src/ports/order-store.ts'
import { HandTime, KeptLog } from '../../../support/hand-time.ts'
import { MemoryFolder, MemoryLogFile } from '../../../support/memory-log-file.ts'
import { AT, storedEvent } from '../../../support/stored-events.ts'

const NAME = 'trades.jsonl'
const NONE: ReadonlyMap<string, number> = new Map()

const trade = {
  direction: 'long',
  quantity: '10',
  entry_price: '230.1',
  exit_price: '231.123456789',
  opened_at: '2026-03-02T14:00:00.000Z',
  closed_at: '2026-03-02T14:30:00.000Z',
  gross_pnl: '10.23456789',
  commission: '0',
  realised_pnl: '10.23456789',
}
function changed(account: string, accountSeq: number, reduces: boolean): StoredEvent {
  const eventId = `order-${accountSeq}.position`
  const context = { mode: 'paper', sessionId: 's1', account, venue: 'paper' } as const
  const detail = {
    quantity: '5',
    currency: 'USD',
    execution_id: `x${accountSeq}`,
    ...(reduces ? { closed_trade: trade } : {}),
  }
  const fields = { order_id: 'o1', signal_id: 's-1', strategy: 'mean', symbol: 'AAPL', reason: 'fill', detail }
  const line = noteLine('position.changed', eventId, AT, context, fields)
  return { event: 'position.changed', eventId, at: AT, account, accountSeq, line }
}
const events = (account: string, from: number, to: number): StoredEvent[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n).map((seq) =>
    seq % 4 === 0 ? storedEvent(account, seq) : changed(account, seq, seq % 2 === 0 || seq % 3 === 0),
  )

class Desk {
  readonly folder: MemoryFolder
  readonly time = new HandTime(AT)
  readonly log = new KeptLog()
  file: MemoryLogFile
  constructor(folder = new MemoryFolder()) {
    this.folder = folder
    this.file = new MemoryLogFile(folder, NAME)
  }
  open(saved = NONE, rotateBytes = 1_000_000): Promise<TradesLog> {
    this.file = new MemoryLogFile(this.folder, NAME)
    return TradesLog.open({ file: this.file, saved, clock: this.time, log: this.log, rotateBytes })
  }
}

describe('the trades log', () => {
  it('has a line for each reduction and for nothing else', async () => {
    const desk = new Desk()
    const trades = await desk.open()
    await trades.deliver([changed('paper', 1, false), changed('paper', 2, true), storedEvent('paper', 3)])
    expect(desk.folder.lines(NAME).map((line) => JSON.parse(line))).toEqual([
      {
        v: 1,
        time: '2026-03-02T14:30:00.000Z',
        event_id: 'order-2.position',
        mode: 'paper',
        account: 'paper',
        venue: 'paper',
        order_id: 'o1',
        signal_id: 's-1',
        strategy: 'mean',
        symbol: 'AAPL',
        account_seq: 2,
        execution_id: 'x2',
        ...trade,
        currency: 'USD',
      },
    ])
    expect(await trades.positions()).toEqual(new Map([['paper', 3]]))
  })
  it('tells no position before it is synced', async () => {
    const desk = new Desk()
    const trades = await desk.open()
    await trades.deliver(events('paper', 1, 5))
    desk.file.syncFails = true
    expect(await trades.positions()).toEqual(NONE)
    desk.file.syncFails = false
    expect(await trades.positions()).toEqual(NONE)
  })
  it('has each trade once, wherever a crash cut it off', async () => {
    const early = events('paper', 1, 6)
    const late = [...events('live', 1, 6), ...events('paper', 7, 12)]
    const saved = new Map([['paper', 6]])
    for (const rotateBytes of [1_000_000, 700]) {
      const desk = new Desk()
      const trades = await desk.open(NONE, rotateBytes)
      await trades.deliver(early)
      const before = desk.folder.copy()
      await trades.deliver(late)
      const sure = before.text(NAME).length
      const whole = desk.folder.text(NAME)
      for (let end = rotateBytes > 1_000 ? sure : 0; end <= whole.length; end += 1) {
        const crashed = new Desk(desk.folder.copy().write(NAME, whole.slice(0, end)))
        await (await crashed.open(saved)).deliver(late)
        expect(crashed.folder.text(NAME)).toBe(whole)
      }
    }
  })
  it('writes a trade again whose line a full disk cut off', async () => {
    const desk = new Desk()
    const trades = await desk.open()
    desk.file.failures = [120]
    await expect(trades.deliver(events('paper', 1, 3))).rejects.toThrow('no space')
    await trades.deliver(events('paper', 1, 3))
    expect(desk.folder.lines(NAME).map((line) => JSON.parse(line).account_seq)).toEqual([2, 3])
  })
  it('goes on in a new file when somebody else took the old one', async () => {
    const desk = new Desk()
    const trades = await desk.open()
    await trades.deliver([changed('paper', 2, true)])
    desk.folder.files.delete(NAME)
    await trades.deliver([changed('paper', 3, true)])
    expect(desk.folder.lines(NAME).map((line) => JSON.parse(line).account_seq)).toEqual([3])
    expect(desk.log.events).toEqual(['trades.touched_by_others'])
  })
})
