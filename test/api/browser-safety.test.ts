import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { KEYS, type ListeningApi, listeningApi, signal } from '../support/listening-api.ts'

interface Sent {
  readonly path: string
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}
/** Unlike fetch, this sets Host, Origin and the rest as a browser or an attacker would. */
function ask({ port }: ListeningApi, { path, method = 'GET', headers, body }: Sent) {
  return new Promise<{ status: number; headers: Record<string, unknown>; json: Record<string, unknown> }>(
    (resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part) => {
          text += part
        })
        response.on('end', () => {
          const json = text.startsWith('{') ? JSON.parse(text) : {}
          resolve({ status: response.statusCode ?? 0, headers: response.headers, json })
        })
      })
      asked.on('error', reject)
      asked.end(body)
    },
  )
}
const key = { authorization: `Bearer ${KEYS.admin}` }
const json = { 'content-type': 'application/json' }

async function signedIn(api: ListeningApi, role: keyof typeof KEYS = 'admin') {
  const told = await api.send('/v1/session', { json: { key: KEYS[role] }, key: 'none' })
  const cookie = told.headers.get('set-cookie') ?? ''
  return { told, cookie, header: { cookie: cookie.split(';')[0] ?? '' } }
}

describe('the host that is asked for', () => {
  it.each(['localhost', 'localhost:4600', '127.0.0.1:1', '[::1]:4600', '10.1.2.3', 'desk.example', 'DESK.example:443'])(
    'is answered: %s',
    async (host) => {
      expect((await ask(await listeningApi(), { path: '/v1/status', headers: { ...key, host } })).status).toBe(200)
    },
  )
  it.each([
    'evil.example',
    'localhost.evil.example',
    'desk.example.evil.example',
    '127.0.0.1.nip.io',
    'a b',
    'desk.example@evil.example',
    '[::1',
    'localhost:80:80',
  ])('is refused: %s', async (host) => {
    const api = await listeningApi()
    const told = await ask(api, { path: '/v1/status', headers: { ...key, host } })
    expect(told).toMatchObject({ status: 403, json: { code: 'host.not_allowed' } })
    expect((await ask(api, { path: '/health/ready', headers: { host } })).status).toBe(200)
    expect((await ask(api, { path: '/', headers: { host } })).status).toBe(403)
  })
})

describe('a page of another origin', () => {
  it.each([
    'https://evil.example',
    'null',
    'http://localhost:9999',
    'http://127.0.0.1',
    'file://',
    'https://desk.example.evil.example',
    'http://desk.example',
  ])('cannot call, whatever it shows: %s', async (origin) => {
    const api = await listeningApi()
    const session = await signedIn(api)
    for (const shown of [key, session.header, {}]) {
      const told = await ask(api, {
        path: '/v1/halt',
        method: 'POST',
        headers: { ...shown, ...json, origin },
        body: '{}',
      })
      expect(told).toMatchObject({ status: 403, json: { code: 'origin.not_allowed' } })
      expect(told.headers).not.toHaveProperty('access-control-allow-origin')
    }
    expect((await ask(api, { path: '/v1/status', headers: { ...session.header, origin } })).status).toBe(403)
    expect(api.desk.calls).toEqual([])
  })
  it('cannot have the browser fetch something without an origin either', async () => {
    const api = await listeningApi()
    const session = await signedIn(api)
    const headers = { ...session.header, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
    expect((await ask(api, { path: '/v1/status', headers })).status).toBe(403)
  })
  it('that is allowed may call with a key, and learns so before it does', async () => {
    const api = await listeningApi()
    const origin = 'https://desk.example'
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type',
    }
    const preflight = await ask(api, { path: '/v1/signals', method: 'OPTIONS', headers: { origin, ...asked } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' })
    expect(preflight.headers).not.toHaveProperty('access-control-allow-credentials')
    const told = await ask(api, {
      path: '/v1/signals',
      method: 'POST',
      headers: { ...key, ...json, origin },
      body: JSON.stringify(signal()),
    })
    expect(told.status).toBe(202)
    const session = await signedIn(api)
    const withCookie = await ask(api, {
      path: '/v1/halt',
      method: 'POST',
      headers: { ...session.header, ...json, origin },
      body: '{}',
    })
    expect(withCookie.status).toBe(403)
  })
})

describe('the session of the page', () => {
  it('is a cookie that no script reads and no other site sends', async () => {
    const api = await listeningApi()
    const { told, cookie } = await signedIn(api, 'trade')
    expect(told.json).toMatchObject({ name: 'trade-desk', role: 'trade' })
    expect(cookie).toMatch(/^surefill_session=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(told.text).not.toContain(KEYS.trade)
    const behindTls = await api.send('/v1/session', {
      json: { key: KEYS.trade },
      key: 'none',
      headers: { 'x-forwarded-proto': 'https' },
    })
    expect(behindTls.headers.get('set-cookie')).toContain('; Secure')
  })
  it('changes something only from the page itself, as JSON', async () => {
    const api = await listeningApi()
    const { header } = await signedIn(api)
    const host = `127.0.0.1:${api.port}`
    const post = (headers: Record<string, string>, body = '{}') =>
      ask(api, { path: '/v1/halt', method: 'POST', headers: { ...header, host, ...headers }, body })
    expect((await post(json)).json.code).toBe('origin.not_allowed')
    expect((await post({ origin: `http://${host}`, 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post({ origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    )
    expect((await post({ origin: `http://${host}` }, '')).status).toBe(415)
    expect(api.desk.calls).toEqual([])
    expect((await post({ ...json, origin: `http://${host}` })).status).toBe(200)
  })
  it('has the rights of its key and no more', async () => {
    const api = await listeningApi()
    const { header } = await signedIn(api, 'read')
    const host = `127.0.0.1:${api.port}`
    expect((await ask(api, { path: '/v1/status', headers: header })).status).toBe(200)
    const told = await ask(api, {
      path: '/v1/halt',
      method: 'POST',
      headers: { ...header, ...json, host, origin: `http://${host}` },
      body: '{}',
    })
    expect(told.json.code).toBe('auth.role')
  })
  it('is over after the logout, after its time, and when there are two of it', async () => {
    const hours = { now: Date.parse('2026-03-02T14:30:00Z') }
    const clock = { now: () => hours.now, monotonic: () => hours.now }
    const api = await listeningApi({ clock })
    const [one, two] = [await signedIn(api), await signedIn(api)]
    expect(one.cookie).not.toBe(two.cookie)
    await ask(api, { path: '/v1/session', method: 'DELETE', headers: one.header })
    expect(await ask(api, { path: '/v1/status', headers: one.header })).toMatchObject({
      status: 401,
      json: { code: 'auth.invalid' },
    })
    expect((await ask(api, { path: '/v1/status', headers: two.header })).status).toBe(200)
    const twice = { cookie: `${two.header.cookie}; ${two.header.cookie}` }
    expect((await ask(api, { path: '/v1/status', headers: twice })).status).toBe(401)
    hours.now += 12 * 3_600_000
    expect((await ask(api, { path: '/v1/status', headers: two.header })).status).toBe(401)
  })
  it('is not given for a wrong key, and the key is not repeated', async () => {
    const api = await listeningApi()
    const told = await api.send('/v1/session', { json: { key: 'wrong-key-0123456789' }, key: 'none' })
    expect(told).toMatchObject({ status: 401, json: { code: 'auth.invalid' } })
    expect(told.headers.get('set-cookie')).toBeNull()
    const malformed = await api.send('/v1/session', { json: { key: KEYS.admin, role: 'admin' }, key: 'none' })
    expect(malformed.status).toBe(422)
    expect(malformed.text + told.text).not.toMatch(/wrong-key|admin-key/)
  })
})

describe('every answer', () => {
  it.each(['/v1/status', '/v1/nowhere', '/health', '/metrics', '/openapi.json'])(
    'is kept by nobody and framed by nobody: %s',
    async (path) => {
      const { headers } = await (await listeningApi()).send(path)
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('server')).toBeNull()
    },
  )
  it.each([
    [{ 'x-trace-id': 'desk-7:a.b' }, 'desk-7:a.b'],
    [{ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, '4bf92f3577b34da6a3ce929d0e0e4736'],
    [{ 'x-trace-id': 'mine', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, 'mine'],
  ])('carries the trace id of the request: %o', async (headers, id) => {
    const api = await listeningApi()
    const good = await api.send('/v1/signals', { json: signal(), headers })
    expect(good.headers.get('x-trace-id')).toBe(id)
    expect(good.json).toMatchObject({ order: { trace_id: id } })
    const bad = await api.send('/v1/orders/nobody', { headers })
    expect([bad.headers.get('x-trace-id'), bad.json.trace_id]).toEqual([id, id])
    if ('traceparent' in headers && !('x-trace-id' in headers))
      expect(bad.headers.get('traceparent')).toBe(headers.traceparent)
  })
  it.each(['x'.repeat(129), 'a b', '<b>', '00000000000000000000000000000000é'])(
    'does not echo what is no trace id: %s',
    async (id) => {
      const told = await ask(await listeningApi(), {
        path: '/v1/nowhere',
        headers: { ...key, 'x-trace-id': Buffer.from(id).toString('latin1') },
      })
      expect(told.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/)
    },
  )
  it('is logged by route, name and trace id, without a word of what was sent', async () => {
    const api = await listeningApi()
    const told = await api.send('/v1/signals?wait=x', { json: signal({ metadata: 'canary' }), key: 'trade' })
    await api.send('/v1/orders/canary', { key: 'none' })
    await api.app.close()
    expect(api.calls).toMatchObject([
      { method: 'POST', route: '/v1/signals', status: 400, by: 'trade-desk', trace_id: told.json.trace_id },
      { method: 'GET', route: '/v1/orders/:id', status: 401, by: undefined },
    ])
    expect(JSON.stringify([api.calls, api.logged, api.problems])).not.toMatch(/canary|key-0123456789/)
  })
  it('names the trace id that the signal itself brings', async () => {
    const told = await (await listeningApi()).send('/v1/signals', {
      json: signal({ trace_id: 'own-trace' }),
      headers: { 'x-trace-id': 'other' },
    })
    expect([told.headers.get('x-trace-id'), (told.json.order as { trace_id: string }).trace_id]).toEqual([
      'own-trace',
      'own-trace',
    ])
  })
})
