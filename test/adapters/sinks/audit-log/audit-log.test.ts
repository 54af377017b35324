import { describe, expect, it } from 'vitest'
import { AuditLog, type AuditLogOptions } from '../../../../src/adapters/sinks/audit-log/audit-log.ts'
import { verifyAudit } from '../../../../src/adapters/sinks/audit-log/verify-audit.ts'
import { auditLine, GENESIS, readAuditLine } from '../../../../src/core/audit-chain.ts'
import type { StoredEvent } from '../../../../src/ports/order-store.ts'
import { Unpublishable } from '../../../../src/ports/unpublishable.ts'
import { HandTime, KeptLog } from '../../../support/hand-time.ts'
import { MemoryFolder, MemoryLogFile } from '../../../support/memory-log-file.ts'
import { AT, storedEvent, storedEvents } from '../../../support/stored-events.ts'

const NAME = 'orders.jsonl'
const NONE: ReadonlyMap<string, number> = new Map()
const DAY = 86_400_000

/** One life of the log after another over the same folder. */
class Desk {
  readonly folder: MemoryFolder
  readonly time = new HandTime(AT)
  readonly log = new KeptLog()
  file: MemoryLogFile
  constructor(folder = new MemoryFolder()) {
    this.folder = folder
    this.file = new MemoryLogFile(folder, NAME)
  }
  open(saved = NONE, more: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
    this.file = new MemoryLogFile(this.folder, NAME)
    return AuditLog.open({ file: this.file, saved, clock: this.time, log: this.log, ...more })
  }
  get names(): string[] {
    return [...this.folder.files.keys()].sort()
  }
  /** What the whole log tells, oldest first: account and number, or the reason why the log spoke of itself. */
  get story(): string[] {
    const old = this.names.filter((name) => name !== NAME)
    return [...old, NAME]
      .flatMap((name) => this.folder.lines(name))
      .map((text) => {
        const line = readAuditLine(text)
        if (line === undefined) return 'damaged'
        return line.accountSeq === undefined ? String(line.fields.get('reason')) : `${line.journal} ${line.accountSeq}`
      })
  }
  verify() {
    return verifyAudit({ file: this.file })
  }
}
const beyond = (events: readonly StoredEvent[], held: ReadonlyMap<string, number>): StoredEvent[] =>
  events.filter(({ account, accountSeq }) => accountSeq > (held.get(account) ?? 0))
const e = storedEvent

describe('the audit log', () => {
  it('begins at 1 and goes on over a restart', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 2))
    const again = await desk.open(new Map([['paper', 2]]))
    await again.deliver(storedEvents('paper', 3, 3))
    expect(desk.story).toEqual(['paper 1', 'paper 2', 'paper 3'])
    expect(await desk.verify()).toMatchObject({ ok: true, lines: 3, head: again.head })
  })
  it('writes a batch at once', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 100))
    expect(desk.file.appends).toBe(1)
  })
  it('knows an event it was given before, in this life or the one before', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(storedEvents('paper', 1, 3))
    await audit.deliver([...storedEvents('paper', 2, 4), e('paper', 4)])
    await (await desk.open()).deliver(storedEvents('paper', 1, 5))
    expect(desk.story).toEqual(['paper 1', 'paper 2', 'paper 3', 'paper 4', 'paper 5'])
  })
  it('tells what it holds only once that is synced, and nothing more after a failed flush', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(storedEvents('paper', 1, 3))
    expect(await audit.positions()).toEqual(new Map([['paper', 3]]))
    expect(desk.file.syncs).toBe(1)
    desk.file.syncFails = true
    await audit.deliver(storedEvents('paper', 4, 5))
    expect(await audit.positions()).toEqual(new Map([['paper', 3]]))
    desk.file.syncFails = false
    expect(await audit.positions()).toEqual(new Map([['paper', 3]]))
    expect(desk.log.events).toEqual(['audit.sync_failed'])
  })
  it('refuses what is no line, and writes nothing of that batch', async () => {
    const desk = new Desk()
    const broken = { ...e('paper', 2), line: '{"v":1,"text":"a\nb"}' }
    await expect((await desk.open()).deliver([e('paper', 1), broken])).rejects.toThrow(Unpublishable)
    expect(desk.story).toEqual([])
  })
})

describe('a crash', () => {
  const early = [e('paper', 1), e('live', 1), e('_', 1), e('paper', 2)]
  const late = [e('live', 2), e('paper', 3), e('paper', 4), e('_', 2), e('live', 3)]
  const saved = new Map([
    ['paper', 2],
    ['live', 1],
    ['_', 1],
  ])

  it('at any byte of what was not yet synced leaves a log that heals to the very same bytes', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(early)
    const sure = desk.folder.text(NAME).length
    await audit.deliver(late)
    const whole = desk.folder.text(NAME)
    for (let end = sure; end <= whole.length; end += 1) {
      const crashed = new Desk(desk.folder.copy().write(NAME, whole.slice(0, end)))
      const healed = await crashed.open(saved)
      await healed.deliver(beyond([...early, ...late], await healed.positions()))
      expect(crashed.folder.text(NAME)).toBe(whole)
    }
  })
  it('that left other bytes where lines should be is healed too', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(early)
    const sure = desk.folder.text(NAME).length
    await audit.deliver(late)
    const whole = desk.folder.text(NAME)
    for (let at = sure; at < whole.length; at += 7) {
      const zeros = Buffer.from(whole).fill(0, at, Math.min(at + 300, whole.length))
      const crashed = new Desk(desk.folder.copy().write(NAME, zeros))
      const healed = await crashed.open(saved)
      await healed.deliver(beyond([...early, ...late], await healed.positions()))
      expect(crashed.folder.text(NAME)).toBe(whole)
    }
  })
  it('that left a line of another chain in it is healed too', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(early)
    await audit.deliver(late)
    const whole = desk.folder.text(NAME)
    const lines = desk.folder.lines(NAME)
    for (let n = early.length; n < lines.length - 1; n += 1) {
      const other = auditLine(e('paper', 9).line, { seq: n + 1, prev: GENESIS, account: 'paper', accountSeq: 9 }).line
      const crashed = new Desk(desk.folder.copy().write(NAME, `${lines.with(n, other).join('\n')}\n`))
      const healed = await crashed.open(saved)
      await healed.deliver(beyond([...early, ...late], await healed.positions()))
      expect(crashed.folder.text(NAME)).toBe(whole)
    }
  })
  it('between writing and saving the positions repeats nothing', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver([...early, ...late])
    for (const stale of [NONE, saved]) {
      const again = await new Desk(desk.folder).open(stale)
      expect(await again.positions()).toEqual(
        new Map([
          ['paper', 4],
          ['live', 3],
          ['_', 2],
        ]),
      )
    }
  })
  it('that took more than was promised is seen, and the lines are asked for again', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver([...early, ...late])
    const lines = desk.folder.lines(NAME)
    const cut = new Desk(desk.folder.copy().write(NAME, `${lines.slice(0, 3).join('\n')}\n`))
    const healed = await cut.open(
      new Map([
        ['paper', 4],
        ['live', 3],
        ['_', 2],
      ]),
    )
    expect(await healed.positions()).toEqual(
      new Map([
        ['paper', 1],
        ['live', 1],
        ['_', 1],
      ]),
    )
    expect(cut.log.events).toEqual(['audit.lines_lost'])
    await healed.deliver(beyond([...early, ...late], await healed.positions()))
    expect(cut.folder.text(NAME)).toBe(desk.folder.text(NAME))
  })
})

describe('a disk that was full for a while', () => {
  it('leaves no torn line behind', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(storedEvents('paper', 1, 2))
    desk.file.failures = [70, 0, 900]
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(audit.deliver(storedEvents('paper', 3, 5))).rejects.toThrow('no space')
      expect(await audit.positions()).toEqual(new Map([['paper', 2]]))
    }
    await audit.deliver(storedEvents('paper', 3, 5))
    expect(await desk.verify()).toMatchObject({ ok: true, lines: 5, torn: false })
  })
})

describe('a rotation', () => {
  it('by size keeps numbers and chain, and says what it continues', async () => {
    const desk = new Desk()
    const audit = await desk.open(NONE, { rotateBytes: 900 })
    for (let seq = 1; seq <= 9; seq += 1) await audit.deliver([e('paper', seq)])
    expect(desk.names).toEqual([...[1, 2, 3].map((n) => `orders-20260302-00${n}.jsonl`), NAME])
    expect(desk.story.filter((one) => one !== 'rotated')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `paper ${n}`))
    expect(await desk.verify()).toMatchObject({ ok: true, firstSeq: 1, head: audit.head })
    const opening = readAuditLine(desk.folder.lines(NAME)[0] ?? '')
    const before = readAuditLine(desk.folder.lines('orders-20260302-003.jsonl').at(-1) ?? '')
    expect(opening).toMatchObject({ event: 'audit.continued', prev: before?.hash })
    expect(opening?.fields.get('detail')).toMatchObject({ file: 'orders-20260302-003.jsonl', last_hash: before?.hash })
  })
  it('by day names the file after the day of its lines', async () => {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver([e('paper', 1)])
    desk.time.set(AT + DAY)
    await audit.deliver([e('paper', 2)])
    expect(desk.names).toEqual(['orders-20260302-001.jsonl', NAME])
    expect(desk.story).toEqual(['paper 1', 'rotated', 'paper 2'])
  })
  it('that was due while the daemon was down happens at the next line', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver([e('paper', 1)])
    desk.time.set(AT + 3 * DAY)
    await (await desk.open(new Map([['paper', 1]]))).deliver([e('paper', 2)])
    expect(desk.names).toEqual(['orders-20260302-001.jsonl', NAME])
  })
  it('never puts a newer file before an older one, though the clock goes back', async () => {
    const desk = new Desk()
    const audit = await desk.open(NONE, { rotateBytes: 10 })
    await audit.deliver([e('paper', 1)])
    await audit.deliver([e('paper', 2)])
    desk.time.set(AT - 5 * DAY)
    await audit.deliver([e('paper', 3)])
    await audit.deliver([e('paper', 4)])
    expect(desk.names.slice(0, 3)).toEqual([1, 2, 3].map((n) => `orders-20260302-00${n}.jsonl`))
    expect(await desk.verify()).toMatchObject({ ok: true, lines: 7 })
  })
  it('deletes whole files of days that need not be kept', async () => {
    const desk = new Desk()
    const audit = await desk.open(NONE, { keepDays: 2 })
    for (let day = 0; day < 6; day += 1) {
      desk.time.set(AT + day * DAY)
      await audit.deliver([e('paper', day + 1)])
    }
    expect(desk.names).toEqual(['orders-20260305-001.jsonl', 'orders-20260306-001.jsonl', NAME])
    expect(await desk.verify()).toMatchObject({ ok: true, firstSeq: 6, lines: 6 })
  })
  it('that a crash cut in half is finished by the next line', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 3))
    desk.folder.write('orders-20260302-001.jsonl', desk.folder.text(NAME)).files.delete(NAME)
    const audit = await desk.open(new Map([['paper', 2]]))
    expect(await audit.positions()).toEqual(new Map([['paper', 3]]))
    await audit.deliver([e('paper', 4)])
    expect(desk.story).toEqual(['paper 1', 'paper 2', 'paper 3', 'rotated', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: true, lines: 5 })
  })
  it('tells the next life of accounts that have had nothing since', async () => {
    const desk = new Desk()
    const audit = await desk.open(NONE, { rotateBytes: 10 })
    await audit.deliver([e('idle', 1), e('paper', 1)])
    await audit.deliver([e('paper', 2)])
    const again = await desk.open()
    expect(await again.positions()).toEqual(
      new Map([
        ['idle', 1],
        ['paper', 2],
      ]),
    )
  })
})

describe('a log file that somebody else', () => {
  const saved = new Map([['paper', 3]])
  async function touched(by: (folder: MemoryFolder) => void): Promise<Desk> {
    const desk = new Desk()
    const audit = await desk.open()
    await audit.deliver(storedEvents('paper', 1, 3))
    by(desk.folder)
    await audit.deliver(storedEvents('paper', 4, 4))
    expect(desk.log.events).toEqual(['audit.touched_by_others'])
    expect((await audit.positions()).get('paper')).toBe(4)
    return desk
  }
  it('copied and emptied goes on with its number and says so', async () => {
    const desk = await touched((folder) => folder.write(NAME, ''))
    expect(desk.story).toEqual(['removed', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: true, firstSeq: 4 })
  })
  it('moved away begins anew', async () => {
    const desk = await touched((folder) => folder.files.delete(NAME))
    expect(desk.story).toEqual(['removed', 'paper 4'])
  })
  it('wrote into is left as it is, and the log goes on in another', async () => {
    const desk = await touched((folder) => folder.write(NAME, `${folder.text(NAME)}me too\n`))
    expect(desk.folder.text('orders-20260302-001.jsonl')).toContain('me too')
    expect(desk.folder.lines(NAME).map((line) => readAuditLine(line)?.fields.get('reason'))).toEqual([
      'changed',
      undefined,
    ])
    expect(await desk.verify()).toMatchObject({ ok: false, problem: { file: 'orders-20260302-001.jsonl', line: 4 } })
  })
  it('removed while the daemon was down is continued from what was saved', async () => {
    const desk = new Desk()
    const audit = await desk.open(saved, { knownHead: { seq: 9, hash: 'c'.repeat(64) } })
    expect(await audit.positions()).toEqual(saved)
    await audit.deliver([e('paper', 4)])
    expect(desk.story).toEqual(['removed', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: true, firstSeq: 10 })
    expect(desk.log.events).toEqual(['audit.file_removed'])
  })
  it('removed together with what was known of it is continued all the same', async () => {
    const desk = new Desk()
    await (await desk.open(saved)).deliver([e('paper', 4)])
    expect(desk.story).toEqual(['removed', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: true, firstSeq: 1 })
  })
  it('changed where it was sure is kept as evidence, and what is missing is written again', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 3))
    desk.folder.write(NAME, desk.folder.text(NAME).replace('"event_id":"paper-3"', '"event_id":"paper-9"'))
    const audit = await desk.open(saved)
    expect(await audit.positions()).toEqual(new Map([['paper', 2]]))
    await audit.deliver(storedEvents('paper', 3, 4))
    expect(desk.log.events).toEqual(['audit.damaged'])
    expect(desk.story).toEqual(['paper 1', 'paper 2', 'damaged', 'changed', 'paper 3', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: false, problem: { file: 'orders-20260302-001.jsonl', line: 3 } })
  })
  it('cut short, and changed further back, is written on from its last line', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 4))
    desk.folder.write(NAME, desk.folder.text(NAME).replace('"event_id":"paper-2"', '"event_id":"paper-9"'))
    const audit = await desk.open(new Map([['paper', 5]]))
    expect(await audit.positions()).toEqual(new Map([['paper', 4]]))
    await audit.deliver(storedEvents('paper', 5, 6))
    expect(desk.story).toEqual(['paper 1', 'damaged', 'paper 3', 'paper 4', 'paper 5', 'paper 6'])
  })
  it('changed further back does not keep the daemon from starting, and verification finds it', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 3))
    desk.folder.write(NAME, desk.folder.text(NAME).replace('"event_id":"paper-2"', '"event_id":"paper-9"'))
    await (await desk.open(saved)).deliver([e('paper', 4)])
    expect(desk.story).toEqual(['paper 1', 'damaged', 'paper 3', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: false, problem: { file: NAME, line: 2, seq: 2 } })
  })
})

describe('a store put back to an earlier day', () => {
  it('is told of the lines that it does not know, and they stay', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 5))
    const audit = await desk.open(new Map([['paper', 2]]), { committed: new Map([['paper', 3]]) })
    expect(desk.log.lines).toMatchObject([
      { level: 'error', event: 'audit.ahead_of_store', fields: { account: 'paper', held: 5, committed: 3 } },
    ])
    await audit.deliver([{ ...e('paper', 4), eventId: 'other' }])
    expect(desk.story).toEqual(['paper 1', 'paper 2', 'paper 3', 'paper 4', 'paper 5', 'store_behind', 'paper 4'])
    expect(await desk.verify()).toMatchObject({ ok: true })
  })
  it('is not what an owner sees that was paused while another one wrote (I-33)', async () => {
    const desk = new Desk()
    await (await desk.open()).deliver(storedEvents('paper', 1, 5))
    const store = { eventsAfter: async () => [e('paper', 5)] }
    const audit = await desk.open(new Map([['paper', 2]]), { committed: new Map([['paper', 3]]), store })
    await audit.deliver(storedEvents('paper', 4, 6))
    expect(desk.log.lines).toEqual([])
    expect(desk.story).toEqual(['paper 1', 'paper 2', 'paper 3', 'paper 4', 'paper 5', 'paper 6'])
  })
})
