import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cancelOutcome, submitOutcome } from '../../../../src/adapters/brokers/paper/outcomes.ts'
import { NotSent } from '../../../../src/ports/exit-pass.ts'
import type { HttpPhase, HttpResult } from '../../../../src/ports/http.ts'
import { reportOf } from '../../../support/scripted-gateway.ts'

const report = reportOf('sf-1' as never, 'working')
const readable = () => report
const unreadable = () => undefined
const answered = (status: number, body: unknown): HttpResult => ({
  kind: 'answer',
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const refusal = (code: string) => ({ code, message: 'no' })
const broken = (phase: HttpPhase, error?: unknown): HttpResult => ({ kind: 'failed', phase, cause: 'broken', error })

describe('what an answer to a submit proves', () => {
  const ROWS: readonly [string, HttpResult, object][] = [
    ['201 with the order', answered(201, {}), { kind: 'accepted', report }],
    ['nothing left', broken('not_sent'), { kind: 'not_sent', code: 'broker.unreachable' }],
    ['our own gate', broken('not_sent', new NotSent('halted', 'halted')), { kind: 'not_sent', code: 'halted' }],
    ['the id is taken', answered(422, refusal('duplicate_client_order_id')), { kind: 'duplicate_id', reason: 'no' }],
    ...(
      [
        ['unknown_symbol', false],
        ['insufficient_funds', true],
        ['short_not_allowed', false],
        ['invalid_quantity', false],
        ['invalid_price', false],
        ['market_closed', true],
      ] as const
    ).map(([code, passing]): [string, HttpResult, object] => [
      code,
      answered(422, refusal(code)),
      { kind: 'refused', code: `venue.${code}`, passing, reason: 'no' },
    ]),
    [
      'bad_request',
      answered(400, refusal('bad_request')),
      { kind: 'refused', code: 'venue.bad_request', passing: false },
    ],
  ]
  it.each(ROWS)('%s', (_what, result, outcome) => expect(submitOutcome(result, readable)).toMatchObject(outcome))

  it('every refusal names its proof and keeps what was said', () => {
    const outcome = submitOutcome(answered(422, refusal('invalid_price')), readable)
    expect(outcome.kind === 'refused' && outcome.proof).toBeTruthy()
    expect(outcome.kind === 'refused' && outcome.evidence).toEqual({
      status: 422,
      body: JSON.stringify(refusal('invalid_price')),
    })
  })
})

describe('what proves nothing is unknown', () => {
  it.each<[string, HttpResult, string]>([
    ['a reset after it left', broken('dispatched'), 'dispatched'],
    ['an answer that broke off in the head', broken('headers_in'), 'headers_in'],
    ['an answer that broke off in the body', broken('body_in'), 'body_in'],
    ['a refusal in words nobody knows', answered(422, refusal('moon_phase')), 'body_in'],
    ['a refusal that is a property of every object', answered(422, refusal('constructor')), 'body_in'],
    ['a refusal without its code', answered(422, { message: 'no' }), 'body_in'],
    ['400 from something in between', answered(400, '<html>Bad Request</html>'), 'body_in'],
    ['a known refusal under another status', answered(500, refusal('insufficient_funds')), 'body_in'],
    ['a known refusal that came with a 200', answered(200, refusal('insufficient_funds')), 'body_in'],
    ['403', answered(403, refusal('insufficient_funds')), 'body_in'],
    ['404', answered(404, refusal('not_found')), 'body_in'],
    ['409', answered(409, refusal('duplicate_client_order_id')), 'body_in'],
    ['429', answered(429, ''), 'body_in'],
    ['502', answered(502, '<html>Bad Gateway</html>'), 'body_in'],
    ['504', answered(504, ''), 'body_in'],
    ['204', answered(204, ''), 'body_in'],
  ])('%s', (_what, result, phase) => expect(submitOutcome(result, readable)).toMatchObject({ kind: 'unknown', phase }))
  it.each([200, 201, 202])('%i with an order that cannot be read', (status) =>
    expect(submitOutcome(answered(status, '{"half"'), unreadable).kind).toBe('unknown'),
  )
  it('200 with an order is not the 201 of the table', () =>
    expect(submitOutcome(answered(200, {}), readable).kind).toBe('unknown'))

  it('whatever status and body come, nothing is thrown, and only the table accepts or refuses', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        const outcome = submitOutcome(answered(status, body), unreadable)
        expect(['unknown', 'refused', 'duplicate_id']).toContain(outcome.kind)
        if (status !== 422 && status !== 400) expect(outcome.kind).toBe('unknown')
        expect(['unknown', 'absent', 'asked', 'already_final']).toContain(
          cancelOutcome(answered(status, body), unreadable).kind,
        )
      }),
      { numRuns: 500 },
    )
  })
})

describe('what an answer to a cancel proves', () => {
  it.each<[string, HttpResult, object]>([
    ['202: it was taken', answered(202, {}), { kind: 'asked', report }],
    ['409: too late', answered(409, {}), { kind: 'already_final', report }],
    ['404 in the venue’s own words', answered(404, refusal('order_not_found')), { kind: 'absent' }],
    ['404 from something in between', answered(404, '<html>'), { kind: 'unknown' }],
    ['404 for the path', answered(404, refusal('not_found')), { kind: 'unknown' }],
    ['500', answered(500, ''), { kind: 'unknown' }],
    ['200', answered(200, {}), { kind: 'unknown' }],
    ['nothing left', broken('not_sent'), { kind: 'not_sent' }],
    ['silence', broken('dispatched'), { kind: 'unknown' }],
  ])('%s', (_what, result, outcome) => expect(cancelOutcome(result, readable)).toMatchObject(outcome))
})
