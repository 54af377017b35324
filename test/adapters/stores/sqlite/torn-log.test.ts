import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { birthOf, fillOf, orderOf, positionOf } from '../sample-commits.ts'
import { ambient, newFolder } from './store-places.ts'

const FRAME = 24 + 4_096
const HEADER = 32
const ORDERS = 40

interface Image {
  readonly main: Buffer
  readonly log: Buffer
  /** How long the log was when the n-th order was acknowledged. */
  readonly ends: readonly number[]
}

/** A store's files as they are after some acknowledged commits, each of which touches every table an order touches. */
async function takeImage(folder: string): Promise<Image> {
  const path = join(folder, 'original.db')
  const store = await openSqliteStore({ path, ...ambient })
  const { epoch } = await store.openAccount('paper')
  const ends: number[] = []
  for (let n = 0; n < ORDERS; n += 1) {
    const order = orderOf(n)
    await store.commit({
      ...birthOf(order, epoch),
      fills: [fillOf(order, `e${n}`)],
      positions: [{ position: positionOf(n + 1), expectedVersion: n }],
      facts: { last: String(n) },
    })
    ends.push(HEADER + store.metrics().walPages * FRAME)
  }
  const image = { main: readFileSync(path), log: readFileSync(`${path}-wal`), ends }
  await store.close()
  return image
}

/** How many orders there are, after every table has told the same story. */
function recover(folder: string, main: Buffer, log: Buffer): number {
  const path = join(folder, 'image.db')
  rmSync(`${path}-shm`, { force: true })
  writeFileSync(path, main)
  writeFileSync(`${path}-wal`, log)
  const db = new DatabaseSync(path)
  try {
    expect(db.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok')
    const story = db
      .prepare(
        `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM signals) AS signals,
          (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM fills) AS fills,
          (SELECT account_seq FROM leases) AS numbers, (SELECT count(*) FROM client_orders) AS names,
          coalesce((SELECT version FROM positions), 0) AS position,
          coalesce((SELECT value FROM facts) + 1, 0) AS fact, coalesce((SELECT max(signal_id) FROM signals), '') AS last`,
      )
      .get()
    const { last: _, ...counts } = story ?? {}
    expect(new Set(Object.values(counts))).toHaveProperty('size', 1)
    return Number(story?.orders)
  } finally {
    db.close()
  }
}

describe('a log that was torn by a power cut', () => {
  it('gives back whole commits up to some point, every acknowledged one before the tear included', async () => {
    const folder = newFolder()
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const { main, log, ends } = await takeImage(folder)
    const used = ends.at(-1) ?? 0
    const beforeFirst = (ends[0] ?? 0) - 20 * FRAME
    fc.assert(
      fc.property(fc.integer({ min: beforeFirst, max: log.length }), fc.boolean(), (at, isCut) => {
        const torn = isCut ? log.subarray(0, at) : flipped(log, Math.min(at, log.length - 1))
        const whole = ends.filter((end) => end <= at).length
        const found = recover(folder, main, torn)
        expect(found).toBeGreaterThanOrEqual(whole)
        expect(found).toBeLessThanOrEqual(whole + 1)
      }),
      {
        numRuns: 200,
        examples: [
          [used, true],
          [used - 1, true],
          [used - 1, false],
          [used + 1, true],
          [log.length, true],
        ],
      },
    )
  }, 60_000)
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0x10
  return copy
}
