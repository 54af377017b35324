import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach } from 'vitest'
import { realClock, realTimers } from '../../src/adapters/system/real-clock.ts'
import { realRandom } from '../../src/adapters/system/real-random.ts'
import type { ApiDeps } from '../../src/api/api-deps.ts'
import type { EventSource } from '../../src/api/event-source.ts'
import type { ProblemSeen } from '../../src/api/problem-answers.ts'
import { buildApi } from '../../src/api/server.ts'
import { type OrderId, orderId } from '../../src/core/ids.ts'
import { EventFeed } from '../../src/flow/outbox/event-feed.ts'
import { formatFeedPosition, parseFeedPosition } from '../../src/flow/outbox/feed-position.ts'
import { StandInDesk } from './stand-in-desk.ts'

export const KEYS = {
  read: 'read-key-0123456789',
  trade: 'trade-key-0123456789',
  admin: 'admin-key-0123456789',
} as const
export type KeyName = keyof typeof KEYS

export interface ListeningApi {
  readonly app: FastifyInstance
  readonly desk: StandInDesk
  readonly feed: EventFeed
  readonly url: string
  readonly port: number
  readonly problems: ProblemSeen[]
  /** What was logged at debug: one entry per call. */
  readonly calls: readonly unknown[]
  readonly logged: { readonly event: string; readonly fields?: unknown }[]
  /** With the admin key unless another is named; `none` sends none. */
  send(path: string, options?: SendOptions): Promise<Told>
}
export interface SendOptions {
  readonly method?: string
  readonly json?: unknown
  readonly body?: string | Uint8Array
  readonly key?: KeyName | 'none'
  readonly headers?: Readonly<Record<string, string>>
}
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What the body says, `{}` when it is no JSON. */
  readonly json: Readonly<Record<string, unknown>>
}

const open: FastifyInstance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

/** A real server on a free port, with a stand-in where the desk is; it ends with the test. */
export async function listeningApi(overrides: Partial<ApiDeps> = {}): Promise<ListeningApi> {
  const desk = new StandInDesk()
  const problems: ProblemSeen[] = []
  const logged: { event: string; fields?: unknown }[] = []
  const note = (event: string, fields?: unknown): void => void logged.push({ event, fields })
  const calls: unknown[] = []
  const noteCall = (_event: string, fields?: unknown): void => void calls.push(fields)
  const { source, feed } = feedOf(desk)
  const app = await buildApi({
    commands: desk,
    reader: desk,
    events: source,
    keys: (['read', 'trade', 'admin'] as const).map((role) => ({
      name: `${role}-desk`,
      role,
      key: { reveal: () => KEYS[role] },
    })),
    clock: realClock,
    timers: realTimers,
    random: realRandom(),
    log: { debug: noteCall, info: note, warn: note, error: note },
    version: '0.1.0',
    allowedHosts: ['desk.example'],
    allowedOrigins: ['https://desk.example'],
    metrics: async () => 'surefill_halted 0\n',
    onProblem: (seen) => problems.push(seen),
    isQuarantined: () => false,
    tradingDay: (_account, at) => new Date(at).toISOString().slice(0, 10),
    ...overrides,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  open.push(app)
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return { app, desk, feed, url, port, problems, logged, calls, send: (path, options) => send(url + path, options) }
}

/** The real feed, given what the stand-in commits. */
function feedOf(desk: StandInDesk): { source: EventSource; feed: EventFeed } {
  const feed = new EventFeed({ store: desk, heads: new Map([['paper', 0]]) })
  let delivered = 0
  desk.listen(() => {
    const fresh = desk.events.slice(delivered)
    delivered = desk.events.length
    void feed.deliver(fresh)
  })
  const source: EventSource = {
    parsePosition: parseFeedPosition,
    formatPosition: (position) => formatFeedPosition(position, position.keys().next().value ?? '_'),
    heads: () => feed.positions(),
    read: (from) => feed.read(from),
  }
  return { source, feed }
}

async function send(url: string, { method, json, body, key = 'admin', headers = {} }: SendOptions = {}): Promise<Told> {
  const sent = json === undefined ? body : JSON.stringify(json)
  const response = await fetch(url, {
    method: method ?? (sent === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(key === 'none' ? {} : { authorization: `Bearer ${KEYS[key]}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent as NonNullable<RequestInit['body']> }),
  })
  const text = await response.text()
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}

export function orderOf({ json }: Told): { readonly id: OrderId; readonly [field: string]: unknown } {
  const { order } = json
  if (typeof order === 'object' && order !== null && 'id' in order) return { ...order, id: orderId(String(order.id)) }
  throw new Error(`no order in ${JSON.stringify(json)}`)
}

let signals = 0
export const signal = (fields: Readonly<Record<string, unknown>> = {}) => {
  signals += 1
  return { signal_id: `s-${signals}`, symbol: 'AAPL', side: 'buy', quantity: '10', ...fields }
}
