import { describe, expect, it } from 'vitest'
import { type Case, type CaseKind, caseId, closeCase, openCase } from '../../src/core/case.ts'
import { orderId } from '../../src/core/ids.ts'
import { listeningApi } from '../support/listening-api.ts'

const T0 = Date.parse('2026-03-02T14:30:00Z')
const aCase = (id: string, kind: CaseKind = 'unconfirmed', account = 'paper'): Case =>
  openCase(
    {
      id: caseId(id),
      account,
      kind,
      subject: 'o-1',
      symbol: 'AAPL',
      orderId: orderId('o-1'),
      evidence: [{ at: T0, channel: 'look_up', summary: 'not there', raw: { status: 404 } }],
    },
    T0,
  )
async function withCases() {
  const api = await listeningApi()
  const cases = [
    aCase('c-1'),
    closeCase(aCase('c-2'), 'the order is filled', T0 + 1),
    aCase('c-3', 'mismatch', 'second'),
  ]
  for (const one of cases) api.desk.caseMap.set(one.id, one)
  return api
}
const idsOf = (json: Readonly<Record<string, unknown>>) => (json.items as { id: string }[]).map(({ id }) => id)

describe('what needs a human', () => {
  it.each([
    ['', ['c-1', 'c-2', 'c-3']],
    ['?state=open', ['c-1', 'c-3']],
    ['?state=closed', ['c-2']],
    ['?account=second', ['c-3']],
  ])('is listed, filtered by "%s"', async (query, ids) => {
    const api = await withCases()
    const told = await api.send(`/v1/cases${query}`, { key: 'read' })
    expect([told.status, idsOf(told.json)]).toEqual([200, ids])
  })
  it('is shown with evidence and choices, and without choices once it is closed', async () => {
    const api = await withCases()
    const { json } = await api.send('/v1/cases/c-1', { key: 'read' })
    expect(json).toMatchObject({
      id: 'c-1',
      kind: 'unconfirmed',
      state: 'open',
      order_id: 'o-1',
      opened_at: '2026-03-02T14:30:00.000Z',
      evidence: [{ at: '2026-03-02T14:30:00.000Z', channel: 'look_up', summary: 'not there', raw: { status: 404 } }],
      choices: [{ name: 'confirm_absent' }, { name: 'adopt', needs: ['broker_order_id'] }, { name: 'keep_watching' }],
    })
    expect((await api.send('/v1/cases/c-2', { key: 'read' })).json).toMatchObject({
      choices: [],
      outcome: 'the order is filled',
    })
    expect((await api.send('/v1/cases/none', { key: 'read' })).json).toMatchObject({ code: 'case.unknown' })
  })
  it('makes health degraded and is counted in the status', async () => {
    const api = await withCases()
    expect((await api.send('/health')).json).toEqual({ status: 'degraded' })
    expect((await api.send('/v1/status', { key: 'read' })).json.accounts).toMatchObject([{ open_cases: 2 }])
    api.desk.caseMap.clear()
    expect((await api.send('/health')).json).toEqual({ status: 'ok' })
  })
})

describe('a decision', () => {
  it('is asked of the desk with everything that was said, in the name of the key', async () => {
    const api = await withCases()
    api.desk.caseAnswer = { kind: 'decided', found: closeCase(aCase('c-1'), 'done', T0 + 5) }
    const json = { choice: 'adopt', broker_order_id: 'b-7', reason: 'seen at the broker' }
    const told = await api.send('/v1/cases/c-1/resolve', { json, key: 'admin' })
    expect([told.status, told.json.state]).toEqual([200, 'closed'])
    expect(api.desk.decisions).toEqual([
      { id: 'c-1', choice: 'adopt', by: 'admin-desk', given: { broker_order_id: 'b-7' }, reason: 'seen at the broker' },
    ])
  })
  it.each([
    ['case.closed', 409],
    ['case.choice', 422],
    ['case.order_misfit', 409],
    ['venue.unreadable', 503],
    ['case.not_carried_out', 503],
  ])('that the desk refuses with %s is the problem %i', async (code, status) => {
    const api = await withCases()
    api.desk.caseAnswer = { kind: 'refused', code, message: 'because' }
    const told = await api.send('/v1/cases/c-1/resolve', { json: { choice: 'wait' }, key: 'admin' })
    expect([told.status, told.json.code, told.json.detail]).toEqual([status, code, 'because'])
  })
  it.each([
    ['a key that may only trade', { choice: 'wait' }, 'trade', 403],
    ['no choice', {}, 'admin', 422],
    ['a field nobody knows', { choice: 'wait', force: true }, 'admin', 422],
    ['an id with a space', { choice: 'adopt', broker_order_id: 'a b' }, 'admin', 422],
  ] as const)('by %s reaches nobody', async (_what, json, key, status) => {
    const api = await withCases()
    expect((await api.send('/v1/cases/c-1/resolve', { json, key })).status).toBe(status)
    expect(api.desk.decisions).toEqual([])
  })
})
