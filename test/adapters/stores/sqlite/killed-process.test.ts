import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { idOf } from '../sample-commits.ts'
import { startCommitting } from './child-process.ts'
import { newFolder } from './store-places.ts'

it.each([1, 16])(
  'a process that is killed while %i commits are in flight has kept all it acknowledged',
  async (inFlight) => {
    const folder = newFolder()
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'surefill.db')
    const acknowledged = new Set<string>()
    for (let round = 0; round < 4; round += 1) {
      const child = startCommitting([path, round * 1_000_000, 'Infinity', inFlight])
      await child.until(20 + round * 37)
      child.process.kill('SIGKILL')
      await child.ended
      const [ready, ...numbers] = child.lines
      expect(ready).toMatch(/^ready /)
      expect(numbers.length).toBeGreaterThan(10)
      for (const n of numbers) acknowledged.add(idOf(Number(n)))

      const db = new DatabaseSync(path)
      const stored = db
        .prepare('SELECT id FROM orders ORDER BY seq')
        .all()
        .map(({ id }) => String(id))
      expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([])
      expect(db.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok')
      expect(db.prepare('SELECT max(account_seq) AS last, count(*) AS count FROM events').get()).toEqual({
        last: stored.length,
        count: stored.length,
      })
      db.close()
    }
  },
)
