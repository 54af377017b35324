import { describe, expect, it } from 'vitest'
import { configVersion } from '../../src/config/config-version.ts'
import { effectiveConfig } from '../../src/config/effective.ts'
import { accepted } from './load-json.ts'

const world = { env: { KEY: 'hidden', SUREFILL_PORT: '5000' } }
const loaded = accepted(
  {
    accounts: { a: { venue: 'bybit', api_key: `\${KEY}`, api_secret: `\${KEY}`, risk: { max_daily_loss: null } } },
    risk: { max_daily_loss: '2500.50', max_total_exposure: null },
    order_management: { strategy_overrides: { trend: { order_types: ['limit', 'market'] } } },
    data_dir: `\${KEY}`,
  },
  world,
)
const rows = new Map(effectiveConfig(loaded).map((row) => [row.path, row]))

describe('the effective configuration', () => {
  it.each([
    ['mode', 'paper', 'default'],
    ['accounts.a.api_key', '•••', 'file'],
    ['accounts.a.risk.max_daily_loss', 'unlimited', 'file'],
    ['data_dir', '•••', 'file'],
    ['storage.url', '•••', 'file'],
    ['risk.max_daily_loss', '2500.5', 'file'],
    ['risk.max_total_exposure', 'unlimited', 'file'],
    ['risk.max_signal_age', '1m', 'default'],
    ['risk.allow_symbols', 'unlimited', 'default'],
    ['risk.deny_symbols', 'none', 'default'],
    ['order_management.strategy_overrides.trend.order_types', 'limit, market', 'file'],
    ['api.port', '5000', 'environment'],
    ['storage.retention', 'kept for ever', 'default'],
  ])('%s is %s, from %s', (path, value, from) => {
    expect(rows.get(path)).toMatchObject({ path, value, origin: { from } })
  })
  it('has no row for what is absent', () => {
    expect(rows.has('audit.hmac_key')).toBe(false)
    expect(rows.has('order_management.strategy_overrides.trend.buy_offset')).toBe(false)
  })
})

describe('the version of a configuration', () => {
  const version = (file: unknown, env: Record<string, string> = { KEY: 'x' }) =>
    configVersion(accepted(file, { env }).config)
  it('is short and always the same', () => {
    expect(version(undefined)).toMatch(/^[0-9a-f]{12}$/)
    expect(version(undefined)).toBe(version({}))
  })
  it('does not know the order of keys, how a value is written or where it came from', () => {
    const one = version('{"risk": {"max_open_orders": 5, "max_daily_loss": 10.50}, "mode": "paper"}')
    expect(version('{"mode": "paper", "risk": {"max_daily_loss": "10.5", "max_open_orders": 5}}')).toBe(one)
    expect(version({ risk: { max_daily_loss: '10.5' } }, { SUREFILL__RISK__MAX_OPEN_ORDERS: '5' })).toBe(one)
  })
  it('changes with any value', () => {
    expect(version({ risk: { max_open_orders: 5 } })).not.toBe(version({ risk: { max_open_orders: 6 } }))
    expect(version({ risk: { max_daily_loss: null } })).not.toBe(version({}))
  })
  it('does not change with a secret', () => {
    const file = { accounts: { a: { venue: 'bybit', api_key: `\${KEY}`, api_secret: `\${KEY}` } } }
    expect(version(file, { KEY: 'one' })).toBe(version(file, { KEY: 'two' }))
  })
})

describe('a configuration that hardly can be meant', () => {
  it('is warned of', () => {
    const { warnings } = accepted({
      risk: { max_order_notional: '200000', max_total_exposure: '1', allow_symbols: ['A', 'B'], deny_symbols: ['B'] },
    })
    expect(warnings.map(({ path }) => path)).toEqual([
      'risk.max_order_notional',
      'risk.max_position_notional',
      'risk.allow_symbols',
    ])
  })
})
