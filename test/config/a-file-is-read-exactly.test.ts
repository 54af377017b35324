import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../src/config/schema/duration.ts'
import { decimal } from '../../src/core/money.ts'
import { accepted, refused } from './load-json.ts'

describe('a duration', () => {
  it.each([
    ['"500ms"', 500],
    ['"15s"', 15_000],
    ['"0.5s"', 500],
    ['"5m"', 300_000],
    ['"1500"', undefined],
    ['1500', 1_500],
    ['"499ms"', undefined],
    ['"10m"', 600_000],
    ['600001', undefined],
    ['"-1s"', undefined],
    ['"1 s"', undefined],
    ['"1s30"', undefined],
    ['"0.5005s"', undefined],
    ['1e3', undefined],
    ['1500.5', undefined],
    ['true', undefined],
    ['null', undefined],
  ])('%s is %s ms', (text, ms) => {
    const file = `{"order_management": {"poll_interval": ${text}}}`
    if (ms === undefined) expect(refused(file)).toMatchObject([{ path: 'order_management.poll_interval' }])
    else expect(accepted(file).config.order_management.poll_interval).toBe(ms)
  })
  it.each([
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0ms', 0],
    ['1w', undefined],
    ['', undefined],
    ['9999999999999d', undefined],
  ])('%s is %s ms anywhere', (text, ms) => expect(parseDuration(text)).toBe(ms))
  it('comes back from its shown form', () => {
    fc.assert(fc.property(fc.nat(10 ** 12), (ms) => parseDuration(formatDuration(ms)) === ms))
  })
})

describe('money', () => {
  it('keeps every digit, as a text and as a number', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,20}\.\d{0,18}[1-9]$/)
    fc.assert(
      fc.property(digits, fc.boolean(), (text, quoted) => {
        const value = quoted ? JSON.stringify(text) : text
        const { config } = accepted(`{"risk": {"max_order_notional": ${value}}}`)
        expect(config.risk.max_order_notional?.toString()).toBe(text)
      }),
    )
  })
  it.each(['"1e5"', '1e5', '"NaN"', '"1,000"', '" 1"', '"+1"', '0', '-1', 'true', '[1]'])('%s is refused', (text) => {
    expect(refused(`{"risk": {"max_order_notional": ${text}}}`)).toMatchObject([{ path: 'risk.max_order_notional' }])
  })
  it('of a passive offset may be negative', () => {
    const { config } = accepted({ order_management: { buy_offset: '-12.5' } })
    expect(config.order_management.buy_offset).toEqual(decimal('-12.5'))
  })
  it.each([
    ['order_management', 'max_slippage_pct', '100', '100.01'],
    ['order_management', 'market_min_confidence', '1', '1.01'],
    ['retry', 'multiplier', '1', '0.99'],
  ])('%s.%s ends where it should', (block, key, inside, outside) => {
    expect(() => accepted({ [block]: { [key]: inside } })).not.toThrow()
    expect(refused({ [block]: { [key]: outside } })).toMatchObject([{ path: `${block}.${key}` }])
  })
})

describe('a whole number', () => {
  it.each(['1.5', '"5"', '0', '1000001', '1e2', 'true'])('%s is refused', (text) => {
    expect(refused(`{"risk": {"max_open_orders": ${text}}}`)).toMatchObject([{ path: 'risk.max_open_orders' }])
  })
  it.each([1, 1_000_000])('%s is taken', (value) => {
    expect(accepted({ risk: { max_open_orders: value } }).config.risk.max_open_orders).toBe(value)
  })
})

describe('the word of a venue', () => {
  it.each([
    ['bybit', 'paper', 'testnet'],
    ['bybit', 'demo', 'demo'],
    ['kis', 'vts', 'paper'],
  ])('at %s: %s is %s', (venue, word, meaning) => {
    const credentials = { api_key: 'a', api_secret: 'b' }
    const kis = { app_key: 'a', app_secret: 'b', account_number: 12345678 }
    const account = { venue, environment: word, ...(venue === 'kis' ? kis : credentials) }
    expect(accepted({ accounts: { a: account } }).config.accounts.a?.environment).toBe(meaning)
  })
})

describe('the result', () => {
  it('cannot be changed', () => {
    const { config } = accepted({ risk: { deny_symbols: ['GME'] } })
    expect(() => Object.assign(config.risk, { max_open_orders: 1 })).toThrow(TypeError)
    expect(() => Array.prototype.push.call(config.risk.deny_symbols, 'X')).toThrow(TypeError)
  })
})
