import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AuditLog } from '../../../../src/adapters/sinks/audit-log/audit-log.ts'
import type { ComparedStore } from '../../../../src/adapters/sinks/audit-log/compare-with-store.ts'
import { replayOrders } from '../../../../src/adapters/sinks/audit-log/replay-orders.ts'
import { verifyAudit } from '../../../../src/adapters/sinks/audit-log/verify-audit.ts'
import { readAuditLine } from '../../../../src/core/audit-chain.ts'
import { orderEventId, orderLine } from '../../../../src/core/audit-line.ts'
import { evolve } from '../../../../src/core/evolve.ts'
import { brokerOrderId, clientOrderId, executionId, orderId, signalId } from '../../../../src/core/ids.ts'
import { decimal } from '../../../../src/core/money.ts'
import type { Order } from '../../../../src/core/order.ts'
import type { OrderEvent } from '../../../../src/core/order-events.ts'
import type { StoredEvent } from '../../../../src/ports/order-store.ts'
import { EventJournal } from '../../../support/event-journal.ts'
import { HandTime, KeptLog } from '../../../support/hand-time.ts'
import { MemoryFolder, MemoryLogFile } from '../../../support/memory-log-file.ts'
import { AT, storedEvents } from '../../../support/stored-events.ts'

const NAME = 'orders.jsonl'

async function writtenLog(events: readonly StoredEvent[], rotateBytes = 1_000_000): Promise<MemoryLogFile> {
  const file = new MemoryLogFile(new MemoryFolder(), NAME)
  const audit = await AuditLog.open({
    file,
    saved: new Map(),
    clock: new HandTime(AT),
    log: new KeptLog(),
    rotateBytes,
  })
  for (const event of events) await audit.deliver([event])
  return file
}

describe('a log in several files', () => {
  const ROTATED = 'orders-20260302-001.jsonl'

  it('is walked from the oldest line to the newest', async () => {
    const file = await writtenLog(storedEvents('paper', 1, 10), 1_000)
    const verdict = await verifyAudit({ file })
    const last = readAuditLine(file.folder.lines(NAME).at(-1) ?? '')
    expect(verdict).toEqual({
      ok: true,
      files: [ROTATED, 'orders-20260302-002.jsonl', 'orders-20260302-003.jsonl', NAME].slice(-verdict.files.length),
      lines: 10 + verdict.files.length - 1,
      firstSeq: 1,
      firstTime: '2026-03-02T14:30:00.001Z',
      lastTime: '2026-03-02T14:30:00.010Z',
      head: { seq: last?.seq, hash: last?.hash },
      torn: false,
    })
    expect(verdict.files.length).toBeGreaterThan(2)
  })
  it('without its oldest files is checked from where it begins', async () => {
    const file = await writtenLog(storedEvents('paper', 1, 10), 1_000)
    await file.remove(ROTATED)
    expect(await verifyAudit({ file })).toMatchObject({ ok: true, firstSeq: expect.any(Number) })
    expect((await verifyAudit({ file })).firstSeq).toBeGreaterThan(1)
  })
  it('without one in the middle is broken, and each file alone is whole', async () => {
    const file = await writtenLog(storedEvents('paper', 1, 10), 1_000)
    expect(await verifyAudit({ file, only: 'orders-20260302-002.jsonl' })).toMatchObject({
      ok: true,
      files: ['orders-20260302-002.jsonl'],
    })
    await file.remove('orders-20260302-002.jsonl')
    expect(await verifyAudit({ file })).toMatchObject({
      ok: false,
      problem: { file: 'orders-20260302-003.jsonl', line: 1 },
    })
  })
  it('tells whether a head that was kept is still in it', async () => {
    const file = await writtenLog(storedEvents('paper', 1, 10), 1_000)
    const { head } = await verifyAudit({ file })
    expect(await verifyAudit({ file, head: head?.hash ?? '' })).toMatchObject({ ok: true })
    const lines = file.folder.lines(NAME)
    file.folder.write(
      NAME,
      lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(''),
    )
    expect(await verifyAudit({ file })).toMatchObject({ ok: true })
    expect(await verifyAudit({ file, head: head?.hash ?? '' })).toMatchObject({ ok: false, problem: { file: NAME } })
  })
  it('that does not exist is empty, and a torn end is named', async () => {
    const file = await writtenLog([])
    expect(await verifyAudit({ file })).toEqual({ ok: true, files: [], lines: 0, torn: false })
    file.folder.write(NAME, '{"v":1,')
    expect(await verifyAudit({ file })).toMatchObject({ ok: true, lines: 0, torn: true })
  })
})

describe('bytes that read the same and are not', () => {
  const bytesOf = (file: MemoryLogFile): Buffer => file.folder.files.get(NAME) ?? Buffer.alloc(0)
  const event = (text: string): StoredEvent => {
    const [made] = storedEvents('paper', 1, 1)
    if (made === undefined) throw new Error('no event')
    return { ...made, line: `${made.line.slice(0, -1)},"reason":"${text}"}` }
  }
  it('a mark at the beginning of the file', async () => {
    const file = await writtenLog([event('x')])
    file.folder.write(NAME, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytesOf(file)]))
    expect(await verifyAudit({ file })).toMatchObject({ ok: false, problem: { line: 1 } })
  })
  it('a broken character where a replacement character stood', async () => {
    const file = await writtenLog([event('\ufffd')])
    expect(await verifyAudit({ file })).toMatchObject({ ok: true })
    const at = bytesOf(file).indexOf(Buffer.from('\ufffd'))
    file.folder.write(
      NAME,
      Buffer.concat([bytesOf(file).subarray(0, at), Buffer.from([0xef, 0xbf]), bytesOf(file).subarray(at + 3)]),
    )
    expect(await verifyAudit({ file })).toMatchObject({ ok: false, problem: { line: 1, problem: 'not UTF-8' } })
  })
})

/** Orders as a store keeps them, and the events that made them. */
class Orders implements ComparedStore {
  readonly journal = new EventJournal()
  readonly events: StoredEvent[] = []
  readonly orders_ = new Map<string, Order>()

  live(id: string, story: readonly OrderEvent[]): this {
    let order: Order | undefined
    for (const event of story) {
      const previous = order?.status
      order = evolve(order, event)
      const accountSeq = (this.journal.heads.get('paper') ?? 0) + 1
      const stored: StoredEvent = {
        event: `order.${event.kind}`,
        eventId: orderEventId(order),
        at: event.at,
        orderId: order.id,
        orderSeq: order.orderSeq,
        line: orderLine(event, order, previous, 's1'),
        account: 'paper',
        accountSeq,
      }
      this.events.push(stored)
      this.journal.commit('paper', [stored])
      this.orders_.set(id, order)
    }
    return this
  }
  async order(id: string): Promise<Order | undefined> {
    return this.orders_.get(id)
  }
  async orders(): Promise<{ items: readonly Order[] }> {
    return { items: [...this.orders_.values()] }
  }
  eventsAfter(account: string, accountSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.journal.eventsAfter(account, accountSeq, limit)
  }
}

function bought(id: string): OrderEvent[] {
  const fill = (n: number) => ({
    executionId: executionId(`${id}-x${n}`),
    quantity: decimal('5'),
    price: decimal(`230.0${n}`),
    time: AT + n,
    commission: decimal('0.1'),
    commissionCurrency: 'USD',
    synthetic: false,
  })
  return [
    {
      kind: 'created',
      at: AT,
      why: { offset: '5' },
      draft: {
        id: orderId(id),
        account: 'paper',
        venue: 'paper',
        currency: 'USD',
        mode: 'paper',
        sessionId: 's1',
        traceId: 't1',
        configVersion: '1',
        signalId: signalId(`sig-${id}`),
        leg: 1,
        strategy: 'mean',
        symbol: 'AAPL',
        side: 'buy',
        orderType: 'limit',
        timeInForce: 'day',
        quantity: decimal('10'),
        limitPrice: decimal('230.12345678901234567'),
        clientOrderId: clientOrderId(`sf-${id}`),
      },
    },
    {
      kind: 'submitting',
      at: AT + 1,
      attempt: 1,
      generation: 1,
      clientOrderId: clientOrderId(`sf-${id}`),
      payloadHash: 'h',
    },
    { kind: 'submitted', at: AT + 2, brokerOrderId: brokerOrderId(`b-${id}`), latencyMs: 12 },
    { kind: 'accepted', at: AT + 3, evidence: { status: 'new', n: 0.1 } },
    { kind: 'partially_filled', at: AT + 4, fill: fill(1) },
    {
      kind: 'filled',
      at: AT + 5,
      fill: fill(2),
      detection: { methods: ['stream'], confidence: 1, elapsedMs: 3, checks: 1 },
    },
  ]
}

describe('the orders made again out of the log', () => {
  const store = (): Orders => new Orders().live('o1', bought('o1')).live('o2', bought('o2').slice(0, 4))

  it('are the orders of the store, to the last digit', async () => {
    const orders = store()
    const file = await writtenLog(orders.events, 3_000)
    const verdict = await verifyAudit({ file, store: orders })
    expect(verdict).toMatchObject({ ok: true, comparison: { orders: 2, notComparable: 0, differences: [] } })
    const lines = (await verifyAudit({ file })).files.flatMap((name) => file.folder.lines(name))
    expect(replayOrders(lines).get('o1')).toEqual(orders.orders_.get('o1'))
  })
  it('show a store that was changed behind the log', async () => {
    const orders = store()
    const file = await writtenLog(orders.events)
    const order = orders.orders_.get('o1')
    if (order !== undefined) orders.orders_.set('o1', { ...order, filledQuantity: decimal('11') })
    const { ok, comparison } = await verifyAudit({ file, store: orders })
    expect([ok, comparison?.differences]).toEqual([
      false,
      ['order o1: filled_quantity "10" in the log, "11" in the store'],
    ])
  })
  it('show lines that the store does not know', async () => {
    const orders = store()
    const file = await writtenLog([...orders.events, ...storedEvents('paper', 11, 12)])
    const { ok, comparison } = await verifyAudit({ file, store: orders })
    expect([ok, comparison?.differences]).toEqual([
      false,
      ['account paper, number 12 (seq 12) is in the log and not in the store'],
    ])
  })
  it('show another event under the same number', async () => {
    const orders = store()
    const file = await writtenLog([...orders.events.slice(0, -1), ...storedEvents('paper', 10, 10)])
    const { comparison } = await verifyAudit({ file, store: orders })
    expect(comparison?.differences[0]).toBe('account paper, number 10 is paper-10 in the log and o2-4 in the store')
  })
  it('show a log that is behind, and orders it has never heard of', async () => {
    const orders = store()
    const file = await writtenLog(orders.events.slice(0, 6))
    const { ok, comparison } = await verifyAudit({ file, store: orders })
    expect(ok).toBe(false)
    expect(comparison?.differences).toEqual([
      'account paper, number 6 is the last in the log; the store has more',
      'order o2 is in the store and not in the log',
    ])
  })
  it('say nothing of orders that began before the oldest file left', async () => {
    const orders = store()
    const file = await writtenLog(orders.events, 3_000)
    await file.remove('orders-20260302-001.jsonl')
    const { ok, comparison } = await verifyAudit({ file, store: orders })
    expect(ok).toBe(true)
    expect(comparison?.notComparable).toBeGreaterThan(0)
  })
})

describe('the script of the manual', () => {
  const page = readFileSync(new URL('../../../../docs/audit-log.md', import.meta.url), 'utf8')
  const script = /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? ''

  it('has at most ten lines, passes a real log and stops at a changed line', async () => {
    expect(script.trimEnd().split('\n').length).toBeLessThanOrEqual(10)
    const folder = mkdtempSync(join(tmpdir(), 'surefill-script-'))
    try {
      const file = await writtenLog(storedEvents('paper', 1, 10), 1_000)
      const names = [...(await verifyAudit({ file })).files]
      for (const name of names) writeFileSync(join(folder, name), file.folder.text(name))
      writeFileSync(join(folder, 'check.mjs'), script)
      const run = (): string =>
        execFileSync(process.execPath, ['check.mjs', ...names], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
      const { lines, head } = await verifyAudit({ file })
      expect(run()).toBe(`${lines} lines, head ${head?.hash}\n`)
      const [oldest = ''] = names
      writeFileSync(join(folder, oldest), file.folder.text(oldest).replace('paper-2', 'paper-3'))
      expect(run).toThrow('changed at line 2')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
