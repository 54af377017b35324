import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { idOf } from '../sample-commits.ts'
import { type Committing, startCommitting } from './child-process.ts'
import { ambient, newFolder } from './store-places.ts'

const canTrace = spawnSync('strace', ['-f', '-e', 'trace=none', '-o', '/dev/null', 'true']).status === 0
const lacks = canTrace ? {} : { meta: { lacks: 'strace not installed or not allowed' } }
const FLUSH = 'trace=fsync,fdatasync'

const newFile = (name: string): string => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, name)
}
async function traced(path: string, args: readonly (string | number)[], ...options: string[]): Promise<Committing> {
  const child = startCommitting([path, ...args], ['strace', '-f', '-qq', '-P', `${path}-wal`, ...options])
  await child.ended
  return child
}
const numbersIn = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^\d+$/.test(line)).map((n) => idOf(Number(n)))
const batchesIn = (lines: readonly string[], word: string): number =>
  Number(lines.find((line) => line.startsWith(word))?.split(' ')[1])

describe.runIf(canTrace)('a disk, seen from the system calls,', lacks, () => {
  it.each([1, 64])('is flushed once for every batch, with %i commits in flight', async (inFlight) => {
    const path = newFile('surefill.db')
    const trace = `${path}.trace`
    const child = await traced(path, [0, 640, inFlight], '-e', FLUSH, '-o', trace)
    expect(numbersIn(child.lines)).toHaveLength(640)
    const batches = batchesIn(child.lines, 'batches')
    const flushes = readFileSync(trace, 'utf8').match(/f(?:data)?sync\(/g)?.length ?? 0
    expect(flushes).toBeGreaterThanOrEqual(batches)
    expect(flushes).toBeLessThanOrEqual(batches + 20 + batches * 0.05)
    if (inFlight === 1) expect(batches).toBeGreaterThanOrEqual(640)
    else expect(batches).toBeLessThan(640 * 0.15)
  })

  it('that failed one flush is not trusted again, although the next flush would succeed', async () => {
    const path = newFile('surefill.db')
    const child = await traced(
      path,
      [0, 500, 1],
      '-e',
      FLUSH,
      '-e',
      'inject=fsync,fdatasync:error=EIO:when=30',
      '-o',
      '/dev/null',
    )
    const said = child.lines.filter((line) => !/^\d+$/.test(line))
    expect(said.slice(1)).toEqual([
      expect.stringMatching(/^StoreError .*"fatal":true/),
      'and refused',
      'probe false',
      expect.stringMatching(/^batches/),
    ])
    await holdsAll(path, numbersIn(child.lines))
  })

  it.each(['EIO', 'ENOSPC'])('that refused one write (%s) is trusted again after a probe', async (error) => {
    const path = newFile('surefill.db')
    const inject = `inject=pwrite64:error=${error}:when=6000`
    const child = await traced(path, [0, 5_000, 1], '-e', 'trace=pwrite64', '-e', inject, '-o', '/dev/null')
    const said = child.lines.filter((line) => !/^\d+$/.test(line))
    expect(said.slice(1)).toEqual([
      expect.stringMatching(/^StoreError .*"fatal":false/),
      'and refused',
      'probe true',
      expect.stringMatching(/^batches/),
    ])
    await holdsAll(path, numbersIn(child.lines))
  })
})

async function holdsAll(path: string, ids: readonly string[]): Promise<void> {
  expect(ids.length).toBeGreaterThan(5)
  const store = await openSqliteStore({ path, ...ambient })
  const { items } = await store.orders({}, { limit: 500 })
  const known = new Set<string>(items.map(({ id }) => id))
  expect(ids.slice(0, 500).filter((id) => !known.has(id))).toEqual([])
  expect(known.size).toBeLessThanOrEqual(ids.length + 1)
  await store.close()
}
