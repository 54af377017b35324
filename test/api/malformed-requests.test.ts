import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { KEYS, type ListeningApi, listeningApi, signal } from '../support/listening-api.ts'

const fields = { signal_id: 's-1', symbol: 'AAPL', side: 'buy', quantity: '10' }
const text = (change: string) => `{"signal_id":"s-1","symbol":"AAPL","side":"buy",${change}}`
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

describe('a body that is not JSON with one meaning', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['half of it', '{"signal_id":"s-1"'],
    ['NaN', text('"quantity":NaN')],
    ['Infinity', text('"quantity":Infinity')],
    ['a key twice', text('"quantity":"10","quantity":"1000"')],
    ['a key twice, once in disguise', text('"quantity":"10","quantit\\u0079":"1000"')],
    ['a way to the prototype', text('"quantity":"10","__proto__":{"admin":true}')],
    ['a constructor', text('"quantity":"10","constructor":{}')],
    ['seventeen levels', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['ten thousand levels', '['.repeat(10_000)],
    ['a leading zero', text('"quantity":010')],
    ['a hexadecimal', text('"quantity":0x10')],
    ['a comment', text('"quantity":"10" /* all */')],
    ['a trailing comma', text('"quantity":"10",')],
    ['two documents', `${text('"quantity":"10"')} {}`],
    ['a byte order mark', `\ufeff${text('"quantity":"10"')}`],
    ['half a surrogate pair', text('"quantity":"10","metadata":"\\ud800"')],
    ['bytes that are not UTF-8', bytes('{"signal_id":"s', [0xff, 0xfe], '"}')],
    ['an overlong slash', bytes('{"signal_id":"', [0xc0, 0xaf], '"}')],
    ['NUL', '\0'],
    ['a line break in a text', text('"quantity":"10","strategy":"a\nb"')],
  ])('is 400: %s', async (_, body) => {
    const api = await listeningApi()
    const told = await api.send('/v1/signals', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(told).toMatchObject({ status: 400, json: { code: 'json.invalid', title: 'Not valid JSON' } })
    expect(told.json.detail).toMatch(/./)
    expect(api.desk.calls).toEqual([])
  })
})

describe('a signal whose body alone shows that it is wrong', () => {
  it.each<[string, object, string, string]>([
    ['no id', { ...fields, signal_id: undefined }, 'signal_id', 'nothing'],
    ['an empty id', { ...fields, signal_id: '' }, 'signal_id', '""'],
    ['an id of 129', { ...fields, signal_id: 'x'.repeat(129) }, 'signal_id', 'xxx'],
    ['an id with a line break', { ...fields, signal_id: 'a\r\nx-admin: 1' }, 'signal_id', 'a'],
    ['a full-width digit', { ...fields, quantity: '１０' }, 'quantity', '１０'],
    ['Arabic digits', { ...fields, quantity: '١٠' }, 'quantity', '١'],
    ['a symbol from right to left', { ...fields, symbol: '\u202eLPAA' }, 'symbol', 'LPAA'],
    ['a symbol of markup', { ...fields, symbol: '<script>alert(1)</script>' }, 'symbol', '<script>'],
    ['a Kelvin sign for a K', { ...fields, symbol: '\u212aO' }, 'symbol', 'O'],
    ['a symbol that is a formula', { ...fields, symbol: '=HYPERLINK("x")' }, 'symbol', 'HYPERLINK'],
    ['a symbol of 10 kB', { ...fields, symbol: 'A'.repeat(10_000) }, 'symbol', 'AAA'],
    ['a number for a text', { ...fields, symbol: 7 }, 'symbol', '7'],
    ['a list for a text', { ...fields, side: ['buy'] }, 'side', 'a list'],
    ['an object for a text', { ...fields, side: { is: 'buy' } }, 'side', 'an object'],
    ['null', { ...fields, side: null }, 'side', 'null'],
    ['another side', { ...fields, side: 'BUY' }, 'side', 'BUY'],
    ['a negative quantity', { ...fields, quantity: '-1' }, 'quantity', '-1'],
    ['nothing of it', { ...fields, quantity: 0 }, 'quantity', '0'],
    ['a boolean quantity', { ...fields, quantity: true }, 'quantity', 'true'],
    ['spaces around a number', { ...fields, quantity: ' 10 ' }, 'quantity', '10'],
    ['an exponent in text', { ...fields, quantity: '1e3' }, 'quantity', '1e3'],
    ['NaN as text', { ...fields, quantity: 'NaN' }, 'quantity', 'NaN'],
    ['quantity and amount', { ...fields, amount: '5' }, 'quantity', '10'],
    ['neither', { ...fields, quantity: undefined }, 'quantity', 'nothing'],
    ['a time without a zone', { ...fields, generated_at: '2026-03-02T14:30:00' }, 'generated_at', '2026'],
    ['February 30', { ...fields, generated_at: '2026-02-30T14:30:00Z' }, 'generated_at', '2026'],
    ['confidence above one', { ...fields, confidence: '1.01' }, 'confidence', '1.01'],
    ['a status of their own', { ...fields, status: 'filled' }, 'status', 'filled'],
    ['a risk limit of their own', { ...fields, max_order_notional: '1e9' }, 'max_order_notional', '1e9'],
  ])('is 422 and told where: %s', async (_, body, path, found) => {
    const api = await listeningApi()
    const told = await api.send('/v1/signals', { json: body })
    expect(told).toMatchObject({ status: 422, json: { code: 'signal.invalid' } })
    const errors = told.json.errors as readonly { path: string; found: string; message: string; expected: string }[]
    const problem = errors.find((one) => one.path === path)
    expect(problem?.found).toContain(found.slice(0, 20))
    expect(problem?.expected).toMatch(/./)
    expect(api.desk.orderMap.size).toBe(0)
    expect(told.text.length).toBeLessThan(2_000)
  })
  it('is 422 for a number that no decimal can hold', async () => {
    const api = await listeningApi()
    for (const number of ['1e400', '-1e400', '1E+5', `1${'0'.repeat(60)}`]) {
      const told = await api.send('/v1/signals', { body: text(`"quantity":${number}`) })
      expect([number, told.status, told.json.code]).toEqual([number, 422, 'signal.invalid'])
    }
  })
  it.each(['[]', '"x"', 'null', 'true'])('is 422 when it is no object: %s', async (body) => {
    const told = await (await listeningApi()).send('/v1/signals', { body })
    expect(told).toMatchObject({ status: 422, json: { errors: [{ expected: 'a JSON object' }] } })
  })
  it('lists everything that is wrong at once', async () => {
    const told = await (await listeningApi()).send('/v1/signals', {
      json: { side: 'up', quantity: '-1', colour: 'red' },
    })
    expect((told.json.errors as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
      'colour',
      'quantity',
      'side',
      'signal_id',
      'symbol',
    ])
  })
})

describe('a body of the wrong size or kind', () => {
  it('is 413 when it is one byte too large, and taken when it is not', async () => {
    const api = await listeningApi()
    const body = (length: number) => {
      const start = '{"signal_id":"pad","symbol":"AAPL","side":"buy","quantity":"1"}'
      return start + ' '.repeat(length - start.length)
    }
    expect((await api.send('/v1/signals', { body: body(64 * 1024) })).status).toBe(202)
    expect(await api.send('/v1/signals', { body: body(64 * 1024 + 1) })).toMatchObject({
      status: 413,
      json: { code: 'body.too_large' },
    })
  })
  it('is 413 when it is 10 MB, told before it is read', async () => {
    const api = await listeningApi()
    const head = `POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEYS.trade}\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n`
    const answer = await raw(api, head)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"code":"body.too_large"')
    const sent = await api.send('/v1/signals', { body: 'x'.repeat(10 * 1024 * 1024) })
    expect(sent.status).toBe(413)
  })
  it('is 413 when it comes in pieces without end', async () => {
    const api = await listeningApi()
    const head = `POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEYS.trade}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`
    expect(await raw(api, head + chunk.repeat(6))).toContain('"code":"body.too_large"')
  })
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json; charset=utf-16',
    'text/json',
    '',
  ])('is 415 as %s', async (type) => {
    const api = await listeningApi()
    const body = Buffer.from(JSON.stringify(signal()))
    const told = await api.send('/v1/signals', { body, headers: { 'content-type': type } })
    expect(told).toMatchObject({ status: 415, json: { code: 'content_type.unsupported' } })
    expect(api.desk.calls).toEqual([])
  })
  it('is read as application/json with a charset of UTF-8', async () => {
    const api = await listeningApi()
    const headers = { 'content-type': 'Application/JSON; charset="UTF-8"' }
    expect((await api.send('/v1/signals', { json: signal(), headers })).status).toBe(202)
  })
})

describe('a request that is no request', () => {
  it.each([
    ['nonsense', 'NONSENSE\r\n\r\n', 400, 'request.invalid'],
    [
      'headers of 64 kB',
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'x'.repeat(65_536)}\r\n\r\n`,
      431,
      'headers.too_large',
    ],
    [
      'two lengths',
      'POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
      'request.invalid',
    ],
    [
      'a length and chunks',
      'POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'request.invalid',
    ],
    ['no host', 'GET /v1/status HTTP/1.1\r\n\r\n', 400, 'request.invalid'],
    ['an address that cannot be decoded', 'GET /v1/orders/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'url.invalid'],
    ['nothing there', 'GET /v2/orders HTTP/1.1\r\nHost: localhost\r\n\r\n', 404, 'route.unknown'],
    [
      'a way out of the files',
      'GET /page/../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n',
      404,
      'route.unknown',
    ],
    [
      'a way out in disguise',
      'GET /page/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n',
      404,
      'route.unknown',
    ],
    [
      'another method',
      'PUT /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n',
      405,
      'method.not_allowed',
    ],
    ['a method of other worlds', 'PROPFIND /v1/orders HTTP/1.1\r\nHost: localhost\r\n\r\n', 404, 'route.unknown'],
  ])('is told so in the usual words: %s', async (_, request, status, code) => {
    const api = await listeningApi()
    const answer = await raw(api, request)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json')
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, ''))
    expect(body).toMatchObject({
      status,
      code,
      errors: [],
      title: expect.any(String),
      type: `urn:surefill:problem:${code}`,
    })
    expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/)
    expect(api.problems.at(-1)).toMatchObject({ status, code })
  })
  it('is not another method in disguise', async () => {
    const api = await listeningApi()
    const told = await api.send('/v1/orders?_method=DELETE', { headers: { 'x-http-method-override': 'DELETE' } })
    expect(told.status).toBe(400)
  })
  it('names what an address knows', async () => {
    const told = await (await listeningApi()).send('/v1/orders', { method: 'DELETE' })
    expect(told.headers.get('allow')).toBe('GET')
  })
})

/** What the server says to these very bytes, until it closes. */
function raw({ port }: ListeningApi, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      answer += part
      const end = answer.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1])
      if (end !== -1 && Buffer.byteLength(answer.slice(end + 4)) >= length) {
        socket.destroy()
        resolve(answer)
      }
    })
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
    socket.on('close', () => resolve(answer))
    socket.write(request)
  })
}
