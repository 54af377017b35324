import { describe, expect, it } from 'vitest'
import { HeedingExchange } from '../../../src/adapters/brokers/heeding-exchange.ts'
import type { AnswerSigns } from '../../../src/ports/broker-gateway.ts'
import type { HttpRequest, HttpResult } from '../../../src/ports/http.ts'

const NOW = Date.UTC(2026, 2, 2, 15, 0, 0, 250)

/** What is learnt from one answer with these headers. */
async function signsOf(headers: Readonly<Record<string, string>>, status = 200): Promise<AnswerSigns> {
  let monotonic = 1_000
  const clock = { now: () => NOW, monotonic: () => monotonic }
  const answer: HttpResult = { kind: 'answer', status, headers, body: '' }
  const inner = {
    exchange: async () => {
      monotonic += 40
      return answer
    },
  }
  const heeding = new HeedingExchange(inner, clock, ({ method }) => (method === 'GET' ? 'read' : 'order'))
  const heard: AnswerSigns[] = []
  heeding.heed((signs) => heard.push(signs))
  expect(await heeding.exchange({ method: 'POST', path: '/v1/orders', deadlineMs: 1 })).toBe(answer)
  expect(heard).toHaveLength(1)
  return heard[0] as AnswerSigns
}

describe('an answer is read for its signs', () => {
  it('says what it was asked for, when it came and how long it took', async () => {
    expect(await signsOf({})).toEqual({ callClass: 'order', status: 200, at: NOW, tookMs: 40, inFlight: 0 })
  })
  it.each<[string, Readonly<Record<string, string>>, AnswerSigns['venueTime']]>([
    ['the second that has begun', { date: 'Mon, 02 Mar 2026 15:00:00 GMT' }, { at: NOW - 250, withinMs: 1_000 }],
    ['the millisecond, where it tells it', { date: 'x', 'x-venue-time': String(NOW) }, { at: NOW, withinMs: 0 }],
    ['nothing, from what is no date', { date: 'Monday', 'x-venue-time': '-5' }, undefined],
    ['nothing, from a date that never was', { date: 'Mon, 99 Foo 2026 15:00:00 GMT' }, undefined],
  ])("of the venue's clock: %s", async (_, headers, venueTime) => {
    expect((await signsOf(headers)).venueTime).toEqual(venueTime)
  })
  it.each<[string, Readonly<Record<string, string>>, AnswerSigns['budget']]>([
    ['seconds to wait', { 'retry-after': '7' }, { retryAfterMs: 7_000 }],
    ['a date to wait for', { 'retry-after': 'Mon, 02 Mar 2026 15:00:10 GMT' }, { retryAfterMs: 9_750 }],
    ['a wait beyond all reason, as a quarter of an hour', { 'retry-after': '1000000000' }, { retryAfterMs: 900_000 }],
    ['no wait below zero', { 'retry-after': '-5' }, undefined],
    ['no wait that is no number', { 'retry-after': 'soon' }, undefined],
    ['a date that has passed is no wait', { 'retry-after': 'Mon, 02 Mar 2026 14:00:00 GMT' }, undefined],
    [
      'what is left until when, in seconds',
      { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '12.5' },
      { limit: 200, remaining: 3, resetInMs: 12_500 },
    ],
    [
      'what is left until when, as a time',
      { 'ratelimit-remaining': '0', 'ratelimit-reset': String((NOW + 750) / 1_000) },
      { remaining: 0, resetInMs: 750 },
    ],
    ['nothing that cannot be', { 'x-ratelimit-remaining': '1e9', 'x-ratelimit-limit': '-1' }, undefined],
  ])('of our budget: %s', async (_, headers, budget) => {
    expect((await signsOf(headers)).budget).toEqual(budget)
  })
})

describe('a request of a read', () => {
  const answer: HttpResult = { kind: 'answer', status: 200, headers: {}, body: '' }
  /** What has left, behind a turn that the test gives. */
  function paced(turn: () => Promise<void> | undefined) {
    const left: string[] = []
    const inner = {
      exchange: async ({ path }: HttpRequest) => {
        left.push(path)
        return answer
      },
    }
    const clock = { now: () => NOW, monotonic: () => 0 }
    const heeding = new HeedingExchange(inner, clock, ({ method }) => (method === 'GET' ? 'read' : 'cancel'))
    heeding.pace(turn)
    return { heeding, left }
  }

  it('leaves at once where it has its turn', () => {
    const { heeding, left } = paced(() => undefined)
    void heeding.exchange({ method: 'GET', path: '/v1/orders', deadlineMs: 1 })
    expect(left).toEqual(['/v1/orders'])
  })
  it('waits for its turn, and a cancel does not', async () => {
    const turn = Promise.withResolvers<void>()
    const { heeding, left } = paced(() => turn.promise)
    const read = heeding.exchange({ method: 'GET', path: '/v1/orders', deadlineMs: 1 })
    await heeding.exchange({ method: 'DELETE', path: '/v1/orders/1', deadlineMs: 1 })
    expect(left).toEqual(['/v1/orders/1'])
    turn.resolve()
    expect(await read).toBe(answer)
  })
  it('was not sent where it may not have its turn', async () => {
    const { heeding, left } = paced(() => Promise.reject(new Error('waited 5000 ms')))
    const result = await heeding.exchange({ method: 'GET', path: '/v1/orders', deadlineMs: 1 })
    expect(result).toMatchObject({ kind: 'failed', phase: 'not_sent', cause: 'waited 5000 ms' })
    expect(left).toEqual([])
  })
})
