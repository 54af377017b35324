import { describe, expect, it } from 'vitest'
import {
  cancelAllOutcome,
  cancelOutcome,
  replaceOutcome,
  submitOutcome,
} from '../../../../src/adapters/brokers/alpaca/outcomes.ts'
import { proofOf, REFUSALS } from '../../../../src/adapters/brokers/alpaca/refusals.ts'
import { NotSent } from '../../../../src/ports/exit-pass.ts'
import type { HttpPhase, HttpResult } from '../../../../src/ports/http.ts'
import { reportOf } from '../../../support/scripted-gateway.ts'
import { at, every, sample } from './sample.ts'

const report = reportOf('sf-1' as never, 'working')
const readable = () => report
const unreadable = () => undefined
const answered = (status: number, body: unknown): HttpResult => ({
  kind: 'answer',
  status,
  headers: { 'x-request-id': 'r-1' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const broken = (phase: HttpPhase, error?: unknown): HttpResult => ({ kind: 'failed', phase, cause: 'broken', error })

interface Case {
  readonly name: string
  readonly method: string
  readonly result: HttpResult
}
const cases: readonly Case[] = every(sample('rejections'), 'name', 'request', 'response').map((one) => ({
  name: String(one.name),
  method: String(at(one, 'request', 'method')),
  result: answered(
    Number(String(at(one, 'response', 'status'))),
    at(one, 'response', 'body') ?? at(one, 'response', 'body_text') ?? '',
  ),
}))
const answerOf = (name: string): HttpResult => {
  const found = cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no sample ${name}`)
  return found.result
}

describe('a refusal of an order', () => {
  it.each<[string, string, boolean]>([
    ['insufficient_buying_power', 'insufficient_funds', true],
    ['insufficient_qty_sell_more_than_free', 'insufficient_quantity', false],
    ['insufficient_qty_no_open_orders', 'insufficient_quantity', false],
    ['insufficient_crypto_balance', 'insufficient_quantity', false],
    ['wash_trade_market_or_stop', 'wash_trade', false],
    ['wash_trade_crossing_limits', 'wash_trade', false],
    ['wash_trade_old_form', 'wash_trade', false],
    ['not_fractionable', 'not_fractionable', false],
    ['notional_below_floor_equity', 'below_minimum', false],
    ['notional_below_floor_crypto', 'below_minimum', false],
    ['shorting_not_allowed', 'short_not_allowed', false],
    ['account_not_authorized', 'account_restricted', false],
    ['account_liquidation_only', 'account_restricted', false],
    ['opg_outside_window', 'market_closed', true],
    ['pdt_legacy', 'account_restricted', false],
    ['client_order_id_too_long', 'bad_request', false],
    ['qty_and_notional', 'bad_request', false],
    ['neither_qty_nor_notional', 'bad_request', false],
    ['qty_zero', 'bad_request', false],
    ['limit_price_missing', 'bad_request', false],
    ['limit_price_zero', 'bad_request', false],
    ['stop_price_missing', 'bad_request', false],
    ['stop_limit_prices_missing', 'bad_request', false],
    ['market_with_price', 'bad_request', false],
    ['trail_both_or_neither', 'bad_request', false],
    ['bad_time_in_force', 'bad_request', false],
    ['bad_order_type', 'bad_request', false],
    ['inactive_asset', 'not_tradable', false],
    ['unknown_symbol', 'unknown_symbol', false],
    ['not_tradable', 'not_tradable', false],
    ['cannot_be_sold_short', 'short_not_allowed', false],
    ['sub_penny_limit', 'invalid_price', false],
    ['sub_penny_stop', 'invalid_price', false],
    ['sub_penny_take_profit', 'invalid_price', false],
    ['fractional_not_day', 'invalid_quantity', false],
    ['fractional_not_simple', 'invalid_quantity', false],
    ['fractional_short', 'invalid_quantity', false],
    ['extended_hours_wrong_type', 'bad_request', false],
    ['crypto_bad_tif', 'bad_request', false],
    ['bracket_stop_wrong_side', 'invalid_price', false],
    ['option_market_after_hours', 'market_closed', true],
    ['option_uncovered_call', 'insufficient_quantity', false],
    ['position_intent_mismatch', 'bad_request', false],
  ])('%s is %s, and the reason passes: %s', (name, code, passing) => {
    const outcome = submitOutcome(answerOf(name), unreadable)
    expect(outcome).toMatchObject({ kind: 'refused', code: `venue.${code}`, passing })
    expect(outcome.kind === 'refused' && outcome.proof).toBeTruthy()
    expect(outcome).toHaveProperty('evidence.request_id', 'r-1')
  })
  it.each([
    [403, 40310000],
    [422, 40010001],
    [422, 42210000],
  ])('in a text nobody knows is still one under %s and %s', (status, code) => {
    const outcome = submitOutcome(answered(status, { code, message: 'the wording of next year' }), unreadable)
    expect(outcome).toMatchObject({ kind: 'refused', code: 'venue.refused_other', reason: 'the wording of next year' })
  })
  it('names its proof in every row', () => {
    for (const row of REFUSALS) expect(proofOf(row)).toMatch(/\((observed|documented|reported)/)
  })
})

describe('an id that is taken', () => {
  it.each([
    ['as it is measured', answerOf('duplicate_client_order_id')],
    ['as one page says', answered(409, { code: 40010001, message: 'client_order_id must be unique' })],
  ])('is no refusal of the order: %s', (_what, result) => {
    expect(submitOutcome(result, unreadable)).toMatchObject({ kind: 'duplicate_id' })
  })
})

describe('what proves nothing', () => {
  const silent = ['rate_limited', 'rate_limited_without_code', 'rate_limited_plain_text', 'forbidden_without_code']
  const ours = [
    'unauthorized_bad_key',
    'unauthorized_no_headers',
    'server_error',
    'gateway_timeout_html',
    'body_not_json',
  ]
  it.each([...silent, ...ours])('%s leaves the order in doubt', (name) => {
    expect(submitOutcome(answerOf(name), unreadable)).toMatchObject({ kind: 'unknown', phase: 'body_in' })
  })
  it.each<[string, HttpResult, string]>([
    ['a reset after it left', broken('dispatched'), 'dispatched'],
    ['a body that is cut', broken('headers_in'), 'headers_in'],
    ['200 about another order', answered(200, {}), 'body_in'],
    ['200 that is not JSON', answered(200, '<html>'), 'body_in'],
    ['204', answered(204, ''), 'body_in'],
    ['404 without a code', answered(404, 'not found'), 'body_in'],
    ['408', answered(408, { code: 40810000, message: 'time-out' }), 'body_in'],
    ['a redirect', answered(302, ''), 'body_in'],
    ['a code under another status', answered(500, { code: 40310000, message: 'insufficient buying power' }), 'body_in'],
    ['a code that is text', answered(403, { code: '40310000', message: 'insufficient buying power' }), 'body_in'],
  ])('%s', (_what, result, phase) => {
    expect(submitOutcome(result, unreadable)).toMatchObject({ kind: 'unknown', phase })
  })
  it.each(Array.from({ length: 8 }, (_, n) => 500 + n))('%s, whatever stands in it', (status) => {
    const said = { code: 42210000, message: 'asset "X" not found' }
    expect(submitOutcome(answered(status, said), readable).kind).toBe('unknown')
  })
})

describe('what proves that nothing was sent', () => {
  it.each<[string, HttpResult, string]>([
    ['no connection', broken('not_sent', new Error('refused')), 'broker.unreachable'],
    ['our own gate', broken('not_sent', new NotSent('halted', 'halted')), 'halted'],
  ])('%s', (_what, result, code) => expect(submitOutcome(result, readable)).toMatchObject({ kind: 'not_sent', code }))
})

it('200 with the order is accepted', () => {
  expect(submitOutcome(answered(200, {}), readable)).toEqual({ kind: 'accepted', report })
})

describe('what an answer to a cancel proves', () => {
  it.each<[string, HttpResult, object]>([
    ['204: taken, not gone', answered(204, ''), { kind: 'asked' }],
    ['200', answered(200, {}), { kind: 'asked' }],
    ['already filled', answerOf('cancel_not_cancelable'), { kind: 'already_final' }],
    [
      'already cancelled',
      answered(422, { code: 42210000, message: 'order is already in "canceled" state' }),
      { kind: 'already_final' },
    ],
    [
      'being cancelled',
      answered(422, { code: 42210000, message: 'order is already in "pending_cancel" state' }),
      { kind: 'asked' },
    ],
    [
      'replaced meanwhile',
      answered(422, { code: 42210000, message: 'order is already in "replaced" state' }),
      { kind: 'refused' },
    ],
    ['unknown', answerOf('cancel_unknown'), { kind: 'absent' }],
    ['malformed', answerOf('order_id_malformed'), { kind: 'refused' }],
    ['404 from something between', answered(404, '<html>'), { kind: 'unknown' }],
    ['429', answerOf('rate_limited'), { kind: 'unknown' }],
    ['500', answerOf('server_error'), { kind: 'unknown' }],
    ['a reset', broken('dispatched'), { kind: 'unknown' }],
    ['nothing left', broken('not_sent'), { kind: 'not_sent' }],
  ])('%s', (_what, result, outcome) => expect(cancelOutcome(result)).toMatchObject(outcome))
})

describe('what an answer to cancelling everything proves', () => {
  const bulk = (name: string): HttpResult => answered(207, at(sample('multi-status'), name))
  const kinds = (name: string): unknown => {
    const outcome = cancelAllOutcome(bulk(name))
    return outcome.kind === 'asked' ? outcome.orders.map((one) => one.outcome.kind) : outcome
  }
  it('is told order by order', () => {
    expect(kinds('delete_orders')).toEqual(['asked', 'unknown', 'already_final'])
    expect(kinds('delete_orders_with_body_older')).toEqual(['asked'])
    expect(kinds('nothing_open')).toEqual([])
  })
  it.each<[string, HttpResult, string]>([
    ['500: nothing could be cancelled, or all of it', answerOf('server_error'), 'unknown'],
    ['a list that is not one', answered(207, {}), 'unknown'],
    ['a reset', broken('dispatched'), 'unknown'],
    ['nothing left', broken('not_sent'), 'not_sent'],
  ])('%s', (_what, result, kind) => expect(cancelAllOutcome(result)).toMatchObject({ kind }))
})

describe('what an answer to a replacement proves', () => {
  it.each<[string, HttpResult, object]>([
    ['200: asked, and both may trade', answered(200, {}), { kind: 'asked', replacement: report }],
    ['too early', answerOf('replace_in_pending_state'), { kind: 'refused', code: 'venue.not_replaceable' }],
    ['no change', answerOf('replace_no_change'), { kind: 'refused' }],
    ['less than filled', answerOf('replace_qty_below_filled'), { kind: 'refused' }],
    ['not open', answerOf('replace_not_open'), { kind: 'already_final' }],
    ['a chain that moves', answerOf('replace_already_replaced'), { kind: 'unknown' }],
    ['its name is taken', answerOf('duplicate_client_order_id'), { kind: 'duplicate_id' }],
    ['no money', answerOf('insufficient_buying_power'), { kind: 'refused', code: 'venue.insufficient_funds' }],
    ['an unknown order', answerOf('cancel_unknown'), { kind: 'absent' }],
    ['504', answerOf('gateway_timeout_html'), { kind: 'unknown' }],
    ['429', answerOf('rate_limited'), { kind: 'unknown' }],
    ['a reset', broken('headers_in'), { kind: 'unknown' }],
    ['nothing left', broken('not_sent'), { kind: 'not_sent' }],
  ])('%s', (_what, result, outcome) => expect(replaceOutcome(result, readable)).toMatchObject(outcome))
  it('200 about something else proves nothing', () => {
    expect(replaceOutcome(answered(200, {}), unreadable)).toMatchObject({ kind: 'unknown' })
  })
})
