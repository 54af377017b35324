import { describe, expect, it } from 'vitest'
import { listeningApi, signal } from '../support/listening-api.ts'

describe('the kill switch', () => {
  it('stops with a reason and a name, says since when, and shows in the status', async () => {
    const api = await listeningApi()
    const told = await api.send('/v1/halt', { json: { reason: 'prices look wrong', cancel_open: true }, key: 'trade' })
    expect(told).toMatchObject({
      status: 200,
      json: { halted: true, reason: 'prices look wrong', by: 'trade-desk', denied: 0, cancelling: 0 },
    })
    const status = await api.send('/v1/status', { key: 'read' })
    expect(status.json).toMatchObject({ halt: { halted: true, since: told.json.since } })
    expect((await api.send('/v1/signals', { json: signal() })).json).toMatchObject({ status: 403, code: 'halted' })
    expect((await api.send('/health/ready', { key: 'none' })).json).toEqual({ status: 'halted' })
  })
  it.each([undefined, '', '{}'])('stops without a reason too: body %o', async (body) => {
    const api = await listeningApi()
    const told = await api.send('/v1/halt', { method: 'POST', key: 'trade', ...(body === undefined ? {} : { body }) })
    expect(told).toMatchObject({
      status: 200,
      json: { halted: true, by: 'trade-desk', reason: 'asked for by trade-desk' },
    })
  })
  it.each([
    { reason: '' },
    { reason: 'a\nb' },
    { reason: '\u001b[31mred' },
    { reason: 'x'.repeat(201) },
    { cancel_open: 'true' },
    { cancelOpen: true },
  ])('is not turned by a malformed body: %o', async (json) => {
    const api = await listeningApi()
    expect(await api.send('/v1/halt', { json })).toMatchObject({ status: 422, json: { code: 'body.invalid' } })
    expect(api.desk.calls).toEqual([])
  })
  it('is released by an admin alone, and not while something speaks against it', async () => {
    const api = await listeningApi()
    await api.send('/v1/halt', { json: {} })
    expect((await api.send('/v1/resume', { json: {}, key: 'trade' })).json.code).toBe('auth.role')
    api.desk.resumeAnswer = { kind: 'refused', code: 'halt.file_present', message: 'the file HALT exists' }
    expect(await api.send('/v1/resume', { json: {} })).toMatchObject({
      status: 409,
      json: { code: 'halt.file_present', detail: 'the file HALT exists' },
    })
    expect((await api.send('/v1/resume', { json: { since: 'now' } })).status).toBe(422)
    api.desk.resumeAnswer = { kind: 'resumed' }
    expect(await api.send('/v1/resume', { json: { since: '2026-03-02T14:31:00Z' } })).toMatchObject({
      status: 200,
      json: { halted: false },
    })
    expect((await api.send('/v1/resume', { method: 'POST' })).status).toBe(200)
  })
})

describe('the status', () => {
  it('is in the words of the contract', async () => {
    const { json } = await (await listeningApi()).send('/v1/status', { key: 'read' })
    expect(json).toMatchObject({
      mode: 'paper',
      version: '0.1.0',
      started_at: '2026-03-02T14:29:00.000Z',
      ready: true,
      not_ready: [],
      halt: { halted: false },
      accounts: [
        {
          name: 'paper',
          open_orders: 0,
          gate: { open: true, closed_for: [] },
          stream: { enabled: true, connected_since: '2026-03-02T14:29:00.000Z' },
          polling: { last_cycle_ms: 3 },
        },
      ],
      sinks: [{ sink: 'audit', behind: 0 }],
    })
  })
})

describe('health', () => {
  it('lives while it turns, is ready once it is, and tells nothing else', async () => {
    const api = await listeningApi()
    api.desk.ready = false
    expect(await api.send('/health/live', { key: 'none' })).toMatchObject({ status: 200, json: { status: 'ok' } })
    const told = await api.send('/health/ready', { key: 'none' })
    expect(told).toMatchObject({
      status: 503,
      json: { code: 'health.not_ready', errors: [{ message: 'recovery is not done yet' }] },
    })
    expect((await api.send('/health', { key: 'none' })).status).toBe(503)
    api.desk.ready = true
    for (const path of ['/health', '/health/ready']) {
      expect(await api.send(path, { key: 'none' })).toMatchObject({ status: 200, text: '{"status":"ok"}' })
      expect((await api.send(path, { key: 'none', method: 'HEAD' })).status).toBe(200)
    }
  })
})

describe('metrics', () => {
  it('are text for those with a key', async () => {
    const told = await (await listeningApi()).send('/metrics', { key: 'read' })
    expect(told.text).toBe('surefill_halted 0\n')
    expect(told.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  })
})

describe('a sync', () => {
  it('asks the venues now and tells how it left each account', async () => {
    const api = await listeningApi()
    const told = await api.send('/v1/sync', { method: 'POST', key: 'trade' })
    expect(told.json).toMatchObject({
      accounts: [{ account: 'paper', checked: 1, changed: [], adopted: [], foreign: [], mismatches: [] }],
    })
    expect(told.json.elapsed_ms).toBeGreaterThanOrEqual(0)
    expect(api.desk.calls).toEqual(['sync'])
    expect((await api.send('/v1/sync', { method: 'POST', key: 'read' })).status).toBe(403)
  })
})
