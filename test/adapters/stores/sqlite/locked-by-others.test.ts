import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { HandTime } from '../../../support/hand-time.ts'
import { T0 } from '../../../support/orders.ts'
import { until } from '../../../support/until.ts'
import { birthOf, noteOf, orderOf } from '../sample-commits.ts'
import { ambient, newFolder } from './store-places.ts'

const newPath = (): string => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'surefill.db')
}
const MB = 1024 * 1024

function pagesOutside(path: string): number {
  const look = new DatabaseSync(path)
  const { log, checkpointed } = look.prepare('PRAGMA wal_checkpoint(NOOP)').get() ?? {}
  look.close()
  return Number(log) - Number(checkpointed)
}

describe('a store whose file somebody else holds', () => {
  it('waits a bounded time for a write lock, then refuses, and a probe reopens it once the lock is gone', async () => {
    const path = newPath()
    const store = await openSqliteStore({ path, ...ambient })
    const { epoch } = await store.openAccount('paper')
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    await expect(store.commit(birthOf(orderOf(1), epoch))).rejects.toMatchObject({ name: 'StoreError', fatal: false })
    expect(await store.probe()).toBe(false)
    expect(await store.order(orderOf(1).id)).toBeUndefined()
    other.exec('ROLLBACK')
    other.close()
    expect(await store.probe()).toBe(true)
    expect(await store.commit(birthOf(orderOf(1), epoch))).toEqual({ kind: 'committed', firstAccountSeq: 1 })
    await store.close()
  })

  it('goes on committing while a reader keeps the log from being emptied, and shortens it afterwards', async () => {
    const path = newPath()
    const store = await openSqliteStore({ path, ...ambient })
    const { epoch } = await store.openAccount('paper')
    const fill = async (name: string): Promise<void> => {
      for (let n = 0; n < 60; n += 1) {
        const events = [noteOf(`${name}-${n}`, MB / 2)]
        expect(await store.commit({ account: 'paper', epoch, events })).toMatchObject({ kind: 'committed' })
      }
    }
    const backup = new DatabaseSync(path, { readOnly: true })
    backup.exec('BEGIN')
    backup.prepare('SELECT count(*) FROM orders').get()
    await fill('held')
    expect(store.metrics().walPages * 4_096).toBeGreaterThan(25 * MB)
    backup.close()
    await fill('free')
    expect(store.metrics().walPages * 4_096).toBeLessThan(25 * MB)
    await store.close()
  })
})

describe('the log', () => {
  it('stays short however much is written, and is in the main file once things are quiet', async () => {
    const path = newPath()
    const time = new HandTime(T0)
    const store = await openSqliteStore({ path, ...ambient, timers: time })
    const { epoch } = await store.openAccount('paper')
    let longest = 0
    for (let round = 0; round < 40; round += 1) {
      const events = (n: number) => [noteOf(`${round}-${n}`, 60_000)]
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => store.commit({ account: 'paper', epoch, events: events(n) })),
      )
      longest = Math.max(longest, statSync(`${path}-wal`).size)
    }
    expect(statSync(path).size).toBeGreaterThan(90 * MB)
    expect(longest).toBeLessThan(64 * MB)

    await time.pass(1_000)
    await until('the log in the main file', 10_000, () => (pagesOutside(path) < 100 ? true : undefined))
    await store.close()
  })
})
