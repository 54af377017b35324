import { describe, expect, it } from 'vitest'
import { accepted, pathsOf, refused } from './load-json.ts'

const LIMITS = {
  max_order_notional: '1000',
  max_position_notional: '2000',
  max_total_exposure: '5000',
  max_open_orders: 10,
  max_orders_per_minute: 10,
  max_daily_loss: '100',
}
const account = { venue: 'alpaca', environment: 'live', key_id: `\${ID}`, secret_key: `\${KEY}` }
const live = {
  mode: 'live',
  live: { i_understand_this_trades_real_money: true },
  accounts: { main: account },
  risk: LIMITS,
}
const world = { env: { ID: 'an-id', KEY: 'a-key' } }

describe('live mode', () => {
  it('starts when everything has been said', () => expect(accepted(live, world).config.mode).toBe('live'))
  it('needs the second key', () => {
    expect(pathsOf(refused({ ...live, live: {} }, world))).toEqual(['live.i_understand_this_trades_real_money'])
  })
  it.each(Object.keys(LIMITS))('needs %s to be set', (limit) => {
    const risk = Object.fromEntries(Object.entries(LIMITS).filter(([key]) => key !== limit))
    expect(pathsOf(refused({ ...live, risk }, world))).toEqual([`risk.${limit}`])
    const perAccount = { ...live, risk, accounts: { main: { ...account, risk: { [limit]: '7' } } } }
    const forAccount = limit.startsWith('max_o') && limit !== 'max_order_notional' ? 7 : '7'
    perAccount.accounts.main.risk = { [limit]: forAccount as string }
    expect(accepted(perAccount, world).config.mode).toBe('live')
  })
  it('needs a limit for each account when it is not set for all', () => {
    const { max_daily_loss, ...risk } = LIMITS
    const accounts = { main: { ...account, risk: { max_daily_loss } }, other: account }
    expect(pathsOf(refused({ ...live, risk, accounts }, world))).toEqual(['risk.max_daily_loss'])
  })
  it('takes an unlimited limit that was meant, and warns', () => {
    const loaded = accepted({ ...live, risk: { ...LIMITS, max_daily_loss: null } }, world)
    expect(loaded.warnings).toEqual([
      { path: 'risk.max_daily_loss', message: 'is unlimited for the live account main' },
    ])
  })
  it('takes no account for play money', () => {
    const accounts = { ...live.accounts, toy: { venue: 'paper' }, test: { ...account, environment: 'paper' } }
    expect(pathsOf(refused({ ...live, accounts }, world))).toEqual(['accounts.test.environment', 'accounts.toy.venue'])
  })
  it('does not fall back to the paper account', () => {
    const { accounts: _, ...without } = live
    expect(pathsOf(refused(without, world))).toEqual(['accounts.paper.venue'])
  })
  it.each(['base_url', 'stream_url', 'data_url'])('takes no %s', (key) => {
    const accounts = { main: { ...account, [key]: 'http://127.0.0.1:1' } }
    expect(pathsOf(refused({ ...live, accounts }, world))).toEqual([`accounts.main.${key}`])
  })
  it('takes no secret from the file', () => {
    const file = {
      ...live,
      accounts: { main: { ...account, secret_key: 'written out' } },
      storage: { url: 'postgres://sf:written@db/sf' },
      notifications: { telegram: { bot_token: '123:abc', chat_id: `\${ID}` } },
    }
    expect(pathsOf(refused(file, world))).toEqual([
      'accounts.main.secret_key',
      'notifications.telegram.bot_token',
      'storage.url',
    ])
  })
  it('takes a store without a password, and one whose password comes from outside', () => {
    for (const url of ['sqlite:data/x.db', 'postgres://db/sf', `postgres://sf:\${KEY}@db/sf`])
      expect(accepted({ ...live, storage: { url } }, world).config.mode).toBe('live')
  })
})

describe('paper mode', () => {
  it('takes no account for real money', () => {
    expect(pathsOf(refused({ accounts: { main: account } }, world))).toEqual(['accounts.main.environment'])
  })
  it('takes a venue without paper money only at a simulator', () => {
    const broker = { venue: 'robinhood', api_key: `\${ID}`, private_key: `\${KEY}` }
    expect(pathsOf(refused({ accounts: { r: broker } }, world))).toEqual(['accounts.r.environment'])
    const simulated = { ...broker, base_url: 'http://127.0.0.1:9' }
    expect(accepted({ accounts: { r: simulated } }, world).warnings).toEqual([])
  })
  it('warns of keys that would travel in clear, elsewhere than on this machine', () => {
    const broker = { venue: 'alpaca', key_id: `\${ID}`, secret_key: `\${KEY}` }
    const warned = (base_url: string) =>
      accepted({ accounts: { a: { ...broker, base_url } } }, world).warnings.map(({ path }) => path)
    expect(warned('http://simulator:4701')).toEqual(['accounts.a.base_url'])
    expect(warned('https://stand-in.example')).toEqual([])
    expect(warned('http://localhost:4701')).toEqual([])
  })
  it('warns of a secret in the file', () => {
    const { warnings } = accepted(
      { accounts: { a: { venue: 'bybit', api_key: 'in clear', api_secret: `\${KEY}` } } },
      world,
    )
    expect(warnings.map(({ path }) => path)).toEqual(['accounts.a.api_key'])
  })
})

describe('dry run', () => {
  it('takes real and paper accounts side by side', () => {
    const accounts = { main: account, toy: { venue: 'paper' } }
    expect(accepted({ mode: 'dry_run', accounts, routing: { default: 'toy' } }, world).config.mode).toBe('dry_run')
  })
})
