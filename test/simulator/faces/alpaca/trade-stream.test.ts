import { describe, expect, it } from 'vitest'
import { TradeStream } from '../../../../src/simulator/faces/alpaca/trade-stream.ts'
import { AlpacaAtHand, type Json, samples } from './alpaca-at-hand.ts'

interface Frame {
  readonly name: string
  readonly message: Json
  readonly answer?: Json
}
const FRAMES = Object.fromEntries((samples('stream-control-frames').frames as Frame[]).map((one) => [one.name, one]))
const KEY = { key: 'PKSIMULATED000000000', secret: 'simulated-secret' }

/** A client on the stream: what it heard, and how its connection ended. */
function connected(venue: AlpacaAtHand, rule?: Json) {
  if (rule !== undefined) venue.control('POST', '/faults', rule)
  const heard: Json[] = []
  const ended: string[] = []
  const wire = {
    send: (text: string) =>
      void heard.push(text.startsWith('{"stream":"trade_upd') && !text.endsWith('}') ? { text } : JSON.parse(text)),
    end: (how: string) => void ended.push(how),
  }
  const stream = new TradeStream(venue.venue, wire, { isAuthorized: false, orders: venue.venue.ordersForConnection() })
  const events = (): unknown[] =>
    heard.filter(({ stream }) => stream === 'trade_updates').map(({ data }) => (data as Json).event)
  return { stream, heard, ended, events }
}
function listening(venue: AlpacaAtHand, rule?: Json) {
  const client = connected(venue, rule)
  client.stream.receive({ action: 'auth', ...KEY })
  client.stream.receive(FRAMES.listen?.message)
  return client
}

describe('the hand-shake', () => {
  it('says nothing first, then authorizes in the current form and in the old one', () => {
    const { stream, heard } = connected(new AlpacaAtHand())
    expect(heard).toEqual([])
    stream.receive({ action: 'auth', ...KEY })
    stream.receive({ action: 'authenticate', data: { key_id: KEY.key, secret_key: KEY.secret } })
    expect(heard).toEqual([FRAMES.authorized?.message, FRAMES.authorized_with_deprecation_note?.message])
  })
  it('refuses other keys, and whoever listens first', () => {
    const { stream, heard } = connected(new AlpacaAtHand())
    stream.receive(FRAMES.listen?.message)
    stream.receive(FRAMES.auth_current?.message)
    expect(heard).toEqual([FRAMES.listen_before_auth?.message, FRAMES.unauthorized?.message])
  })
  it('answers a list of streams with those it has; an empty one stops', () => {
    const venue = new AlpacaAtHand()
    const { stream, heard, events } = listening(venue)
    for (const name of ['listen_unknown_stream', 'stop_listening']) {
      stream.receive(FRAMES[name]?.message)
      expect(heard.at(-1)).toEqual(FRAMES[name]?.answer)
    }
    venue.submit()
    venue.clock.advance(100)
    expect(events()).toEqual([])
  })
  it('answers what it cannot read with an error and stays', () => {
    const { stream, heard } = listening(new AlpacaAtHand())
    stream.receive(undefined)
    stream.receive({ action: 'dance' })
    expect(heard.slice(-2).map(({ action }) => action)).toEqual(['error', 'error'])
  })
})

describe('events', () => {
  const traded = (rule?: Json) => {
    const venue = new AlpacaAtHand()
    const client = listening(venue, rule)
    venue.submit({ type: 'market' })
    venue.clock.advance(300)
    return { venue, ...client }
  }
  it('come in the order in which things happened, from the answer on', () => {
    expect(traded().events()).toEqual(['pending_new', 'new', 'fill'])
  })
  it('have ids that sort like them', () => {
    const ids = traded().heard.flatMap(({ data }) => (data as Json).event_id ?? [])
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(3)
  })
  it.each([
    ['frame-dropped', ['pending_new', 'fill']],
    ['frame-duplicated', ['pending_new', 'new', 'new', 'fill']],
    ['frame-reordered', ['pending_new', 'fill', 'new']],
    ['frame-late', ['pending_new', 'fill', 'new']],
    ['stream-silent', ['pending_new']],
  ])('%s of "new" makes it %j', (name, events) => {
    expect(traded({ do: name, ms: 200, when: { event: 'new' } }).events()).toEqual(events)
  })
  it.each([
    ['stream-closed', 'closed'],
    ['stream-reset', 'reset'],
  ])('%s ends the connection instead', (name, how) => {
    expect(traded({ do: name, when: { event: 'fill' } })).toMatchObject({ ended: [how] })
  })
  it('frame-unreadable adds one that is not JSON', () => {
    expect(
      traded({ do: 'frame-unreadable', when: { event: 'new' } }).heard.some(({ text }) => text !== undefined),
    ).toBe(true)
  })
  it('frame-reordered lets a last frame go after a while', () => {
    expect(traded({ do: 'frame-reordered', ms: 50, when: { event: 'fill' } }).events()).toEqual([
      'pending_new',
      'new',
      'fill',
    ])
  })
})

describe('a connection', () => {
  it('auth-unanswered never hears whether it is authorized, and may listen all the same', () => {
    expect(listening(new AlpacaAtHand(), { do: 'auth-unanswered' }).heard).toEqual([FRAMES.listening?.message])
  })
  it('listen-unanswered hears that it is authorized, and nothing after', () => {
    const venue = new AlpacaAtHand()
    const { heard } = listening(venue, { do: 'listen-unanswered' })
    venue.submit()
    venue.clock.advance(100)
    expect(heard).toEqual([FRAMES.authorized?.message])
  })
  it('reconnect-storm ends each one soon after it listens', () => {
    const venue = new AlpacaAtHand()
    const first = listening(venue, { do: 'reconnect-storm', times: 2 })
    const second = listening(venue)
    const third = listening(venue)
    venue.clock.advance(300)
    expect([first.ended, second.ended, third.ended]).toEqual([['closed'], ['closed'], []])
  })
  it('is one of several, and each hears everything', () => {
    const venue = new AlpacaAtHand()
    const clients = [listening(venue), listening(venue)]
    venue.submit()
    venue.clock.advance(100)
    expect(clients.map(({ events }) => events())).toEqual([
      ['pending_new', 'new'],
      ['pending_new', 'new'],
    ])
  })
})
