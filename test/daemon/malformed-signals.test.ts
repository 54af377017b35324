import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { settled } from './burst.ts'

const fields = { signal_id: 'bad', strategy: 's', symbol: 'AAPL', side: 'buy', quantity: '1' }
const signalWith = (rest: string): string => `{"signal_id":"bad","symbol":"AAPL","side":"buy",${rest}}`
const without = (name: keyof typeof fields) => JSON.stringify({ ...fields, [name]: undefined })
const changed = (change: Readonly<Record<string, unknown>>) => JSON.stringify({ ...fields, ...change })
const TEN_MB = 10 * 1024 * 1024

const NOT_JSON: readonly (readonly [name: string, body: string | Buffer])[] = [
  ['nothing', ''],
  ['words', 'buy 10 AAPL'],
  ['half a signal', '{"signal_id":"bad"'],
  ['NaN', signalWith('"quantity":NaN')],
  ['Infinity', signalWith('"quantity":Infinity')],
  ['a hexadecimal number', signalWith('"quantity":0x10')],
  ['a leading zero', signalWith('"quantity":010')],
  ['a key twice', signalWith('"quantity":"1","quantity":"1000"')],
  ['a key twice, once in disguise', signalWith('"quantity":"1","quantit\\u0079":"1000"')],
  ['a key twice, deep down', signalWith('"quantity":"1","metadata":{"a":{"b":1,"b":2}}')],
  ['__proto__', signalWith('"quantity":"1","__proto__":{"role":"admin"}')],
  ['__proto__ in disguise', signalWith('"quantity":"1","__pr\\u006fto__":{"role":"admin"}')],
  ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['nesting in metadata', signalWith(`"quantity":"1","metadata":${'{"a":'.repeat(16)}1${'}'.repeat(16)}`)],
  ['half a surrogate pair', signalWith('"quantity":"1","metadata":"\\ud800"')],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"signal_id":"'), Buffer.from([0xff, 0xfe, 0xc0])])],
  ['UTF-16', Buffer.from(JSON.stringify(fields), 'utf16le')],
  ['two signals', `${JSON.stringify(fields)}${JSON.stringify(fields)}`],
]

const NOT_A_SIGNAL: readonly (readonly [name: string, body: string, path: string])[] = [
  ['a list', '[]', ''],
  ['null', 'null', ''],
  ['a number', '5', ''],
  ['no fields', '{}', 'signal_id'],
  ['no id', without('signal_id'), 'signal_id'],
  ['no symbol', without('symbol'), 'symbol'],
  ['no side', without('side'), 'side'],
  ['no size', without('quantity'), 'quantity'],
  ['two sizes', changed({ amount: '5' }), 'quantity'],
  ['an unknown field', changed({ qty: '1' }), 'qty'],
  ['a number for an id', changed({ signal_id: 5 }), 'signal_id'],
  ['an id of 129', changed({ signal_id: 'x'.repeat(129) }), 'signal_id'],
  ['an id with a line break', changed({ signal_id: 'a\nb' }), 'signal_id'],
  ['an id of another script', changed({ signal_id: 'pаypal' }), 'signal_id'],
  ['a list for a side', changed({ side: ['buy'] }), 'side'],
  ['a shouted side', changed({ side: 'BUY' }), 'side'],
  ['a negative quantity', changed({ quantity: '-1' }), 'quantity'],
  ['a negative zero', signalWith('"quantity":-0'), 'quantity'],
  ['a zero', changed({ quantity: '0.000' }), 'quantity'],
  ['1e400', signalWith('"quantity":1e400'), 'quantity'],
  ['1e400 as text', changed({ quantity: '1e400' }), 'quantity'],
  ['an exponent', signalWith('"quantity":1e1'), 'quantity'],
  ['NaN as text', changed({ quantity: 'NaN' }), 'quantity'],
  ['Infinity as text', changed({ quantity: '-Infinity' }), 'quantity'],
  ['a thousands separator', changed({ quantity: '1,000' }), 'quantity'],
  ['a quantity with a space', changed({ quantity: ' 1' }), 'quantity'],
  ['full-width digits', changed({ quantity: '１０' }), 'quantity'],
  ['Arabic digits', changed({ quantity: '١٠' }), 'quantity'],
  ['ten thousand digits', signalWith(`"quantity":${'9'.repeat(10_000)}`), 'quantity'],
  ['ten thousand places', signalWith(`"quantity":0.${'0'.repeat(10_000)}1`), 'quantity'],
  ['a list for a quantity', changed({ quantity: [1] }), 'quantity'],
  ['an object for a quantity', changed({ quantity: { valueOf: 1 } }), 'quantity'],
  ['true for a quantity', changed({ quantity: true }), 'quantity'],
  ['null for a quantity', changed({ quantity: null }), 'quantity'],
  ['a negative amount', changed({ quantity: undefined, amount: '-5' }), 'amount'],
  ['a negative limit', changed({ limit_price: '-5' }), 'limit_price'],
  ['a confidence above one', changed({ confidence: 1.01 }), 'confidence'],
  ['a symbol of markup', changed({ symbol: '<img src=x>' }), 'symbol'],
  ['a symbol from right to left', changed({ symbol: '\u202eLPAA' }), 'symbol'],
  ['a symbol with a hidden character', changed({ symbol: 'AA\u200bPL' }), 'symbol'],
  ['a symbol that is a path', changed({ symbol: '../../etc/passwd' }), 'symbol'],
  ['a symbol that is SQL', changed({ symbol: "AAPL'; DROP TABLE orders;--" }), 'symbol'],
  ['a time without its zone', changed({ generated_at: '2026-03-02T14:30:00' }), 'generated_at'],
  ['a day that is none', changed({ generated_at: '2026-02-30T14:30:00Z' }), 'generated_at'],
  ['an account that is none', changed({ account: 'savings' }), 'account'],
  ['an account called constructor', changed({ account: 'constructor' }), 'account'],
  ['a strategy of another script', changed({ strategy: 'стратегия' }), 'strategy'],
  ['metadata of 40 kB', changed({ metadata: 'x'.repeat(40_000) }), 'metadata'],
]

describe('a malformed signal', () => {
  let daemon: DaemonProcess
  const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
    daemon.client.raw({
      method: 'POST',
      path: '/v1/signals',
      headers: { authorization: `Bearer ${daemon.key}`, 'content-type': 'application/json', ...headers },
      body,
    })
  beforeAll(async () => {
    daemon = await DaemonProcess.start()
  })
  afterAll(() => daemon[Symbol.asyncDispose]())

  it.each(NOT_JSON)('that is not JSON with one meaning is 400: %s', async (_, body) => {
    expect(await problemOf(post(body))).toMatchObject({ status: 400, code: 'json.invalid' })
  })

  it.each(NOT_A_SIGNAL)('is 422 and says where, what was expected and what was found: %s', async (_, body, path) => {
    const told = await problemOf(post(body))
    expect(told).toMatchObject({ status: 422, code: 'signal.invalid' })
    const here = told.errors?.find((error) => error.path === path)
    expect(here, JSON.stringify(told.errors)).toMatchObject({
      code: expect.stringMatching(/./),
      message: expect.stringMatching(/./),
      expected: expect.stringMatching(/./),
      found: expect.stringMatching(/./),
    })
    expect(JSON.stringify(told).length).toBeLessThan(4_000)
  })

  it('tells every mistake at once', async () => {
    const body = {
      signal_id: '',
      symbol: 7,
      side: 'up',
      quantity: '-1',
      limit_price: 'x',
      urgency: 'now',
      colour: 'red',
    }
    const { errors = [] } = await problemOf(post(JSON.stringify(body)))
    expect(errors.map(({ path }) => path).toSorted()).toEqual(Object.keys(body).toSorted())
  })

  it('of 10 MB is 413 as soon as its length is announced', async () => {
    const headers = {
      authorization: `Bearer ${daemon.key}`,
      'content-type': 'application/json',
      'content-length': String(TEN_MB),
    }
    const asked = request(`${daemon.url}/v1/signals`, { method: 'POST', headers })
    asked.flushHeaders()
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve).once('error', reject)
    })
    expect(answer.statusCode).toBe(413)
    expect(JSON.parse(await text(answer))).toMatchObject({ code: 'body.too_large', status: 413 })
    asked.destroy()
  })

  it('of 10 MB that is sent all the same is 413, or cut off before the sender has read that', async () => {
    const bytes = new Blob([signalWith(`"quantity":"1","metadata":"${'x'.repeat(TEN_MB)}"`)])
    for (const body of [bytes, bytes.stream()]) {
      const headers = { authorization: `Bearer ${daemon.key}`, 'content-type': 'application/json' }
      const sent = fetch(`${daemon.url}/v1/signals`, { method: 'POST', headers, body, duplex: 'half' })
      expect([413, 'cut off']).toContain(await sent.then(({ status }) => status).catch(() => 'cut off'))
    }
  })

  it.each([
    ['none', undefined],
    ['text', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['a look-alike', 'application/jsonp'],
    ['another character set', 'application/json; charset=utf-16'],
  ])('with content type %s is 415', async (_, type) => {
    const headers = { authorization: `Bearer ${daemon.key}`, ...(type === undefined ? {} : { 'content-type': type }) }
    const untyped = { method: 'POST', path: '/v1/signals', headers, body: JSON.stringify(fields) } as const
    expect(await problemOf(daemon.client.raw(untyped))).toMatchObject({ status: 415, code: 'content_type.unsupported' })
  })

  it.each([
    ['no key', {}, 'auth.missing'],
    ['a wrong key', { authorization: 'Bearer 0123456789abcdef0123456789abcdef' }, 'auth.invalid'],
    ['an empty key', { 'x-api-key': '' }, 'auth.invalid'],
    ['another scheme', { authorization: 'Basic YWRtaW46YWRtaW4=' }, 'auth.invalid'],
    ['a key that only begins right', { authorization: 'Bearer PREFIX' }, 'auth.invalid'],
  ])('with %s is 401 before its body is looked at', async (_, credentials, code) => {
    const headers = Object.fromEntries(
      Object.entries(credentials).map(([name, value]) => [name, value.replace('PREFIX', daemon.key.slice(0, -1))]),
    )
    for (const body of [JSON.stringify(fields), '{'])
      expect(
        await problemOf(
          daemon.client.raw({
            method: 'POST',
            path: '/v1/signals',
            headers: { ...headers, 'content-type': 'application/json' },
            body,
          }),
        ),
      ).toMatchObject({ status: 401, code })
  })

  it('leaves nothing behind but ten lines a minute, and its id is still free', async () => {
    for (const table of ['signals', 'orders', 'client_orders', 'fills', 'positions'])
      expect(daemon.rows(`SELECT count(*) AS n FROM ${table}`), table).toEqual([{ n: 0 }])
    const noted = daemon
      .rows("SELECT event FROM events WHERE event NOT IN ('session.started', 'sync.completed')")
      .map(({ event }) => event)
    expect(new Set(noted)).toEqual(new Set(['signal.refused']))
    expect(noted.length).toBeLessThanOrEqual(10)
    expect(daemon.log().filter(({ event }) => !QUIET.has(String(event)))).toEqual([])

    expect(await daemon.client.send(fields)).toMatchObject({ status: 202, body: { order: { signal_id: 'bad' } } })
    await settled(daemon.client)
    expect(daemon.rows('SELECT count(*) AS n FROM orders')).toEqual([{ n: 1 }])
  })
})

/** What the technical log says of a start; of a refused request it says nothing. */
const QUIET: ReadonlySet<string> = new Set(['test.launched', 'daemon.listening', 'recovery.done'])

async function problemOf(asked: ReturnType<DaemonProcess['client']['raw']>) {
  const { status, body, headers } = await asked
  expect(headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(body.status).toBe(status)
  for (const field of [body.type, body.title, body.detail, body.trace_id]) expect(field).toMatch(/./)
  return { ...body, status }
}
