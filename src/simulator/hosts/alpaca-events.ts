import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AlpacaVenue } from '../faces/alpaca/alpaca-venue.ts'
import { EVENTS_PATH, readSpan, tailEvents } from '../faces/alpaca/event-tail.ts'
import { Refused } from '../faces/alpaca/refused.ts'
import { jsonAnswer } from '../faces/alpaca/venue-exchange.ts'
import { headersOf } from './alpaca-streams.ts'
import { deliver } from './deliver.ts'

const HEARTBEAT_MS = 15_000

export const wantsEvents = ({ method, url = '' }: IncomingMessage): boolean =>
  method === 'GET' && url.split('?', 1)[0] === EVENTS_PATH

/** The trade events as server-sent events, for readers that come back and want what they missed. */
export function serveEvents(venue: AlpacaVenue, request: IncomingMessage, response: ServerResponse): void {
  const { refused, headers } = venue.admit(headersOf(request))
  try {
    const span = readSpan(venue, new URL(request.url ?? '/', 'http://venue').searchParams)
    if (refused === undefined) tail(venue, span, response, headers)
    else deliver(response, { answer: refused, waitMs: 0, manner: 'whole', pauseMs: 0 })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const answer = jsonAnswer(error.status, error.body, headers)
    deliver(response, { answer, waitMs: 0, manner: 'whole', pauseMs: 0 })
  }
}

function tail(
  venue: AlpacaVenue,
  span: Parameters<typeof tailEvents>[1],
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(':heartbeat\n\n')
  const beating = setInterval(() => response.write(':heartbeat\n\n'), HEARTBEAT_MS)
  const stop = tailEvents(venue, span, { send: (line) => void response.write(line), end: () => void response.end() })
  response.on('close', () => {
    clearInterval(beating)
    stop()
  })
}
