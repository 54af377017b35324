import type { DatabaseSync } from 'node:sqlite'

/**
 * Makes the log as long as it usually is, before the first order: a sync that also has to record a longer file takes two
 * to three times as long. The pages are spilled by a transaction that is then rolled back, so nothing of them is ever read.
 */
export function growWal(db: DatabaseSync, bytes: number): void {
  const cache = Number(Object.values(db.prepare('PRAGMA cache_size').get() ?? {})[0])
  db.exec('PRAGMA cache_size = 16')
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec('CREATE TABLE ballast (bytes BLOB)')
    const add = db.prepare('INSERT INTO ballast VALUES (zeroblob(?))')
    for (let done = 0; done < bytes; done += CHUNK) add.run(CHUNK)
  } finally {
    db.exec('ROLLBACK')
    db.exec(`PRAGMA cache_size = ${cache}`)
  }
}
const CHUNK = 262_144
