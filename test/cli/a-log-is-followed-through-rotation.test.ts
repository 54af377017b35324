import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { followLog } from '../../src/cli/follow-log.ts'
import { scratchFolder } from '../support/cli-process.ts'

const stop = new AbortController()

function follow(path: string, last: number, signal = stop.signal) {
  const lines = followLog({ path, last, signal })
  onTestFinished(() => void lines.return(undefined))
  return async (): Promise<string | undefined> => (await lines.next()).value ?? undefined
}

describe('a log that is followed', () => {
  it('begins with its last lines, however long they are', async () => {
    const path = join(scratchFolder(), 'orders.jsonl')
    const long = `${'ü'.repeat(50_000)}3`
    writeFileSync(path, ['1', '2', long, '4', ''].join('\n'))
    const lines: string[] = []
    for await (const line of followLog({ path, last: 2, signal: stop.signal, once: true })) lines.push(line)
    expect(lines).toEqual([long, '4'])
  })

  it.each([0, 1, 5])('shows no line twice and none too many (%i from before)', async (last) => {
    const path = join(scratchFolder(), 'orders.jsonl')
    writeFileSync(path, '1\n2\n3\n')
    const lines: string[] = []
    for await (const line of followLog({ path, last, signal: stop.signal, once: true })) lines.push(line)
    expect(lines).toEqual(['1', '2', '3'].slice(3 - Math.min(3, last)))
  })

  it('waits for a line to have its end', async () => {
    const path = join(scratchFolder(), 'orders.jsonl')
    writeFileSync(path, '1\nha')
    const next = follow(path, 10)
    expect(await next()).toBe('1')
    const pending = next()
    appendFileSync(path, 'lf\n')
    expect(await pending).toBe('half')
  })

  it('goes on in the next file, and misses none of several', async () => {
    const folder = scratchFolder()
    const path = join(folder, 'orders.jsonl')
    writeFileSync(path, '1\n')
    const next = follow(path, 10)
    expect(await next()).toBe('1')
    const pending = next()
    appendFileSync(path, '2\n')
    renameSync(path, join(folder, 'orders-20260302-999.jsonl'))
    writeFileSync(join(folder, 'orders-20260302-1000.jsonl'), '3\n')
    writeFileSync(join(folder, 'orders-20260303-001.jsonl'), '4\n')
    writeFileSync(join(folder, 'trades-20260303-001.jsonl'), 'another log\n')
    writeFileSync(path, '5\n')
    expect([await pending, await next(), await next(), await next()]).toEqual(['2', '3', '4', '5'])
  })

  it('waits for a log that is not there yet, and ends when asked to', async () => {
    const path = join(scratchFolder(), 'orders.jsonl')
    const ended = new AbortController()
    const next = follow(path, 10, ended.signal)
    const pending = next()
    writeFileSync(path, '1\n')
    expect(await pending).toBe('1')
    const last = next()
    ended.abort()
    expect(await last).toBeUndefined()
  })
})
