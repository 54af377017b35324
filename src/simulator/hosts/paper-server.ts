import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { PaperFace } from '../faces/paper-face.ts'
import { type OpenVenues, openVenues, type PaperOptions } from './open-venues.ts'

/**
 * The paper venue on a socket of this machine. Guarantees: an answer leaves after the venue has booked; every subscriber
 * of `GET /v1/stream` gets every event from its answer's head on, in order, or its connection ends; nothing is dropped
 * in between.
 */
export interface PaperServer {
  readonly url: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const LARGEST_BODY = 64 * 1024
/** A subscriber this far behind is cut off: it has to read the orders anew anyway. */
const MOST_UNREAD = 8 * 1024 * 1024

export async function servePaper({
  port = 0,
  ...options
}: PaperOptions & { readonly port?: number }): Promise<PaperServer> {
  const venues = openVenues(options)
  const server = createServer({ keepAlive: true, noDelay: true }, (request, response) =>
    answer(venues, request, response),
  )
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  }).catch((error: unknown) => {
    venues.close()
    throw error
  })
  const address = server.address()
  return {
    url: `http://${HOST}:${typeof address === 'object' ? address?.port : port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      venues.close()
    },
  }
}

function answer(venues: OpenVenues, request: IncomingMessage, response: ServerResponse): void {
  const named = request.headers['x-account']
  const account = typeof named === 'string' ? named : undefined
  const face = venues.faceOf(account)
  const { method = 'GET', url: path = '/' } = request
  if (face === undefined)
    send(response, 404, JSON.stringify({ code: 'unknown_account', message: `no account ${account}` }))
  else if (method === 'GET' && path.split('?', 1)[0] === '/v1/stream') stream(face, response)
  else
    readBody(
      request,
      (body) => handle(face, { method, path, body }, response),
      () => response.destroy(),
    )
}

function handle(
  face: PaperFace,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
  response: ServerResponse,
): void {
  try {
    const answered = face.handle({ method, path, body })
    send(response, answered.status, answered.body)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    send(response, 500, JSON.stringify({ code: 'venue_failure', message }))
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  const length = Buffer.byteLength(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length })
  response.end(body)
}

function readBody(request: IncomingMessage, done: (body: string) => void, tooLarge: () => void): void {
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > LARGEST_BODY) tooLarge()
    else chunks.push(chunk)
  })
  request.on('end', () => {
    if (size <= LARGEST_BODY) done(Buffer.concat(chunks).toString('utf8'))
  })
}

function stream(face: PaperFace, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  response.flushHeaders()
  const stop = face.subscribe((message) => {
    if (response.writableLength > MOST_UNREAD) response.destroy()
    else response.write(`${message}\n`)
  })
  response.on('close', stop)
}
