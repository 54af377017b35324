import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CheckpointResult } from '../../../../src/adapters/stores/sqlite/commit-host.ts'
import { openWriter } from '../../../../src/adapters/stores/sqlite/open-connection.ts'
import { CAP_PAGES, SOFT_PAGES, WalKeeper } from '../../../../src/adapters/stores/sqlite/wal-keeper.ts'
import { checkpointStatement, runCheckpoint } from '../../../../src/adapters/stores/sqlite/wal-state.ts'
import { HandTime, settled } from '../../../support/hand-time.ts'
import { T0 } from '../../../support/orders.ts'
import { until } from '../../../support/until.ts'
import { newFolder } from './store-places.ts'

/** A keeper whose checkpoints beside the writer take as long as the test likes. */
function keeperAtHand() {
  const time = new HandTime(T0)
  const held: ((result: CheckpointResult) => void)[] = []
  const story: string[] = []
  const lists = {
    checkpoint: () => {
      story.push('beside')
      return new Promise<CheckpointResult>((resolve) => held.push(resolve))
    },
  }
  const commits = { checkpoint: async () => void story.push('between batches'), fail: () => expect.unreachable() }
  const keeper = new WalKeeper({ lists, timers: time, commits: () => commits })
  const finish = async (left: number): Promise<void> => {
    held.shift()?.({ kind: 'checked', wal: { pages: SOFT_PAGES, left } })
    await settled()
  }
  return { keeper, time, story, finish }
}

describe('a log that somebody already moves into the main file', () => {
  it('is moved once more when things are quiet, as soon as that one is done', async () => {
    const { keeper, time, story, finish } = keeperAtHand()
    keeper.grown({ pages: SOFT_PAGES, left: SOFT_PAGES })
    await time.pass(1_000)
    expect(story).toEqual(['beside'])
    await finish(200)
    expect(story).toEqual(['beside', 'between batches'])
  })
  it('begins anew at the cap as soon as that one is done', async () => {
    const { keeper, story, finish } = keeperAtHand()
    keeper.grown({ pages: SOFT_PAGES, left: SOFT_PAGES })
    keeper.grown({ pages: CAP_PAGES, left: CAP_PAGES })
    await settled()
    expect(story).toEqual(['beside'])
    await finish(0)
    expect(story).toEqual(['beside', 'between batches'])
  })
  it('is moved however little is left of it, down to a few pages', async () => {
    const { keeper, time, story } = keeperAtHand()
    keeper.grown({ pages: 100, left: 10 })
    await time.pass(1_000)
    expect(story).toEqual([])
    keeper.grown({ pages: 200, left: 100 })
    await time.pass(1_000)
    expect(story).toEqual(['between batches'])
  })
  it('is not taken for an empty one', async () => {
    const folder = newFolder()
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'surefill.db')
    using db = openWriter(path)
    db.exec('CREATE TABLE room (bytes BLOB)')
    using reader = new DatabaseSync(path)
    reader.exec('BEGIN; SELECT count(*) FROM room')
    db.exec('INSERT INTO room VALUES (zeroblob(400000))')
    const other = new Worker(WAITING_CHECKPOINT, { eval: true, workerData: path })
    const ended = once(other, 'exit')
    const passive = checkpointStatement(db, 'PASSIVE')
    await until('the other checkpoint', 10_000, () => (passive.get()?.busy === 1 ? true : undefined))

    const { pages, left } = runCheckpoint(passive, checkpointStatement(db, 'NOOP'))
    expect(pages).toBeGreaterThan(97)
    expect(left).toBeGreaterThan(90)
    reader.exec('COMMIT')
    await ended
  })
})

/** Holds the lock of checkpoints until no reader is left. */
const WAITING_CHECKPOINT = `
  const { workerData } = require('node:worker_threads')
  const db = new (require('node:sqlite').DatabaseSync)(workerData, { timeout: 20000 })
  db.prepare('PRAGMA wal_checkpoint(RESTART)').get()
  db.close()`
