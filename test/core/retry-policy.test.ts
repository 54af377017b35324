import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BackOff,
  delayBefore,
  isRetryableKind,
  kindOfHttpStatus,
  kindOfNetworkCode,
  MAX_RETRY_AFTER_MS,
  MONITORING_BACK_OFF,
  mayRepeat,
  parseRetryAfter,
  STANDARD_BACK_OFF,
} from '../../src/core/retry-policy.ts'

const waits = (backOff: BackOff, draw: number): (number | undefined)[] =>
  [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => delayBefore(attempt, backOff, draw))

describe('the waits between tries', () => {
  it('are two for three tries: one second, two seconds', () => {
    expect(waits(STANDARD_BACK_OFF, 0.5).slice(0, 4)).toEqual([0, 1_000, 2_000, undefined])
  })
  it('go on doubling up to thirty seconds with more tries', () => {
    const more = { ...STANDARD_BACK_OFF, maxAttempts: 8 }
    expect(waits(more, 0)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })
  it('of monitoring begin at half a second and end at four', () => {
    expect(waits(MONITORING_BACK_OFF, 0)).toEqual([0, 500, 1_000, 2_000, 4_000, undefined, undefined, undefined])
    expect(waits(MONITORING_BACK_OFF, 0.5).slice(0, 3)).toEqual([0, 450, 900])
  })
  it('stay at the cap for ever where there is no last try', () => {
    expect(delayBefore(5_000, { ...STANDARD_BACK_OFF, maxAttempts: Number.POSITIVE_INFINITY }, 0)).toBe(30_000)
  })
  it('never shrink for the same draw, never pass the cap, never lose more than the jitter', () => {
    const backOffs = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 40 }),
      initialDelayMs: fc.integer({ min: 1, max: 5_000 }),
      maxDelayMs: fc.integer({ min: 1, max: 60_000 }),
      multiplier: fc.double({ min: 1, max: 4, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(backOffs, draws, fc.integer({ min: 2, max: 45 }), (backOff, draw, attempt) => {
        const wait = delayBefore(attempt, backOff, draw)
        expect(wait === undefined).toBe(attempt > backOff.maxAttempts)
        if (wait === undefined) return
        expect(wait).toBeLessThanOrEqual(backOff.maxDelayMs)
        expect(wait).toBeGreaterThanOrEqual(delayBefore(attempt - 1, backOff, draw) ?? 0)
        const full = delayBefore(attempt, { ...backOff, jitter: 0 }, draw) ?? 0
        expect(wait).toBeGreaterThanOrEqual(Math.floor(full * (1 - backOff.jitter)) - 1)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what may be repeated', () => {
  const failure = { kind: 'timeout', notSent: false, refusedForNow: false } as const
  it('of a submit is only what was proven not sent or refused for now', () => {
    expect(mayRepeat('submit', failure)).toBe(false)
    expect(mayRepeat('submit', { ...failure, kind: 'connection' })).toBe(false)
    expect(mayRepeat('submit', { ...failure, kind: 'rate_limit' })).toBe(false)
    expect(mayRepeat('submit', { ...failure, notSent: true })).toBe(true)
    expect(mayRepeat('submit', { ...failure, refusedForNow: true })).toBe(true)
  })
  it.each(['read', 'cancel'] as const)('of a %s is whatever may pass', (call) => {
    expect(mayRepeat(call, failure)).toBe(true)
    expect(mayRepeat(call, { ...failure, kind: 'insufficient_balance' })).toBe(false)
    expect(mayRepeat(call, { ...failure, kind: 'unknown', notSent: true })).toBe(true)
    expect(mayRepeat(call, { ...failure, kind: 'unknown', refusedForNow: true })).toBe(true)
  })
  it.each([
    ['connection', true],
    ['timeout', true],
    ['rate_limit', true],
    ['unavailable', true],
    ['auth', false],
    ['insufficient_balance', false],
    ['invalid_symbol', false],
    ['invalid_order', false],
    ['unsupported_order_type', false],
    ['retry_exhausted', false],
    ['unknown', false],
  ] as const)('of kind %s: %s', (kind, retryable) => expect(isRetryableKind(kind)).toBe(retryable))
})

describe('what an error means', () => {
  it.each([
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['ECONNRESET', 'connection'],
    ['EAI_AGAIN', 'connection'],
    ['ENOSPC', 'unknown'],
    ['', 'unknown'],
  ])('code %j is %s', (code, kind) => expect(kindOfNetworkCode(code)).toBe(kind))
  it.each([
    [200, 'unknown'],
    [400, 'invalid_order'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'unknown'],
    [408, 'timeout'],
    [422, 'invalid_order'],
    [429, 'rate_limit'],
    [499, 'unknown'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [504, 'timeout'],
  ])('status %i is %s', (status, kind) => expect(kindOfHttpStatus(status)).toBe(kind))
})

describe('a Retry-After header', () => {
  const NOW = 784_111_777_000 // Sun, 06 Nov 1994 08:49:37 GMT
  it.each([
    ['0', 0],
    ['1', 1_000],
    [' 120 ', 120_000],
    ['900', MAX_RETRY_AFTER_MS],
    ['901', MAX_RETRY_AFTER_MS],
    ['1000000000', MAX_RETRY_AFTER_MS],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun, 06 Nov 1994 08:50:07 GMT', 30_000],
    ['Mon, 07 Nov 1994 08:49:37 GMT', MAX_RETRY_AFTER_MS],
    ['Sun, 06 Nov 1994 08:49:36 GMT', undefined],
    ['Sun, 31 Feb 1994 08:49:37 GMT', undefined],
    ['Sun, 06 Abc 1994 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 25:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08:49:37', undefined],
    ['-1', undefined],
    ['+1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['', undefined],
    ['9'.repeat(400), MAX_RETRY_AFTER_MS],
  ])('%j asks for %s ms', (header, wait) => expect(parseRetryAfter(header, NOW)).toBe(wait))
  it('is capped where the caller says', () => {
    expect(parseRetryAfter('10', NOW, 5_000)).toBe(5_000)
    expect(parseRetryAfter('5', NOW, 5_000)).toBe(5_000)
    expect(parseRetryAfter('4', NOW, 5_000)).toBe(4_000)
  })
  it('never makes a wait below zero or above the cap out of any text', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const wait = parseRetryAfter(header, NOW)
        if (wait !== undefined) expect(wait >= 0 && wait <= MAX_RETRY_AFTER_MS).toBe(true)
      }),
    )
  })
})
