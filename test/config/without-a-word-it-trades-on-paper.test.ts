import { describe, expect, it } from 'vitest'
import { isLive } from '../../src/config/config.ts'
import { riskFor } from '../../src/config/config-for.ts'
import { accepted } from './load-json.ts'

describe.each([
  ['without a file', undefined],
  ['with an empty file', '{}'],
])('%s', (_, file) => {
  const { config, warnings, source } = accepted(file)

  it('there is one paper account with a million dollars', () => {
    expect(config.mode).toBe('paper')
    expect(Object.keys(config.accounts)).toEqual(['paper'])
    const account = config.accounts.paper
    expect(account?.venue === 'paper' && String(account.cash)).toBe('1000000')
    expect(account !== undefined && isLive(account)).toBe(false)
  })
  it('the limits are those of paper', () => {
    expect(JSON.parse(JSON.stringify(riskFor(config, 'paper')))).toEqual({
      max_order_notional: '25000',
      max_position_notional: '100000',
      max_total_exposure: '500000',
      max_open_orders: 200,
      max_orders_per_minute: 120,
      max_daily_loss: '10000',
      price_collar_pct: '5',
      max_signal_age: 60_000,
      max_reference_age: 15_000,
      allow_symbols: null,
      deny_symbols: [],
    })
  })
  it('limit orders alone are enabled, five bps aggressive, one percent guarded', () => {
    const { order_types, buy_offset, sell_offset, offset_mode, max_slippage_pct, poll_interval } =
      config.order_management
    expect(order_types).toEqual(['limit'])
    expect([buy_offset, sell_offset, max_slippage_pct].map(String)).toEqual(['5', '5', '1'])
    expect([offset_mode, poll_interval]).toEqual(['bps', 15_000])
  })
  it('calls are tried three times, after one and two seconds', () => {
    expect(config.retry).toMatchObject({ max_attempts: 3, initial_delay: 1_000, max_delay: 30_000 })
    expect(String(config.retry.multiplier)).toBe('2')
  })
  it('it listens on the loopback address alone', () => {
    expect([config.api.host, config.api.port]).toEqual(['127.0.0.1', 4600])
  })
  it('the store is a file', () => expect(config.storage.url.reveal()).toBe('sqlite:data/surefill.db'))
  it('there is nothing to warn of', () => expect(warnings).toEqual([]))
  it('the source says whether there was a file', () => {
    expect(source.file).toBe(file === undefined ? undefined : 'config.json')
  })
})
