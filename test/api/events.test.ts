import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { HandTime } from '../support/hand-time.ts'
import { KEYS, type ListeningApi, listeningApi, orderOf, signal } from '../support/listening-api.ts'

interface Told {
  readonly id: string
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}
interface Stream {
  readonly response: IncomingMessage
  readonly text: () => string
  /** The id that came before the first event. */
  readonly start: () => Promise<string>
  take(count: number): Promise<Told[]>
  readonly ended: Promise<void>
  close(): void
}

/** Reads a stream as a browser's EventSource would. */
function listen({ port }: ListeningApi, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path: '/v1/events',
      headers: { authorization: `Bearer ${KEYS.read}`, ...headers },
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      let text = ''
      const waiting = new Set<() => void>()
      const wake = () => {
        for (const one of waiting) one()
      }
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        wake()
      })
      response.on('error', () => undefined)
      const ended = new Promise<void>((done) => response.on('close', () => done()))
      void ended.then(wake)
      const until = async (isThere: () => boolean) => {
        while (!isThere() && !response.closed) await new Promise<void>((again) => waiting.add(again))
      }
      const events = () =>
        [...text.matchAll(/^id: (.*)\nevent: (.*)\ndata: (.*)\n\n/gm)].map(([, id = '', event = '', data = '']) => ({
          id,
          event,
          data: JSON.parse(data),
        }))
      resolve({
        response,
        text: () => text,
        start: async () => {
          await until(() => /^id: .*\n\n/m.test(text))
          return /^id: (.*)\n\n/m.exec(text)?.[1] ?? ''
        },
        take: async (count) => {
          await until(() => events().length >= count)
          return events().slice(0, count)
        },
        ended,
        close: () => asked.destroy(),
      })
    })
    asked.end()
  })
}
const take = async (api: ListeningApi, fields: object = {}) =>
  orderOf(await api.send('/v1/signals', { json: signal({ ...fields }) }))

describe('the stream of events', () => {
  it('tells each event once it is committed, as the audit line, with an id to go on from', async () => {
    const api = await listeningApi()
    const stream = await listen(api)
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    await stream.start()
    const { id } = await take(api)
    const [first] = await stream.take(1)
    expect(first).toMatchObject({
      id: 'paper:1',
      event: 'order.created',
      data: { event_id: `${id}-1`, order_seq: 1, account_seq: 1, symbol: 'AAPL' },
    })
    expect(stream.text()).toMatch(/^retry: 2000\nid: paper:0\n\n/)
    stream.close()
  })
  it('goes on behind Last-Event-ID without a gap and without a repeat', async () => {
    const api = await listeningApi()
    const { id } = await take(api)
    api.desk.work(id)
    const stream = await listen(api, { 'last-event-id': 'paper:1' })
    expect((await stream.take(3)).map(({ event, id: place }) => [event, place])).toEqual([
      ['order.submitting', 'paper:2'],
      ['order.submitted', 'paper:3'],
      ['order.accepted', 'paper:4'],
    ])
    api.desk.fill(id)
    expect((await stream.take(4)).at(-1)).toMatchObject({ event: 'order.filled', id: 'paper:5' })
    stream.close()
  })
  it('misses nothing when the connection was lost before the first event', async () => {
    const api = await listeningApi()
    const stream = await listen(api)
    const start = await stream.start()
    stream.close()
    await take(api)
    const again = await listen(api, { 'last-event-id': start })
    expect((await again.take(1))[0]).toMatchObject({ event: 'order.created', id: 'paper:1' })
    again.close()
  })
  it.each(['nonsense', 'paper:-1', 'paper:1,paper:2', 'paper:99999999999999999', `${'x'.repeat(9_000)}:1`])(
    'refuses a place that is none: %s',
    async (place) => {
      const api = await listeningApi()
      const told = await api.send('/v1/events', { headers: { 'last-event-id': place } })
      expect(told).toMatchObject({ status: 400, json: { code: 'events.position' } })
    },
  )
  it('is open to as many as may listen, and to the next once one has gone', async () => {
    const api = await listeningApi({ limits: { eventStreams: 2 } })
    const [one, two] = [await listen(api), await listen(api)]
    const told = await api.send('/v1/events')
    expect(told).toMatchObject({ status: 503, json: { code: 'events.too_many' } })
    expect(told.headers.get('retry-after')).toBe('5')
    one.close()
    let three = await listen(api)
    while (three.response.statusCode !== 200) three = await listen(api)
    two.close()
    three.close()
  })
  it('ends when the server closes', async () => {
    const api = await listeningApi()
    const stream = await listen(api)
    await stream.start()
    await api.app.close()
    await stream.ended
  })
  it('ends with an error of the feed, and the log knows it', async () => {
    const events = {
      parsePosition: () => undefined,
      formatPosition: () => 'paper:0',
      heads: async () => new Map(),
      read: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the store is gone')) }),
      }),
    }
    const api = await listeningApi({ events })
    const stream = await listen(api)
    await stream.ended
    expect(api.logged).toMatchObject([{ event: 'api.events_failed' }])
  })
  it('tells a reader that was overtaken where to begin again, and lets go of it', async () => {
    const events = {
      parsePosition: () => undefined,
      formatPosition: () => 'paper:0',
      heads: async () => new Map(),
      read: async function* () {
        yield { kind: 'dropped', after: 'paper:7' } as const
      },
    }
    const stream = await listen(await listeningApi({ events }))
    await stream.ended
    expect(stream.text()).toContain('id: paper:7\nevent: dropped\ndata: {}\n\n')
  })
})

describe('a listener', () => {
  it('hears a sign of life while nothing happens', async () => {
    const time = new HandTime(0)
    const api = await listeningApi({ timers: time, limits: { heartbeatMs: 15_000 } })
    const stream = await listen(api)
    await stream.start()
    await time.pass(15_000)
    await time.pass(15_000)
    await take(api)
    await stream.take(1)
    expect(stream.text().match(/^: still here$/gm)).toHaveLength(2)
    stream.close()
  })
  it('that came with a session hears nothing after its end', async () => {
    const api = await listeningApi()
    const told = await api.send('/v1/session', { json: { key: KEYS.read }, key: 'none' })
    const cookie = told.headers.get('set-cookie')?.split(';')[0] ?? ''
    const stream = await listen(api, { authorization: '', cookie })
    expect(stream.response.statusCode).toBe(401)
    stream.close()

    const withCookie = await new Promise<IncomingMessage>((resolve) => {
      request({ host: '127.0.0.1', port: api.port, path: '/v1/events', headers: { cookie } }, resolve).end()
    })
    expect(withCookie.statusCode).toBe(200)
    let text = ''
    withCookie.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    await api.send('/v1/session', { method: 'DELETE', key: 'none', headers: { cookie } })
    await take(api)
    await new Promise((resolve) => withCookie.on('close', resolve))
    expect(text).not.toContain('order.created')
  })
  it('that does not read is let go of after two signs of life', async () => {
    const time = new HandTime(0)
    const line = JSON.stringify({ v: 1, padding: 'x'.repeat(60_000) })
    let told = 0
    const events = {
      parsePosition: () => undefined,
      formatPosition: () => 'paper:0',
      heads: async () => new Map(),
      read: async function* ({ signal: stop }: { signal: AbortSignal }) {
        while (!stop.aborted) {
          told += 1
          yield {
            kind: 'event',
            id: `paper:${told}`,
            event: { event: 'x', eventId: 'x', at: 0, line, account: 'paper', accountSeq: told },
          } as const
        }
      },
    }
    const api = await listeningApi({ events, timers: time, limits: { heartbeatMs: 15_000 } })
    const response = await new Promise<IncomingMessage>((resolve) => {
      request(
        { host: '127.0.0.1', port: api.port, path: '/v1/events', headers: { authorization: `Bearer ${KEYS.read}` } },
        resolve,
      ).end()
    })
    response.pause()
    const closed = new Promise<void>((resolve) => response.on('close', resolve))
    response.on('error', () => undefined)
    for (let seen = -1; seen !== told; ) {
      seen = told
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(told).toBeLessThan(2_000)
    for (let beat = 0; beat < 3; beat += 1) await time.pass(15_000)
    response.resume()
    await closed
  })
})
