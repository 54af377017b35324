import { describe, expect, it } from 'vitest'
import { effectiveConfig } from '../../src/config/effective.ts'
import { accepted, type load, refused } from './load-json.ts'

const env = (...pairs: (readonly [string, string])[]) => ({ env: Object.fromEntries(pairs) })

describe('a short name', () => {
  it('stands for its key and wins over the file', () => {
    const file = { api: { port: 1, host: 'localhost' }, logging: { level: 'warn' } }
    const { config } = accepted(
      file,
      env(['SUREFILL_PORT', '5000'], ['SUREFILL_HOST', '0.0.0.0'], ['SUREFILL_LOG_LEVEL', 'debug']),
    )
    expect([config.api.port, config.api.host, config.logging.level]).toEqual([5_000, '0.0.0.0', 'debug'])
  })
  it('of the product wins over the one of the hosting platform', () => {
    expect(accepted(undefined, env(['PORT', '1'], ['SUREFILL_PORT', '2'])).config.api.port).toBe(2)
  })
  it('of a folder moves what lies in it, but not what has its own place', () => {
    const file = { audit: { path: 'elsewhere.jsonl' } }
    const { config } = accepted(file, env(['SUREFILL_DATA_DIR', '/var/lib/sf/'], ['SUREFILL_LOG_DIR', '/var/log/sf']))
    expect(config.storage.url.reveal()).toBe('sqlite:/var/lib/sf/surefill.db')
    expect([config.audit.path, config.audit.trades_path]).toEqual(['elsewhere.jsonl', '/var/log/sf/trades.jsonl'])
    expect(accepted({ log_dir: '/' }).config.audit.path).toBe('/orders.jsonl')
  })
  it('that is empty counts as not set', () => {
    const world = env(['SUREFILL_PORT', ''], ['SUREFILL_CONFIG', ''], ['SUREFILL__RISK__MAX_OPEN_ORDERS', ''])
    expect(accepted(undefined, world).config.api.port).toBe(4600)
  })
  it('that is wrong is refused by its key, naming the variable', () => {
    expect(refused(undefined, env(['SUREFILL_PORT', 'http']))).toMatchObject([
      { path: 'api.port', found: '"http" in SUREFILL_PORT' },
    ])
  })
})

describe('the port of a hosting platform on a loopback address', () => {
  it('is warned of', () => {
    expect(accepted(undefined, env(['PORT', '8080'])).warnings).toMatchObject([{ path: 'api.host' }])
  })
  it('is fine once the address is open', () => {
    expect(accepted(undefined, env(['PORT', '8080'], ['SUREFILL_HOST', '0.0.0.0'])).warnings).toEqual([])
  })
})

describe('a key by its path', () => {
  it.each([
    ['SUREFILL__RISK__MAX_OPEN_ORDERS', '7', 'risk.max_open_orders', '7'],
    ['SUREFILL__RISK__MAX_ORDER_NOTIONAL', '0.10', 'risk.max_order_notional', '0.1'],
    ['SUREFILL__RISK__MAX_DAILY_LOSS', 'null', 'risk.max_daily_loss', 'unlimited'],
    ['SUREFILL__ORDER_MANAGEMENT__POLL_INTERVAL', '20s', 'order_management.poll_interval', '20s'],
    ['SUREFILL__ORDER_MANAGEMENT__ORDER_TYPES', '["limit","market"]', 'order_management.order_types', 'limit, market'],
    ['SUREFILL__ORDER_MANAGEMENT__REPRICE__ENABLED', 'true', 'order_management.reprice.enabled', 'true'],
    ['SUREFILL__ACCOUNTS__MAIN_DESK__SEED', '007', 'accounts.Main-Desk.seed', '007'],
    ['SUREFILL__ROUTING__DEFAULT', 'Main-Desk', 'routing.default', 'Main-Desk'],
  ])('%s=%s sets %s', (name, value, path, shown) => {
    const loaded = accepted({ accounts: { 'Main-Desk': { venue: 'paper' } } }, env([name, value]))
    const row = effectiveConfig(loaded).find((one) => one.path === path)
    expect(row).toEqual({ path, value: shown, origin: { from: 'environment', variable: name } })
  })
  it('can make an account out of nothing', () => {
    const world = env(
      ['SUREFILL__ACCOUNTS__BOT__API_SECRET', '0123'],
      ['SUREFILL__ACCOUNTS__BOT__API_KEY', 'true'],
      ['SUREFILL__ACCOUNTS__BOT__VENUE', 'bybit'],
    )
    const account = accepted(undefined, world).config.accounts.bot
    if (account?.venue !== 'bybit') throw new Error('no such account')
    expect([account.api_key.reveal(), account.api_secret.reveal()]).toEqual(['true', '0123'])
  })
  it('replaces a whole block, whose absent keys are defaults again', () => {
    const file = { mode: 'paper', risk: { max_open_orders: 5, max_daily_loss: '1' } }
    const loaded = accepted(file, env(['SUREFILL__RISK', '{"max_open_orders": 6}']))
    expect(loaded.config.risk.max_open_orders).toBe(6)
    expect(String(loaded.config.risk.max_daily_loss)).toBe('10000')
    expect(loaded.source.provenance.isSet(['risk', 'max_daily_loss'])).toBe(false)
  })
  it.each([
    ['SUREFILL__RISK__MAX_OPEN_ORDER', '5', 'risk.max_open_order'],
    ['SUREFILL__NOWHERE', '5', 'nowhere'],
    ['SUREFILL__MODE__DEEPER', '5', 'mode.deeper'],
    ['SUREFILL__', '5', ''],
    ['SUREFILL__RISK____X', '5', ''],
    ['SUREFILL__API__KEYS__7__NAME', 'x', 'api.keys[7].name'],
  ])('%s that leads nowhere is refused', (name, value, path) => {
    const problems = refused({ mode: 'paper' }, env([name, value]))
    expect(problems).toMatchObject([{ path, code: 'config.unknown_key' }])
    expect(problems[0]?.found).toContain(name)
  })
})

describe('SUREFILL_API_KEY', () => {
  const key = 'k'.repeat(24)
  it('opens the API with every right', () => {
    const [entry] = accepted(undefined, env(['SUREFILL_API_KEY', key])).config.api.keys
    expect([entry?.name, entry?.role, entry?.key.reveal()]).toEqual(['environment', 'admin', key])
  })
  it('gives no more rights to a key that the file lists', () => {
    const file = { api: { keys: [{ name: 'bot', key: `\${SUREFILL_API_KEY}`, role: 'read' }] } }
    const { keys } = accepted(file, env(['SUREFILL_API_KEY', key])).config.api
    expect(keys.map(({ name, role }) => [name, role])).toEqual([['bot', 'read']])
  })
  it('that is short enough to guess is refused', () => {
    expect(refused(undefined, env(['SUREFILL_API_KEY', 'secret']))).toMatchObject([{ path: 'api.keys[0].key' }])
  })
})

describe('a reference', () => {
  const account = (api_key: string) => ({ accounts: { a: { venue: 'bybit', api_key, api_secret: 'x' } } })
  const keyOf = (api_key: string, world: Parameters<typeof load>[1]) => {
    const loaded = accepted(account(api_key), world).config.accounts.a
    return loaded?.venue === 'bybit' ? loaded.api_key.reveal() : undefined
  }
  it.each([
    [`\${KEY}`, 'from env'],
    [`a \${KEY} b \${KEY}`, 'a from env b from env'],
    [`\${file:/run/key}`, 'from file'],
    [`$\${KEY}`, `\${KEY}`],
    ['$KEY', '$KEY'],
  ])('%s is %j', (text, value) => {
    expect(keyOf(text, { env: { KEY: 'from env' }, files: { '/run/key': 'from file\n' } })).toBe(value)
  })
  it('is not followed twice', () => {
    expect(keyOf(`\${KEY}`, { env: { KEY: `\${OTHER}`, OTHER: 'x' } })).toBe(`\${OTHER}`)
  })
  it('fills any option, not only texts', () => {
    expect(accepted({ api: { port: `\${P}` } }, { env: { P: '81' } }).config.api.port).toBe(81)
  })
  it.each([
    [`\${NOPE}`, 'the environment variable NOPE to be set', 'none'],
    [`\${EMPTY}`, 'the environment variable EMPTY to be set', 'an empty one'],
    [`\${file:/none}`, 'a readable file /none with a value', 'no such file'],
    [`\${file:/empty}`, 'a readable file /empty with a value', 'an empty one'],
    [`\${toString}`, 'the environment variable toString to be set', 'none'],
    [`\${}`, `\${NAME} or \${file:/path}`, 'another text'],
  ])('%s that leads nowhere is one problem at its place', (text, expected, found) => {
    const world = { env: { EMPTY: '' }, files: { '/empty': '\n' } }
    expect(refused(account(text), world)).toMatchObject([
      { path: 'accounts.a.api_key', code: 'config.unresolved', expected, found },
    ])
  })
})
