import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { UndiciExchange } from '../../../src/adapters/system/undici-exchange.ts'
import { NotSent } from '../../../src/ports/exit-pass.ts'
import type { HttpRequest, HttpResult } from '../../../src/ports/http.ts'

type Script = (socket: Socket, nth: number, request: string) => void
const DEADLINE_MS = 5_000
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const one of cleanUp.splice(0)) await one()
})

/** A server that keeps every byte it was sent and answers as told, one call of the script per complete request. */
async function serving(script: Script, options: { connections?: number } = {}) {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    let pending = ''
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (let size = sizeOf(pending); size !== undefined; size = sizeOf(pending)) {
        const request = pending.slice(0, size)
        pending = pending.slice(size)
        requests.push(request)
        script(socket, requests.length, request)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const exchange = new UndiciExchange({ origin: `http://127.0.0.1:${port}`, headers: { 'x-key': 'k' }, ...options })
  cleanUp.push(async () => {
    await exchange.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { exchange, requests, sockets, server, port }
}
function sizeOf(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? '0'
  const size = head + 4 + Number(length)
  return text.length >= size ? size : undefined
}
const answer = (body: string, status = '200 OK', headers = ''): string =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`
const post = (over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/v1/orders',
  body: '{"order":1}',
  deadlineMs: DEADLINE_MS,
  ...over,
})
const phaseOf = (result: HttpResult): string => (result.kind === 'failed' ? result.phase : `answer ${result.status}`)

describe('an answer', () => {
  it('comes with its status, headers and text, and the request had the very bytes', async () => {
    const { exchange, requests } = await serving((socket) =>
      socket.write(answer('{"ok":true}', '201 Created', 'X-Limit: 5\r\nX-Two: a\r\nX-Two: b\r\n')),
    )
    const seen: string[] = []
    const result = await exchange.exchange(post({ beforeDispatch: (bytes) => seen.push(bytes) }))
    expect(result).toMatchObject({ kind: 'answer', status: 201, body: '{"ok":true}' })
    expect(result.kind === 'answer' && [result.headers['x-limit'], result.headers['x-two']]).toEqual(['5', 'a,b'])
    expect(seen).toEqual(['{"order":1}'])
    expect(requests[0]?.endsWith('{"order":1}')).toBe(true)
    expect(requests[0]).toContain('x-key: k')
  })
  it('with a word before it is the last word', async () => {
    const { exchange } = await serving((socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${answer('done')}`),
    )
    expect(await exchange.exchange(post())).toMatchObject({ kind: 'answer', status: 200, body: 'done' })
  })
  it('that sends us elsewhere is not followed', async () => {
    const { exchange, requests } = await serving((socket) =>
      socket.write(answer('', '307 Temporary Redirect', 'location: /elsewhere\r\n')),
    )
    expect(phaseOf(await exchange.exchange(post()))).toBe('answer 307')
    expect(requests).toHaveLength(1)
  })
  it('longer than any answer may be is cut off, and nobody knows what it said', async () => {
    const { exchange } = await serving((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 20000000\r\n\r\n')
      socket.write('x'.repeat(20_000_000))
    })
    expect(await exchange.exchange(post())).toMatchObject({ kind: 'failed', phase: 'headers_in' })
  })
})

describe('how far a request came', () => {
  it('connection refused: not sent', async () => {
    const { exchange, server } = await serving(() => undefined)
    server.close()
    await once(server, 'close')
    let used = 0
    const result = await exchange.exchange(post({ beforeDispatch: () => (used += 1) }))
    expect([phaseOf(result), used]).toEqual(['not_sent', 0])
  })
  it('a host nobody knows: not sent', async () => {
    const exchange = new UndiciExchange({ origin: 'http://surefill.invalid' })
    cleanUp.push(() => exchange.close())
    expect(phaseOf(await exchange.exchange(post()))).toBe('not_sent')
  })
  it('the connection reset after the request: it may have arrived', async () => {
    const { exchange, requests } = await serving((socket) => socket.resetAndDestroy())
    expect(phaseOf(await exchange.exchange(post()))).toBe('dispatched')
    expect(requests).toHaveLength(1)
  })
  it('the connection closed without a word: it may have arrived, and is not sent again', async () => {
    const { exchange, requests } = await serving((socket) => socket.end())
    expect(phaseOf(await exchange.exchange(post()))).toBe('dispatched')
    expect(requests).toHaveLength(1)
  })
  it('headers and then nothing: they had it', async () => {
    const { exchange } = await serving((socket) => {
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"half"')
      socket.end()
    })
    expect(phaseOf(await exchange.exchange(post()))).toBe('headers_in')
  })
  it('no answer within the deadline: it may have arrived, and its late answer is nobody else’s', async () => {
    const { exchange } = await serving((socket, nth) => {
      if (nth > 1) socket.write(answer('the second'))
    })
    expect(phaseOf(await exchange.exchange(post({ deadlineMs: 50 })))).toBe('dispatched')
    expect(await exchange.exchange(post())).toMatchObject({ body: 'the second' })
  })
  it('a byte now and then does not outlast the deadline', async () => {
    const { exchange } = await serving((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n')
      const trickle = setInterval(() => socket.write('x'), 10)
      socket.on('close', () => clearInterval(trickle))
    })
    expect(phaseOf(await exchange.exchange(post({ deadlineMs: 100 })))).toBe('headers_in')
  })
  it('no connection free before the deadline: not sent, then or later', async () => {
    const { exchange, requests } = await serving(
      (socket, nth) => {
        if (nth === 2) socket.write(answer('later'))
      },
      { connections: 1 },
    )
    let used = 0
    const first = exchange.exchange(post({ path: '/first', deadlineMs: 200 }))
    const second = await exchange.exchange(post({ path: '/second', deadlineMs: 50, beforeDispatch: () => (used += 1) }))
    expect(phaseOf(second)).toBe('not_sent')
    await first
    expect(phaseOf(await exchange.exchange(post({ path: '/third' })))).toBe('answer 200')
    expect(requests.map((request) => request.split(' ')[1])).toEqual(['/first', '/third'])
    expect(used).toBe(0)
  })
})

describe('the last moment before the wire', () => {
  it('what is refused there leaves no byte, and the refusal comes back as it was thrown', async () => {
    const { exchange, requests } = await serving((socket) => socket.write(answer('ok')))
    const halted = new NotSent('halted', 'trading is halted')
    const refuse = (): never => {
      throw halted
    }
    for (const path of ['/cold', '/warm']) {
      const result = await exchange.exchange(post({ path, beforeDispatch: refuse }))
      expect(result).toMatchObject({ kind: 'failed', phase: 'not_sent', error: halted })
      await exchange.exchange(post({ path: '/after' }))
    }
    expect(requests.map((request) => request.split(' ')[1])).toEqual(['/after', '/after'])
  })
  it('comes once per request, and every time the server counts one', async () => {
    const { exchange, requests } = await serving((socket, nth) => {
      if (nth % 3 === 0) socket.resetAndDestroy()
      else socket.write(answer('ok'))
    })
    let used = 0
    const results = await Promise.all(
      Array.from({ length: 60 }, () => exchange.exchange(post({ beforeDispatch: () => (used += 1) }))),
    )
    const neverLeft = results.filter((result) => phaseOf(result) === 'not_sent').length
    expect(used).toBe(requests.length)
    expect(used + neverLeft).toBe(60)
  })
})

describe('a connection kept alive that the server closes at that very moment', () => {
  it('never makes two requests of one', async () => {
    const { exchange, requests } = await serving(
      (socket, nth) => {
        // Announced as reusable, and gone: the next request meets a socket that is just closing.
        socket.write(answer('ok', '200 OK', 'connection: keep-alive\r\nkeep-alive: timeout=60\r\n'))
        if (nth % 2 === 1) setImmediate(() => socket.destroy())
      },
      { connections: 1 },
    )
    const sent: string[] = []
    for (let n = 0; n < 60; n += 1) {
      const path = `/${n}`
      const result = await exchange.exchange(post({ path, beforeDispatch: () => sent.push(path) }))
      if (phaseOf(result) === 'not_sent') expect(sent).not.toContain(path)
    }
    const arrived = requests.map((request) => request.split(' ')[1])
    expect(new Set(arrived).size).toBe(arrived.length)
    expect(new Set(sent).size).toBe(sent.length)
    expect(arrived.every((path) => sent.includes(path ?? ''))).toBe(true)
  })
  it('with the answer half way, the request is not repeated either', async () => {
    const { exchange, requests } = await serving(
      (socket, nth) => {
        if (nth === 1) socket.write(answer('ok'))
        else socket.destroy()
      },
      { connections: 1 },
    )
    await exchange.exchange(post({ path: '/1' }))
    expect(phaseOf(await exchange.exchange(post({ path: '/2' })))).toBe('dispatched')
    expect(phaseOf(await exchange.exchange({ method: 'GET', path: '/3', deadlineMs: DEADLINE_MS }))).toBe('dispatched')
    expect(requests).toHaveLength(3)
  })
})

describe('closing', () => {
  it('ends what is on the wire as what it is: it may have arrived', async () => {
    const arrived = Promise.withResolvers<void>()
    const { exchange } = await serving(() => arrived.resolve())
    const result = exchange.exchange(post())
    await arrived.promise
    await exchange.close()
    expect(phaseOf(await result)).toBe('dispatched')
    expect(phaseOf(await exchange.exchange(post()))).toBe('not_sent')
  })
})

describe('a stream of lines', () => {
  const listening = () => {
    const story: string[] = []
    const closed = Promise.withResolvers<string>()
    const opened = Promise.withResolvers<void>()
    const three = Promise.withResolvers<void>()
    return {
      story,
      closed: closed.promise,
      opened: opened.promise,
      three: three.promise,
      listener: {
        opened: () => opened.resolve(),
        message: (text: string) => {
          story.push(text)
          if (story.length === 3) three.resolve()
        },
        closed: (cause: string) => closed.resolve(cause),
      },
    }
  }
  it('is cut into messages, wherever the bytes are cut', async () => {
    const { exchange } = await serving((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      const bytes = Buffer.from('{"a":"é"}\n\n{"b":2}\n{"c":3}\n{"torn"', 'utf8')
      for (const byte of bytes)
        socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]))
    })
    const { listener, story, three, opened } = listening()
    exchange.open('/v1/stream', listener)
    await opened
    await three
    expect(story).toEqual(['{"a":"é"}', '{"b":2}', '{"c":3}'])
  })
  it.each([
    ['refused', (socket: Socket) => socket.write(answer('no', '503 Service Unavailable'))],
    ['ended', (socket: Socket) => socket.write(answer(''))],
    ['cut off', (socket: Socket) => socket.destroy()],
    [
      'flooded without a line break',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n')
        socket.write('x'.repeat(5_000_000))
      },
    ],
  ])('%s, it is closed, once, and says so', async (_how, script) => {
    const { exchange } = await serving(script)
    const { listener, closed, story } = listening()
    exchange.open('/v1/stream', listener)
    expect(await closed).toBeTypeOf('string')
    expect(story).toEqual([])
  })
  it('closed by us, it says nothing more', async () => {
    const { exchange, sockets } = await serving((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
    )
    const { listener, opened, story, closed } = listening()
    const stream = exchange.open('/v1/stream', listener)
    await opened
    const [socket] = sockets
    const gone = once(socket as Socket, 'close')
    stream.close()
    await gone
    expect(story).toEqual([])
    expect(await Promise.race([closed, Promise.resolve('silent')])).toBe('silent')
  })
})
