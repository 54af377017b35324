import { rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { StoreLocked } from '../../../../src/adapters/stores/sqlite/store-refused.ts'
import { startCommitting } from './child-process.ts'
import { ambient, newFolder } from './store-places.ts'

const newPath = (): string => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'data', 'surefill.db')
}

describe('a store that an instance works on', () => {
  it('is refused to a second one in the same process, under any name, until the first closes', async () => {
    const path = newPath()
    const first = await openSqliteStore({ path, ...ambient })
    await expect(openSqliteStore({ path, ...ambient })).rejects.toBeInstanceOf(StoreLocked)
    symlinkSync(path, `${path}.link`)
    await expect(openSqliteStore({ path: `${path}.link`, ...ambient })).rejects.toBeInstanceOf(StoreLocked)
    await first.close()
    const second = await openSqliteStore({ path, ...ambient })
    await second.close()
  })

  it('is refused to another process, and free as soon as the holder is killed', async () => {
    const path = newPath()
    const holder = startCommitting([path, 0])
    await holder.until(5)
    const late = startCommitting([path, 1_000_000, 1])
    await late.ended
    expect(late.lines).toEqual(['StoreLocked'])
    expect(late.process.exitCode).toBe(3)
    await expect(openSqliteStore({ path, ...ambient })).rejects.toBeInstanceOf(StoreLocked)

    holder.process.kill('SIGKILL')
    await holder.ended
    const next = await openSqliteStore({ path, ...ambient })
    await next.close()
  })

  it('can be read by its owner alone', async () => {
    const path = newPath()
    const store = await openSqliteStore({ path, ...ambient })
    const modes = ['', '-wal', '-shm', '.lock'].map((suffix) => (statSync(`${path}${suffix}`).mode & 0o777).toString(8))
    expect(modes).toEqual(['600', '600', '600', '600'])
    expect((statSync(join(path, '..')).mode & 0o777).toString(8)).toBe('700')
    await store.close()
  })
})
