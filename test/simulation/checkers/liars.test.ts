import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DoubleDaemon } from './liars/double-daemon.ts'
import { honestLife } from './liars/honest-life.ts'
import { CHECKERS, LIES, live, misjudged } from './liars/run-lies.ts'

describe('the checkers', () => {
  it('believe an honest daemon, and have something to judge in it', () => {
    const { failed, idle } = live()
    expect([...failed]).toEqual([])
    expect(idle).toEqual([])
  })

  it('each know at least one lie', () => {
    const lied = new Set(LIES.map(({ checker }) => checker))
    expect(CHECKERS.filter((name) => !lied.has(name))).toEqual([])
    expect([...lied].filter((name) => !CHECKERS.includes(name))).toEqual([])
  })

  it.each(LIES.map((lie) => [lie.tells, lie.checker, lie] as const))('find %s: %s', (_, __, lie) => {
    expect(misjudged(lie, live(lie))).toEqual([])
  })

  it('count what they had to do without', () => {
    const daemon = new DoubleDaemon()
    honestLife(daemon)
    for (const record of daemon.wire) delete record.durable
    const { checkers } = new DoubleDaemon()
    for (const checker of checkers) checker.check(daemon.evidence())
    const lacking = checkers.find(({ name }) => name === 'marked before the wire')
    expect(lacking?.lacked.get('wire.durable')).toBeGreaterThan(0)
  })

  it('import nothing of the daemon', () => {
    const folder = new URL('.', import.meta.url)
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    const imports = files.flatMap((name) =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map(
        ([, from, dynamic]) => `${name}: ${from ?? dynamic}`,
      ),
    )
    expect(files.length).toBeGreaterThan(10)
    expect(
      imports.filter((one) => !/: (?:\.\/[^/]+|\.\/liars\/run-lies\.ts|\.\.\/evidence\.ts|node:[a-z]+)$/.test(one)),
    ).toEqual([])
  })
})
