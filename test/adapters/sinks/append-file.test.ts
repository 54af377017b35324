import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditLog } from '../../../src/adapters/sinks/audit-log/audit-log.ts'
import { verifyAudit } from '../../../src/adapters/sinks/audit-log/verify-audit.ts'
import { AppendFile } from '../../../src/adapters/system/append-file.ts'
import { LogFileChanged } from '../../../src/ports/log-file.ts'
import { HandTime, KeptLog } from '../../support/hand-time.ts'
import { AT, storedEvents } from '../../support/stored-events.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'surefill-log-'))
  path = join(folder, 'logs', 'orders.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a log file on disk', () => {
  it('is made with its folder, readable by owner and group alone, and only grows', async () => {
    const file = new AppendFile(path)
    expect(await file.list()).toEqual([])
    expect(await file.append('a\n', 0)).toBe(2)
    expect(await file.append('ü\n', 2)).toBe(5)
    await file.sync()
    expect(readFileSync(path, 'utf8')).toBe('a\nü\n')
    expect(statSync(path).mode & 0o137).toBe(0)
    expect(Buffer.from(await file.read('orders.jsonl', 2, 99)).toString()).toBe('ü\n')
    await file.close()
  })
  it('goes on under another name after a rotation', async () => {
    const file = new AppendFile(path)
    await file.append('a\n', 0)
    await file.rotate('orders-20260302-001.jsonl')
    await file.append('b\n', 0)
    expect((await file.list()).toSorted()).toEqual(['orders-20260302-001.jsonl', 'orders.jsonl'])
    expect(readFileSync(path, 'utf8')).toBe('b\n')
    await file.remove('orders-20260302-001.jsonl')
    expect(await file.list()).toEqual(['orders.jsonl'])
    await file.close()
  })
  it.each<[string, () => void]>([
    ['was emptied', () => truncateSync(path, 0)],
    ['was written to', () => appendFileSync(path, 'x')],
    ['was moved away', () => renameSync(path, `${path}.1`)],
    ['was removed', () => rmSync(path)],
    [
      'was replaced by one of the same size',
      () => {
        writeFileSync(`${path}.new`, 'a\n')
        renameSync(`${path}.new`, path)
      },
    ],
  ])('is not written to when it %s', async (_, by) => {
    const file = new AppendFile(path)
    await file.append('a\n', 0)
    by()
    await expect(file.append('b\n', 2)).rejects.toThrow(LogFileChanged)
    const found = await file.size('orders.jsonl')
    await file.append('c\n', found)
    expect(readFileSync(path, 'utf8').endsWith('c\n')).toBe(true)
    await file.close()
  })
  it('takes back what is too much, and says when there is too little', async () => {
    const file = new AppendFile(path)
    await file.append('abcdef', 0)
    await file.cut(2)
    expect(readFileSync(path, 'utf8')).toBe('ab')
    await expect(file.cut(3)).rejects.toThrow(LogFileChanged)
    await file.append('c', 2)
    expect(readFileSync(path, 'utf8')).toBe('abc')
    await file.close()
  })
})

describe('the audit log on disk', () => {
  it('lives through rotations and restarts as one chain', async () => {
    const time = new HandTime(AT)
    let saved: ReadonlyMap<string, number> = new Map()
    for (let life = 0; life < 4; life += 1) {
      const audit = await AuditLog.open({
        file: new AppendFile(path),
        saved,
        clock: time,
        log: new KeptLog(),
        rotateBytes: 20_000,
      })
      for (let batch = 0; batch < 10; batch += 1) {
        const from = life * 100 + batch * 10 + 1
        await audit.deliver(storedEvents('paper', from, from + 9))
      }
      saved = await audit.positions()
      await audit.close()
    }
    const verdict = await verifyAudit({ file: new AppendFile(path) })
    expect(verdict).toMatchObject({ ok: true, firstSeq: 1, torn: false })
    expect(verdict.lines).toBe(400 + verdict.files.length - 1)
    expect(verdict.files.length).toBeGreaterThan(3)
  })
})
