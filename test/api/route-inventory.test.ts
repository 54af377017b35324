import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { call } from '../../src/api/call.ts'
import { openApiDocument } from '../../src/api/openapi.ts'
import { KEYS, type KeyName, listeningApi } from '../support/listening-api.ts'

/** What listens, and who may call it. A route that is not here has no business to be there. */
const TABLE: Readonly<Record<string, 'public' | KeyName>> = {
  'POST /v1/signals': 'trade',
  'GET /v1/signals/{id}': 'read',
  'GET /v1/orders': 'read',
  'GET /v1/orders/{id}': 'read',
  'GET /v1/orders/{id}/events': 'read',
  'GET /v1/orders/{id}/why': 'read',
  'POST /v1/orders/{id}/cancel': 'trade',
  'POST /v1/orders/cancel-all': 'trade',
  'GET /v1/positions': 'read',
  'GET /v1/positions/{symbol}': 'read',
  'GET /v1/pnl': 'read',
  'POST /v1/halt': 'trade',
  'POST /v1/resume': 'admin',
  'POST /v1/sync': 'trade',
  'GET /v1/cases': 'read',
  'GET /v1/cases/{id}': 'read',
  'POST /v1/cases/{id}/resolve': 'admin',
  'GET /v1/status': 'read',
  'GET /v1/events': 'read',
  'GET /health': 'public',
  'GET /health/ready': 'public',
  'GET /health/live': 'public',
  'GET /metrics': 'read',
  'GET /openapi.json': 'read',
  'POST /v1/session': 'public',
  'DELETE /v1/session': 'public',
  'GET /': 'public',
  'GET /docs': 'public',
  'GET /page/page.css': 'public',
  'GET /page/page.js': 'public',
  'GET /page/docs.js': 'public',
  'GET /page/session.js': 'public',
  'GET /page/icon.svg': 'public',
}
const RANK = ['read', 'trade', 'admin'] as const
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

interface Operation {
  readonly security?: readonly unknown[]
  readonly operationId: string
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly example?: unknown }>> }>
  >
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const operations = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  )

describe('the calls that listen', () => {
  it('are those of the table, in the document and on the wire alike', async () => {
    const api = await listeningApi()
    const { json } = await api.send('/openapi.json')
    const documented = operations(json as unknown as Document).map(([name]) => name)
    expect(documented.toSorted()).toEqual(Object.keys(TABLE).toSorted())

    const wired = Object.keys(TABLE).map((name) => name.split(' '))
    for (const [method = '', path = ''] of wired) {
      expect(api.app.hasRoute({ method: method as 'GET', url: path.replace(/\{(\w+)\}/g, ':$1') })).toBe(true)
    }
    // Every other method of the same addresses is refused before anything of it is read.
    for (const path of new Set(wired.map(([, one = '']) => one))) {
      for (const method of METHODS.filter((one) => TABLE[`${one} ${path}`] === undefined)) {
        const told = await api
          .send(path.replaceAll(/\{\w+\}/g, 'x'), { method, body: '{', key: 'none' })
          .catch(() => undefined)
        if (method !== 'GET') expect([method, path, told?.status]).toEqual([method, path, 405])
      }
    }
  })
  it('have no sibling: what fastify lists is the table, its HEADs and its refusals', async () => {
    const { app } = await listeningApi()
    const urls = new Set(Object.keys(TABLE).map((name) => name.split(' ')[1]?.replace(/\{(\w+)\}/g, ':$1')))
    const listed = app
      .printRoutes({ commonPrefix: false })
      .split('\n')
      .filter((line) => line.includes('('))
    const known = listed.map((line) => /([/:][^\s(]*) \(/.exec(line)?.[1])
    expect(listed.length).toBeGreaterThan(20)
    expect(known.filter((url) => url !== undefined && ![...urls].some((one) => one?.endsWith(url)))).toEqual([])
  })
})

describe('credentials', () => {
  const shown = {
    'no key': {},
    'a wrong key': { authorization: 'Bearer wrong-key-0123456789' },
    'the right key in other case': { authorization: `Bearer ${KEYS.admin.toUpperCase()}` },
    'a truncated key': { authorization: `Bearer ${KEYS.admin.slice(0, -1)}` },
    'a longer key': { authorization: `Bearer ${KEYS.admin}x` },
    'another scheme': { authorization: `Basic ${btoa(`admin:${KEYS.admin}`)}` },
    'an empty bearer': { authorization: 'Bearer ' },
    'two different headers': { authorization: `Bearer ${KEYS.admin}`, 'x-api-key': KEYS.admin },
    'a forged cookie': { cookie: `surefill_session=${'0'.repeat(64)}` },
    'a token without algorithm': { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.' },
  }
  it.each(Object.entries(shown))('%s opens no call and reaches nothing behind it', async (_, headers) => {
    const api = await listeningApi({ limits: { refusedCredentialsPerMinute: 1_000 } })
    for (const [name, role] of Object.entries(TABLE)) {
      if (role === 'public') continue
      const [method = '', path = ''] = name.split(' ')
      const told = await api.send(path.replaceAll(/\{\w+\}/g, 'x'), {
        method,
        key: 'none',
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' ? { body: '{}' } : {}),
      })
      expect([name, told.status]).toEqual([name, 401])
      expect(told.json).toMatchObject({ code: Object.keys(headers).length === 0 ? 'auth.missing' : 'auth.invalid' })
    }
    expect(api.desk.calls).toEqual([])
  })
  it.each(RANK)('the role %s opens what it may and nothing else', async (role) => {
    const api = await listeningApi()
    for (const [name, needed] of Object.entries(TABLE)) {
      if (needed === 'public' || name === 'GET /v1/events') continue
      const [method = '', path = ''] = name.split(' ')
      const told = await api.send(path.replaceAll(/\{\w+\}/g, 'x'), {
        method,
        key: role,
        ...(method === 'POST' ? { body: '{}' } : {}),
      })
      const mayCall = RANK.indexOf(role) >= RANK.indexOf(needed)
      expect([name, told.json.code === 'auth.role']).toEqual([name, !mayCall])
      if (!mayCall) expect(told.status).toBe(403)
    }
  })
  it('are taken as a bearer or as X-API-Key, and never from the address', async () => {
    const api = await listeningApi()
    expect((await api.send('/v1/status', { key: 'none', headers: { 'x-api-key': KEYS.read } })).status).toBe(200)
    expect(
      (await api.send('/v1/status', { key: 'none', headers: { authorization: `bearer ${KEYS.read}` } })).status,
    ).toBe(200)
    for (const name of ['key', 'api_key', 'access_token']) {
      expect((await api.send(`/v1/status?${name}=${KEYS.read}`, { key: 'none' })).status).toBe(401)
    }
  })
  it('that are wrong too often are slowed down, and the right ones still pass', async () => {
    const api = await listeningApi({ limits: { refusedCredentialsPerMinute: 3 } })
    const wrong = { key: 'none', headers: { 'x-api-key': 'wrong-key-0123456789' } } as const
    const statuses: number[] = []
    for (let n = 0; n < 5; n += 1) statuses.push((await api.send('/v1/status', wrong)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    const throttled = await api.send('/v1/session', { json: { key: 'wrong-key-0123456789' }, key: 'none' })
    expect(throttled.status).toBe(429)
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await api.send('/v1/halt', { json: {}, key: 'trade' })).status).toBe(200)
  })
  it('have a budget of requests that cancels and the kill switch do not wait for', async () => {
    const api = await listeningApi({ limits: { requestsPerSecond: 2 } })
    const told = await Promise.all([1, 2, 3, 4].map(() => api.send('/v1/status', { key: 'trade' })))
    expect(told.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(1)
    expect((await api.send('/v1/halt', { json: {}, key: 'trade' })).status).toBe(200)
    expect((await api.send('/v1/orders/cancel-all', { method: 'POST', key: 'trade' })).status).toBe(200)
  })
})

describe('the document', () => {
  it('gives every call an example of what it answers, and one of what it takes', async () => {
    const { json } = await (await listeningApi()).send('/openapi.json')
    for (const [name, { responses, requestBody }] of operations(json as unknown as Document)) {
      const answers = Object.entries(responses).filter(([status]) => Number(status) < 300)
      const examples = answers.flatMap(([, { content = {} }]) => Object.values(content).map(({ example }) => example))
      if (!name.startsWith('DELETE'))
        expect([name, examples.filter((one) => one !== undefined).length > 0]).toEqual([name, true])
      if (requestBody !== undefined) expect(Object.values(requestBody.content)[0]?.example).toBeDefined()
    }
  })
  it('says which calls need no key', async () => {
    const { json } = await (await listeningApi()).send('/openapi.json')
    const open = operations(json as unknown as Document).filter(([, { security }]) => security?.length === 0)
    expect(open.map(([name]) => name).toSorted()).toEqual(
      Object.keys(TABLE)
        .filter((name) => TABLE[name] === 'public')
        .toSorted(),
    )
  })
  it('refers only to shapes that it holds', async () => {
    const { text, json } = await (await listeningApi()).send('/openapi.json')
    const { schemas } = (json as { components: { schemas: Record<string, unknown> } }).components
    const used = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((name) => name === undefined || schemas[name] === undefined)).toEqual([])
    expect(text).not.toContain('$defs')
  })
  it('puts a shape with a name where others can refer to it', () => {
    const inner = z.object({ a: z.string() }).meta({ id: 'InnerOfThisTest' })
    const one = call({
      method: 'GET',
      path: '/x',
      id: 'x',
      tag: 'X',
      summary: 'x',
      access: 'read',
      answers: { 200: { what: 'x', schema: z.object({ items: z.array(inner) }), example: { items: [] } } },
      run: () => ({ status: 200 }),
    })
    expect(openApiDocument([one], '1')).toMatchObject({
      components: { schemas: { InnerOfThisTest: { type: 'object' } } },
      paths: {
        '/x': {
          get: {
            responses: {
              200: {
                content: {
                  'application/json': {
                    schema: { properties: { items: { items: { $ref: '#/components/schemas/InnerOfThisTest' } } } },
                  },
                },
              },
            },
          },
        },
      },
    })
  })
})
