import { request } from 'node:http'
import { connect } from 'node:net'
import { decode } from '@msgpack/msgpack'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { AlpacaSimulator } from '../../../src/simulator/hosts/alpaca-server.ts'
import { ask, control, keysOf, LIMIT, simulatorFor } from './alpaca-at-socket.ts'

const orders = (simulator: AlpacaSimulator): number => simulator.venue().parts.store.all.length
const cause = async (asked: Promise<unknown>): Promise<unknown> => {
  const error = await asked.then(() => undefined).catch((thrown: Error) => thrown)
  return (error?.cause as NodeJS.ErrnoException | undefined)?.code ?? error?.name
}

describe('a misbehaviour of the transport', () => {
  it.each([
    ['answer-lost', 'UND_ERR_SOCKET', 1],
    ['request-lost', 'UND_ERR_SOCKET', 0],
    ['reset-before-headers', 'ECONNRESET', 1],
  ])('%s ends in %s, with %i orders there', async (name, code, there) => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: name }]) })
    expect(await cause(ask(simulator, 'POST', '/v2/orders', LIMIT))).toBe(code)
    expect(orders(simulator)).toBe(there)
  })
  it('reset-after-headers: the head comes, the body does not', async () => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: 'reset-after-headers' }]) })
    const response = await fetch(`${simulator.url}/v2/orders`, {
      method: 'POST',
      headers: keysOf(simulator),
      body: JSON.stringify(LIMIT),
    })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })
  it('half-open: nothing comes until the client gives up', async () => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: 'half-open' }]) })
    const impatient = fetch(`${simulator.url}/v2/orders`, {
      method: 'POST',
      headers: keysOf(simulator),
      body: JSON.stringify(LIMIT),
      signal: AbortSignal.timeout(150),
    })
    await expect(impatient).rejects.toThrow()
    expect(orders(simulator)).toBe(1)
  })
  it('byte-by-byte: a client that reads on has it whole', async () => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: 'byte-by-byte', ms: 0 }]) })
    expect((await ask(simulator, 'GET', '/v2/clock')).json).toMatchObject({ is_open: true })
  })
  it('slow-close: without a length, and the end comes late', async () => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: 'slow-close', ms: 100 }]) })
    const { json, response } = await ask(simulator, 'GET', '/v2/clock')
    expect(json).toMatchObject({ is_open: true })
    expect(response.headers.get('content-length')).toBeNull()
  })
  it('slow-answer: in real time, whatever the speed of the clock', async () => {
    const simulator = await simulatorFor({ speed: 1_000, script: JSON.stringify([{ do: 'slow-answer', ms: 120 }]) })
    const began = performance.now()
    await ask(simulator, 'GET', '/v2/clock')
    expect(performance.now() - began).toBeGreaterThan(110)
  })
})

describe('the answers', () => {
  it('carry their headers, and a 204 carries no body', async () => {
    const simulator = await simulatorFor()
    const { json, response } = await ask(simulator, 'POST', '/v2/orders', LIMIT)
    expect(response.headers.get('x-ratelimit-limit')).toBe('200')
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
    const cancelled = await ask(simulator, 'DELETE', `/v2/orders/${json.id}`)
    expect([cancelled.status, cancelled.response.headers.get('content-type')]).toEqual([204, null])
  })
  it('are dated by the clock of the venue', async () => {
    const simulator = await simulatorFor({ at: Date.UTC(2026, 2, 11, 14, 30) })
    const { response } = await ask(simulator, 'GET', '/v2/clock')
    expect(response.headers.get('date')).toMatch(/^Wed, 11 Mar 2026 14:30/)
  })
  it('without keys are the page of a proxy', async () => {
    const simulator = await simulatorFor()
    const response = await fetch(`${simulator.url}/v2/account`)
    expect([response.status, response.headers.get('content-type')]).toEqual([401, 'text/html'])
  })
  it('come for requests that were cut into pieces', async () => {
    const simulator = await simulatorFor()
    const body = JSON.stringify(LIMIT)
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const asking = request(
        `${simulator.url}/v2/orders`,
        { method: 'POST', headers: keysOf(simulator) },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
      asking.on('error', reject)
      asking.write(body.slice(0, 20))
      asking.end(body.slice(20))
    })
    expect(await answered).toBe(200)
  })
})

interface Client {
  readonly socket: WebSocket
  readonly frames: { readonly isBinary: boolean; readonly bytes: Buffer }[]
  next(): Promise<{ readonly isBinary: boolean; readonly bytes: Buffer }>
}
function client(simulator: AlpacaSimulator, headers: Record<string, string> = {}): Client {
  const socket = new WebSocket(simulator.streamUrl, { headers })
  onTestFinished(() => socket.terminate())
  const frames: Client['frames'] = []
  const waiting: ((frame: Client['frames'][number]) => void)[] = []
  socket.on('error', () => undefined)
  socket.on('message', (data, isBinary) => {
    const frame = { isBinary, bytes: Buffer.from(data as Buffer) }
    const first = waiting.shift()
    if (first === undefined) frames.push(frame)
    else first(frame)
  })
  const next: Client['next'] = () =>
    new Promise((resolve) => {
      const first = frames.shift()
      if (first === undefined) waiting.push(resolve)
      else resolve(first)
    })
  return { socket, frames, next }
}
const opened = ({ socket }: Client): Promise<unknown> => new Promise((resolve) => socket.once('open', resolve))
async function listening(simulator: AlpacaSimulator, headers?: Record<string, string>): Promise<Client> {
  const one = client(simulator, headers)
  await opened(one)
  one.socket.send(JSON.stringify({ action: 'auth', key: simulator.keyId, secret: simulator.secretKey }))
  one.socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }))
  await one.next()
  await one.next()
  return one
}

describe('the stream', () => {
  it.each(['binary', 'text'] as const)('comes in %s frames', async (stream_frames) => {
    const simulator = await simulatorFor({ switches: { stream_frames } })
    const one = await listening(simulator)
    await ask(simulator, 'POST', '/v2/orders', LIMIT)
    const { isBinary, bytes } = await one.next()
    expect([isBinary, JSON.parse(bytes.toString()).data.event]).toEqual([stream_frames === 'binary', 'pending_new'])
  })
  it('comes packed for whoever asks for that', async () => {
    const simulator = await simulatorFor()
    const one = await listening(simulator, { 'content-type': 'application/msgpack' })
    await ask(simulator, 'POST', '/v2/orders', LIMIT)
    const { bytes } = await one.next()
    expect(decode(bytes)).toMatchObject({ stream: 'trade_updates', data: { event: 'pending_new' } })
  })
  it('answers pings', async () => {
    const simulator = await simulatorFor()
    const one = await listening(simulator)
    const pong = new Promise((resolve) => one.socket.once('pong', resolve))
    one.socket.ping()
    await pong
  })
  it('refuses an upgrade when told to, and one at another path always', async () => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: 'upgrade-refused', times: 1 }]) })
    const refused = (url: string): Promise<string> =>
      new Promise((resolve) => new WebSocket(url).once('error', ({ message }) => resolve(message)))
    expect(await refused(simulator.streamUrl)).toContain('429')
    expect(await refused(simulator.streamUrl.replace('stream', 'other'))).toContain('404')
    await listening(simulator)
  })
  it.each([
    ['closed', 1000],
    ['reset', 1006],
  ])('%s by hand ends with %i for everybody', async (how, code) => {
    const simulator = await simulatorFor()
    const one = await listening(simulator)
    const ended = new Promise((resolve) => one.socket.once('close', resolve))
    expect(control(simulator, 'POST', '/streams/close', { how })).toEqual({ closed: 1 })
    expect(await ended).toBe(code)
  })
})

describe('the replayable stream', () => {
  async function lines(
    simulator: AlpacaSimulator,
    query: string,
    enough: number,
  ): Promise<readonly Record<string, unknown>[]> {
    const response = await fetch(`${simulator.url}/v2/events/trades${query}`, { headers: keysOf(simulator) })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    let text = ''
    for await (const piece of response.body ?? []) {
      text += Buffer.from(piece).toString()
      if (text.split('data: ').length > enough) break
    }
    return [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json))
  }
  it('gives what was missed since an event, and nothing twice', async () => {
    const simulator = await simulatorFor()
    const { json } = await ask(simulator, 'POST', '/v2/orders', LIMIT)
    control(simulator, 'POST', `/orders/${json.id}/fill`, { qty: '4' })
    control(simulator, 'POST', `/orders/${json.id}/fill`)
    const all = await lines(simulator, '?since=2020-01-01', 3)
    const events = all.map(({ event }) => event)
    expect(events).toEqual(expect.arrayContaining(['new', 'partial_fill', 'fill']))
    const missed = await lines(simulator, `?since_id=${all[0]?.event_id}`, all.length - 1)
    expect(missed).toEqual(all.slice(1))
  })
  it('is refused with two ways to count, and may be missing', async () => {
    const simulator = await simulatorFor()
    expect((await ask(simulator, 'GET', '/v2/events/trades?since=2020-01-01&since_id=A')).status).toBe(422)
    control(simulator, 'POST', '/switches', { sse: false })
    expect((await ask(simulator, 'GET', '/v2/events/trades')).status).toBe(404)
  })
})

interface Entry {
  readonly kind: string
  readonly body?: string
  readonly headers?: Record<string, string>
}
async function controlled(
  { controlUrl }: AlpacaSimulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${controlUrl}${path}`, { method, ...sent })
  return JSON.parse(await response.text())
}

describe('the control port', () => {
  it('lists its commands, and answers what it does not know with that list', async () => {
    const simulator = await simulatorFor()
    const listed = await controlled(simulator, 'GET', '/')
    expect(Object.keys(listed.commands as object)).toContain('GET /journal')
    expect((await fetch(`${simulator.controlUrl}/nothing`)).status).toBe(404)
  })
  it('shows the truth: requests as they came, orders, executions and frames, in order', async () => {
    const simulator = await simulatorFor()
    await listening(simulator)
    await ask(simulator, 'POST', '/v2/orders', { ...LIMIT, client_order_id: 'a' })
    await controlled(simulator, 'POST', '/orders/a/fill', { qty: '4' })
    const entries = (await controlled(simulator, 'GET', '/journal')).entries as Entry[]
    const kinds: string[] = entries.map(({ kind }) => kind)
    expect(kinds).toEqual(
      expect.arrayContaining(['connection', 'request', 'answer', 'order', 'by_hand', 'execution', 'frame']),
    )
    expect(kinds.indexOf('request')).toBeLessThan(kinds.indexOf('order'))
    const asked = entries.find(({ kind }) => kind === 'request')
    expect(JSON.parse(asked?.body ?? '')).toEqual({ ...LIMIT, client_order_id: 'a' })
    expect(asked?.headers?.['apca-api-secret-key']).toBe('hidden')
  })
  it('moves the clock forward, and orders with it', async () => {
    const simulator = await simulatorFor({ fills: 'auto' })
    const { json } = await ask(simulator, 'POST', '/v2/orders', { ...LIMIT, limit_price: '1' })
    control(simulator, 'POST', '/clock', { advance_ms: 26 * 3_600_000 })
    expect((await ask(simulator, 'GET', `/v2/orders/${json.id}`)).json.status).toBe('expired')
    expect(simulator.control.handle('POST', '/clock', '{"at":"2020-01-01"}').status).toBe(400)
  })
  it('changes a switch it knows, and no other', async () => {
    const simulator = await simulatorFor()
    expect(control(simulator, 'POST', '/switches', { unknown_additions: true })).toMatchObject({
      unknown_additions: true,
    })
    expect((await ask(simulator, 'POST', '/v2/orders', LIMIT)).json).toHaveProperty('routing_hint')
    expect(simulator.control.handle('POST', '/switches', '{"nothing":1}').status).toBe(400)
  })
  it('begins anew', async () => {
    const simulator = await simulatorFor()
    await ask(simulator, 'POST', '/v2/orders', LIMIT)
    control(simulator, 'POST', '/reset')
    expect((await ask(simulator, 'GET', '/v2/orders')).json).toEqual([])
  })
})

describe('the end', () => {
  it('comes at once, whatever is open', async () => {
    const simulator = await simulatorFor({ script: JSON.stringify([{ do: 'half-open' }]) })
    const one = await listening(simulator)
    const ended = new Promise((resolve) => one.socket.once('close', resolve))
    const hanging = ask(simulator, 'POST', '/v2/orders', LIMIT).catch(() => 'cut')
    await fetch(simulator.controlUrl)
    await simulator.close()
    await ended
    expect(await hanging).toBe('cut')
    const port = Number(new URL(simulator.url).port)
    const refused = new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve))
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
