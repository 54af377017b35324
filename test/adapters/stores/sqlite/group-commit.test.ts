import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CommitHost } from '../../../../src/adapters/stores/sqlite/commit-host.ts'
import { MAX_BATCH, MAX_WAITING } from '../../../../src/adapters/stores/sqlite/group-commit.ts'
import { inlineHost, type RunBatch } from '../../../../src/adapters/stores/sqlite/inline-host.ts'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { StoreError } from '../../../../src/ports/order-store.ts'
import { birthOf, noteOf, orderOf } from '../sample-commits.ts'
import { ambient } from './store-places.ts'

const note = (epoch: number, name: string) => ({ account: 'paper', epoch, events: [noteOf(name)] })

/** A store whose disk does nothing until the test says so. */
async function heldStore() {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  const held: RunBatch[] = []
  let isHeld = false
  const host = inlineHost(database, { defer: (run) => void (isHeld ? held.push(run) : run()) })
  const store = await openSqliteStore({ database, host, ...ambient })
  const { epoch } = await store.openAccount('paper')
  isHeld = true
  const reopen = () => openSqliteStore({ database, ...ambient })
  return { store, epoch, held, database, reopen }
}

describe('commits that are called while the disk is busy', () => {
  it('share a flush: 64 of them take two', async () => {
    const { store, epoch, held } = await heldStore()
    const before = store.metrics().batches
    const all = Array.from({ length: 64 }, (_, n) => store.commit(note(epoch, `${n}`)))
    expect(held).toHaveLength(1)
    while (held.length > 0) {
      held.shift()?.()
      await all[0]
      await Promise.resolve()
    }
    expect((await Promise.all(all)).map((one) => one.kind === 'committed' && one.firstAccountSeq)).toEqual(
      all.map((_, n) => n + 1),
    )
    expect(store.metrics().batches - before).toBe(2)
  })
  it('are taken in batches of a bounded size, and refused beyond a bounded number', async () => {
    const { store, epoch, held } = await heldStore()
    const before = store.metrics().batches
    const all = Array.from({ length: MAX_WAITING + 1 }, (_, n) => store.commit(note(epoch, `${n}`)))
    await expect(store.commit(note(epoch, 'one too many'))).rejects.toMatchObject({ name: 'StoreError', fatal: false })
    expect(store.metrics().state).toBe('open')
    void drain(held, all)
    await Promise.all(all)
    expect(store.metrics().batches - before).toBe(1 + Math.ceil(MAX_WAITING / MAX_BATCH))
    expect(await store.eventsAfter('paper', MAX_WAITING, 5)).toHaveLength(1)
  })
})

describe('a process that ends', () => {
  it('before its batch ran has lost it, and nobody was told otherwise', async () => {
    const { store, epoch, held, reopen } = await heldStore()
    let isTold = false
    void store.commit(birthOf(orderOf(1), epoch)).finally(() => (isTold = true))
    expect(held).toHaveLength(1)
    const next = await reopen()
    expect(await next.order(orderOf(1).id)).toBeUndefined()
    expect(isTold).toBe(false)
  })
  it('between its commit and the news of it has it on disk, and nobody was told', async () => {
    const { store, epoch, held, reopen } = await heldStore()
    let isTold = false
    void store.commit(birthOf(orderOf(1), epoch)).finally(() => (isTold = true))
    held[0]?.silently()
    const next = await reopen()
    expect(await next.order(orderOf(1).id)).toEqual(orderOf(1))
    expect(isTold).toBe(false)
  })
})

describe('a store that met an error', () => {
  const full = async () => {
    const { store, epoch, held, database } = await heldStore()
    const all: Promise<unknown>[] = []
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
    database.exec(`PRAGMA max_page_count = ${pages + 2}`)
    const big = { account: 'paper', epoch, events: [noteOf('big', 100_000)] }
    const small = store.commit(note(epoch, 'small'))
    all.push(store.commit(big), store.commit(note(epoch, 'beside it')))
    held.shift()?.()
    await small
    await Promise.resolve()
    all.push(store.commit(note(epoch, 'behind it')))
    return { store, epoch, held, database, all, big }
  }
  it('refuses the batch, what waits behind it and what comes later, until a probe succeeds', async () => {
    const { store, epoch, held, database, all, big } = await full()
    held.shift()?.()
    const outcomes = await Promise.allSettled(all)
    expect(
      outcomes.map((one) => one.status === 'rejected' && one.reason instanceof StoreError && !one.reason.fatal),
    ).toEqual([true, true, true])
    expect(store.metrics().state).toBe('refusing')
    await expect(store.commit(note(epoch, 'later'))).rejects.toMatchObject({ name: 'StoreError', fatal: false })
    expect(held).toHaveLength(0)
    expect((await store.eventsAfter('paper', 0, 9)).map(({ eventId }) => eventId)).toEqual(['small'])

    database.exec('PRAGMA max_page_count = 100000')
    const probe = store.probe()
    held.shift()?.()
    expect(await probe).toBe(true)
    const again = store.commit(big)
    held.shift()?.()
    expect(await again).toEqual({ kind: 'committed', firstAccountSeq: 2 })
  })
  it('that is of our own making in one commit still keeps the others of its batch', async () => {
    const { store, epoch, held } = await heldStore()
    const first = store.commit(note(epoch, 'twice'))
    const twice = store.commit(note(epoch, 'twice'))
    const beside = store.commit(note(epoch, 'beside'))
    held.shift()?.()
    await first
    await Promise.resolve()
    held.shift()?.()
    await expect(twice).rejects.toMatchObject({ name: 'StoreError', fatal: false })
    expect(await beside).toEqual({ kind: 'committed', firstAccountSeq: 2 })
    expect(store.metrics().state).toBe('refusing')
  })
  it.each<[string, Partial<CommitHost>]>([
    [
      'a flush that failed',
      { run: async () => ({ kind: 'failed', fatal: true, message: 'commit: disk I/O error (SQLite 1034)' }) },
    ],
    ['a writer that is gone', { run: () => Promise.reject(new Error('exit')) }],
  ])('refuses for ever after %s', async (_, broken) => {
    const database = new DatabaseSync(':memory:')
    onTestFinished(() => database.close())
    const sound = inlineHost(database, { defer: (run) => run() })
    let isBroken = false
    const host: CommitHost = { ...sound, run: (batch) => ((isBroken && broken.run) || sound.run)(batch) }
    const store = await openSqliteStore({ database, host, ...ambient })
    const { epoch } = await store.openAccount('paper')
    isBroken = true
    await expect(store.commit(note(epoch, 'a'))).rejects.toMatchObject({ fatal: true })
    isBroken = false
    expect(await store.probe()).toBe(false)
    await expect(store.commit(note(epoch, 'b'))).rejects.toMatchObject({ fatal: true })
    expect(store.metrics().state).toBe('failed')
  })
})

async function drain(held: RunBatch[], all: readonly Promise<unknown>[]): Promise<void> {
  let isDone = false
  void Promise.allSettled(all).then(() => (isDone = true))
  while (!isDone) {
    held.shift()?.()
    await Promise.resolve()
  }
}
