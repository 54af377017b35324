import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/config-problem.ts'
import { loadConfig } from '../../src/config/load.ts'
import { pathText } from '../../src/config/raw-value.ts'
import { load, pathsOf, refused } from './load-json.ts'

describe('a file with mistakes is refused', () => {
  it('with all six of six, each by its path', () => {
    const problems = refused({
      mode: 'papper',
      order_management: { buy_ofset: 5, poll_interval: '1 minute', order_types: ['stop'] },
      risk: 5,
      routing: { default: 'nobody' },
    })
    expect(pathsOf(problems)).toEqual([
      'mode',
      'order_management.buy_ofset',
      'order_management.order_types[0]',
      'order_management.poll_interval',
      'risk',
      'routing.default',
    ])
  })
  it('with what was expected and what was found', () => {
    expect(refused({ order_management: { poll_interval: '1 minute' } })).toEqual([
      {
        path: 'order_management.poll_interval',
        code: 'config.invalid',
        expected: 'a duration from 500ms to 10m, such as "500ms", or milliseconds as a number',
        found: '"1 minute"',
        message:
          'expected a duration from 500ms to 10m, such as "500ms", or milliseconds as a number, found "1 minute"',
      },
    ])
  })
  it('with a message that holds every problem', () => {
    const result = load({ mode: 1, api: { port: 70_000 } })
    expect(String(result)).toContain('config.json has 2 problems')
    expect(String(result)).toContain('mode: expected one of "paper", "dry_run", "live", found 1')
    expect(String(result)).toContain('api.port: expected a whole number from 0 to 65535, found 70000')
  })
  it('also where the mistake shows only beside another place', () => {
    const problems = refused({
      fill_detection: { initial_poll_interval: '10s', poll_interval_increase: '1m', max_poll_interval: '5s' },
      retry: { initial_delay: '20s', max_delay: '10s', submit: { initial_delay: '11s' } },
      rate_limit: { requests: 5 },
      intake: { rabbitmq: { enabled: true } },
      sinks: { rabbitmq: { enabled: true } },
      accounts: { r: { venue: 'robinhood', api_key: 'a', private_key: 'b' } },
    })
    expect(pathsOf(problems)).toEqual([
      'accounts.r.environment',
      'fill_detection.initial_poll_interval',
      'fill_detection.poll_interval_increase',
      'intake.rabbitmq.url',
      'rate_limit.per',
      'retry.initial_delay',
      'retry.submit.initial_delay',
      'sinks.rabbitmq.url',
    ])
  })
  it('but not where two places are just equal', () => {
    const loaded = load({
      fill_detection: { initial_poll_interval: '5s', poll_interval_increase: '5s', max_poll_interval: '5s' },
      retry: { initial_delay: '10s', max_delay: '10s' },
    })
    expect(loaded.kind).toBe('loaded')
  })
  it('without accusing a place of what another place did', () => {
    expect(pathsOf(refused({ fill_detection: { initial_poll_interval: '20s', max_poll_interval: 'never' } }))).toEqual([
      'fill_detection.max_poll_interval',
    ])
    const brokenAccount = { accounts: { a: { venue: 'nowhere' } }, routing: { default: 'a' } }
    expect(pathsOf(refused(brokenAccount))).toEqual(['accounts.a.venue'])
  })
  it('with every missing credential of every account, and the rest of the account checked', () => {
    const problems = refused({ accounts: { a: { venue: 'alpaca', environment: 'live' }, b: { venue: 'kis' } } })
    expect(pathsOf(problems)).toEqual([
      'accounts.a.environment',
      'accounts.a.key_id',
      'accounts.a.secret_key',
      'accounts.b.account_number',
      'accounts.b.app_key',
      'accounts.b.app_secret',
    ])
  })
  it('when two keys share a name', () => {
    const key = { name: 'bot', key: 'k'.repeat(16) }
    expect(pathsOf(refused({ api: { keys: [key, key] } }))).toEqual(['api.keys[1].name'])
  })
  it('when its accounts are an empty block', () => {
    expect(refused({ accounts: {} })).toMatchObject([{ path: 'accounts', expected: 'at least one account' }])
  })
  it('when an account has a name that no message could carry', () => {
    expect(refused({ accounts: { 'my account': { venue: 'paper' } } })).toMatchObject([{ path: 'accounts.my account' }])
  })
})

describe('an unknown key', () => {
  it.each([
    [{ order_management: { buy_ofset: 1 } }, 'order_management.buy_ofset', 'did you mean buy_offset?'],
    [{ order_managment: {} }, 'order_managment', 'did you mean order_management?'],
    [{ api: { allowedHosts: [] } }, 'api.allowedHosts', 'did you mean allowed_hosts?'],
    [{ accounts: { a: { venue: 'paper', csah: 1 } } }, 'accounts.a.csah', 'did you mean cash?'],
    [{ order_management: { slippage: 1 } }, 'order_management.slippage', 'did you mean slippage_guard?'],
    [{ logging: { zzzzzz: 1 } }, 'logging.zzzzzz', 'known keys: level, pretty'],
  ])('%j is refused with the nearest known one', (file, path, hint) => {
    expect(refused(file)).toMatchObject([{ path, code: 'config.unknown_key', hint }])
  })
  it('is found through any single slip of the finger', () => {
    const key = 'max_slippage_pct'
    const slip = fc
      .nat(key.length - 1)
      .chain((at) =>
        fc.constantFrom(
          key.slice(0, at) + key.slice(at + 1),
          `${key.slice(0, at)}x${key.slice(at)}`,
          `${key.slice(0, at)}q${key.slice(at + 1)}`,
          key.slice(0, at) + (key[at + 1] ?? '') + (key[at] ?? '') + key.slice(at + 2),
        ),
      )
    fc.assert(
      fc.property(slip, (typo) => {
        fc.pre(typo !== key)
        expect(refused({ order_management: { [typo]: 1 } })).toMatchObject([{ hint: `did you mean ${key}?` }])
      }),
    )
  })
})

describe('a stop order type', () => {
  it('is refused with the reason and what to do', () => {
    const [problem] = refused({ order_management: { order_types: ['limit', 'stop'] } })
    expect(problem?.path).toBe('order_management.order_types[1]')
    expect(problem?.hint).toContain('stop orders stay refused')
  })
})

describe('a list that may not be empty', () => {
  it('is refused when it is', () => {
    expect(refused({ order_management: { order_types: [] } })).toMatchObject([
      { path: 'order_management.order_types', expected: 'a list of at least 1', found: 'an empty one' },
    ])
  })
})

describe('a file that cannot be read', () => {
  const locked = (): never => {
    throw new Error('EACCES: permission denied, zQ7canary')
  }
  it('is refused without the words of the system', () => {
    const result = loadConfig({ path: 'mine.json', env: {}, readFile: locked })
    if (result.kind === 'loaded') throw new Error('was accepted')
    expect(result.problems).toMatchObject([{ code: 'config.unreadable', found: 'one that cannot be read' }])
    expect(result.message).toContain('mine.json has one problem')
    expect(result.message).not.toContain('canary')
  })
  it('is a problem of the place that refers to it', () => {
    const text = JSON.stringify({ data_dir: `\${file:/locked}` })
    const result = loadConfig({ env: {}, readFile: (path) => (path === 'config.json' ? text : locked()) })
    if (result.kind === 'loaded') throw new Error('was accepted')
    expect(result.problems).toMatchObject([{ path: 'data_dir', found: 'one that cannot be read' }])
  })
})

describe('a file that is no JSON', () => {
  it('is refused by line and column', () => {
    const [problem] = refused('{\n  "mode": "paper",\n  "mode": "live"\n}')
    expect(problem).toMatchObject({ code: 'config.syntax', path: '' })
    expect(problem?.found).toContain('line 3')
  })
  it('is refused when it is JSON of another kind', () => {
    expect(refused('[]')).toMatchObject([{ expected: 'one JSON object', found: 'a list' }])
  })
  it('is refused when it was asked for and is not there', () => {
    expect(refused(undefined, { env: { SUREFILL_CONFIG: 'other.json' } })).toMatchObject([
      { code: 'config.unreadable', found: 'no such file', expected: 'a readable file other.json' },
    ])
  })
  it.each(['', '{"a":', '{"__proto__":{}}', '\u{feff}{}', 'null', '{"a":1e}'])('is refused: %j', (text) => {
    expect(refused(text)).toHaveLength(1)
  })
})

describe('the example with one leaf broken', () => {
  const example = JSON.parse(readFileSync(new URL('../../config.example.json', import.meta.url), 'utf8'))
  const leaves = leavesOf(example, [])
  const isContainer = (value: unknown): boolean => typeof value === 'object'

  it('has exactly one problem, at that leaf', () => {
    expect(leaves.length).toBeGreaterThan(120)
    const corruption = fc.constantFrom<unknown>({ wrong: true }, [[1]], '\u0007')
    fc.assert(
      fc.property(fc.constantFrom(...leaves), corruption, ({ path, value }, broken) => {
        const file = withValue(example, path, isContainer(value) ? true : broken)
        expect(refused(file).map(problemText)).toEqual([expect.stringContaining(`${pathText(path)}: `)])
      }),
      { numRuns: 600 },
    )
  })
})

interface Leaf {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

function leavesOf(value: unknown, path: Leaf['path']): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  if (entries.length === 0) return [{ path, value }]
  return entries.flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

function withValue(root: unknown, path: Leaf['path'], value: unknown): unknown {
  const copy = structuredClone(root)
  const last = path.at(-1) ?? ''
  const parent = path.slice(0, -1).reduce<unknown>((here, key) => Reflect.get(Object(here), key), copy)
  Reflect.set(Object(parent), last, value)
  return copy
}
