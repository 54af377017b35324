import type { ServerResponse } from 'node:http'
import type { Delivery } from '../faces/alpaca/venue-exchange.ts'

/** Puts an answer on the wire, in the manner it was ordered. The waits are real time, since the client's patience is. */
export function deliver(response: ServerResponse, delivery: Delivery): void {
  if (delivery.waitMs === 0) send(response, delivery)
  else later(() => send(response, delivery), delivery.waitMs)
}

function send(response: ServerResponse, delivery: Delivery): void {
  const { socket } = response
  const body = Buffer.from(delivery.answer.body)
  const length = { 'content-length': `${body.length}` }
  switch (delivery.manner) {
    case 'never':
      return
    case 'end-without-answer':
      socket?.end()
      return
    case 'reset-before-headers':
      socket?.resetAndDestroy()
      return
    case 'reset-after-headers':
      head(response, delivery, length)
      response.flushHeaders()
      later(() => socket?.resetAndDestroy(), RESET_AFTER_MS)
      return
    case 'slow-close':
      sendThenClose(response, delivery, body)
      return
    case 'byte-by-byte':
      head(response, delivery, length)
      dribble(response, body, delivery.pauseMs)
      return
    case 'whole':
      head(response, delivery, length)
      response.end(body)
  }
}

/** An answer that is still to come keeps no process alive: its connection does. */
const later = (run: () => void, ms: number): void => void setTimeout(run, ms).unref()

/** Long enough for the head to leave; a reset would take it along. */
const RESET_AFTER_MS = 20

function head(response: ServerResponse, { answer }: Delivery, more: Readonly<Record<string, string>>): void {
  const { 'content-type': type, ...headers } = answer.headers
  const hasBody = answer.status !== 204
  response.writeHead(answer.status, {
    ...headers,
    ...(hasBody ? { 'content-type': type ?? 'text/plain', ...more } : {}),
  })
}

function sendThenClose(response: ServerResponse, delivery: Delivery, body: Buffer): void {
  response.useChunkedEncodingByDefault = false
  head(response, delivery, { connection: 'close' })
  response.write(body)
  later(() => response.end(), delivery.pauseMs)
}

function dribble(response: ServerResponse, body: Buffer, pauseMs: number, at = 0): void {
  if (at >= body.length) response.end()
  if (at >= body.length || response.destroyed) return
  response.write(body.subarray(at, at + 1), () => later(() => dribble(response, body, pauseMs, at + 1), pauseMs))
}
