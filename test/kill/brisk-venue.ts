import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Decimal, max } from '../../src/core/money.ts'
import { type PaperFace, paperFace } from '../../src/simulator/faces/paper-face.ts'
import type { FillModel } from '../../src/simulator/fill-model.ts'
import { realTimers, steadyNow } from '../../src/simulator/hosts/real-time.ts'
import { MemoryJournal } from '../../src/simulator/memory-journal.ts'
import { seededRandom } from '../../src/simulator/seeded-random.ts'
import { Venue } from '../../src/simulator/venue.ts'
import { venueRules } from '../../src/simulator/venue-options.ts'
import { truthOf, type VenueTruth } from './venue-truth.ts'

/** Two executions for every order that crosses, soon, and a market that stands still: a life without waiting. */
const BRISK: FillModel = {
  arrivalMs: () => 10,
  turnsDown: () => false,
  pauseMs: () => 30,
  cancelMs: () => 10,
  slice: (rest, lot) => (rest.greaterThan(TEN_LOTS(lot)) ? max(lot, TEN_LOTS(lot)) : rest),
  keepsItsWord: true,
  restlessness: 0,
}
const TEN_LOTS = <T extends Decimal>(lot: T): T => [...Array(9)].reduce((sum) => sum.plus(lot), lot)

/** The paper venue on a socket of the harness: a process apart from the daemon, with its memory at hand. */
export interface BriskVenue extends AsyncDisposable {
  readonly url: string
  truth(): VenueTruth
  /** When each new order came, by this process's steady clock. */
  readonly arrivals: readonly number[]
}

export async function openBriskVenue(): Promise<BriskVenue> {
  const rules = { ...venueRules({ cash: '1000000000', allow_short: true }), model: BRISK }
  const random = seededRandom('brisk')
  const venue = new Venue({ rules, now: steadyNow(), timers: realTimers, random, journal: new MemoryJournal() })
  const face = paperFace(venue)
  const arrivals: number[] = []
  const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
    if (request.method === 'POST' && request.url === '/v1/orders') arrivals.push(performance.now())
    if (request.url?.startsWith('/v1/stream') === true) stream(face, response)
    else void answer(face, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    truth: () => truthOf(venue),
    arrivals,
    [Symbol.asyncDispose]: async () => {
      venue.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(face: PaperFace, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  // A request that ends in the middle was never received: whoever sent it is gone.
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  if (!request.complete) return
  const answered = face.handle({ method: request.method ?? 'GET', path: request.url ?? '/', body })
  const length = Buffer.byteLength(answered.body)
  response.writeHead(answered.status, { 'content-type': 'application/json', 'content-length': length })
  response.end(answered.body)
}

function stream(face: PaperFace, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  response.flushHeaders()
  response.on(
    'close',
    face.subscribe((message) => response.write(`${message}\n`)),
  )
}
