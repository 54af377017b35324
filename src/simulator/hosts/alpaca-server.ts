import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AlpacaOptions, USUAL_KEYS, USUAL_SEED } from '../faces/alpaca/alpaca-options.ts'
import { type AlpacaRequest, AlpacaVenue } from '../faces/alpaca/alpaca-venue.ts'
import { ControlFace, controlText } from '../faces/alpaca/control-face.ts'
import { type Rule, readScript, rulesFromList } from '../faces/alpaca/script.ts'
import { type Delivery, jsonAnswer } from '../faces/alpaca/venue-exchange.ts'
import { seededRandom } from '../seeded-random.ts'
import { serveEvents, wantsEvents } from './alpaca-events.ts'
import { AlpacaStreams, headersOf } from './alpaca-streams.ts'
import { deliver } from './deliver.ts'
import { closeServer, LOOPBACK, listenOn, wholeBody } from './listening-server.ts'
import { SimClock } from './sim-clock.ts'

/**
 * The simulated Alpaca on sockets of this machine: one port speaks its protocol, the other one is for whoever runs it.
 * Guarantees: nothing is sent that the journal does not know; closing ends every connection and every timer.
 */
export interface SimulatorOptions extends AlpacaOptions {
  readonly port?: number
  readonly control_port?: number
  /** As on the command line: `answer-lost,slow-answer=0.2`. */
  readonly faults?: string
  /** The text of a script. */
  readonly script?: string
  readonly speed?: number
  /** Where the clock starts, in milliseconds since the epoch. */
  readonly at?: number
}
export interface AlpacaSimulator {
  /** The base of the trading and of the data paths. */
  readonly url: string
  readonly streamUrl: string
  readonly controlUrl: string
  readonly keyId: string
  readonly secretKey: string
  /** The control port without a socket: `control.handle('POST', '/price', '{"symbol": "AAPL", "price": "150"}')`. */
  readonly control: ControlFace
  readonly clock: SimClock
  venue(): AlpacaVenue
  close(): Promise<void>
}

const KEEP_ALIVE_MS = 60_000

export async function startAlpacaSimulator(options: SimulatorOptions = {}): Promise<AlpacaSimulator> {
  const rules = rulesOf(options)
  const clock = new SimClock({ at: options.at, speed: options.speed })
  const open = (): AlpacaVenue => openVenue(options, rules, clock)
  let venue = open()
  const streams = new AlpacaStreams(() => venue)
  const control = new ControlFace({
    venue: () => venue,
    clock,
    closeStreams: (how) => streams.closeAll(how),
    reset: () => {
      venue.close()
      streams.closeAll('closed')
      venue = open()
    },
  })
  const trading = createServer({ noDelay: true }, (request, response) => serve(venue, request, response))
  // A connection that a client keeps for later is not closed under its next request.
  trading.keepAliveTimeout = KEEP_ALIVE_MS
  trading.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head))
  const controlServer = createServer((request, response) => serveControl(control, request, response))
  const port = await listenOn(trading, options.port ?? 0)
  const controlPort = await listenOn(controlServer, options.control_port ?? 0).catch(async (error: unknown) => {
    await closeServer(trading)
    throw error
  })
  return {
    url: `http://${LOOPBACK}:${port}`,
    streamUrl: `ws://${LOOPBACK}:${port}/stream`,
    controlUrl: `http://${LOOPBACK}:${controlPort}`,
    keyId: options.key_id ?? USUAL_KEYS.keyId,
    secretKey: options.secret_key ?? USUAL_KEYS.secretKey,
    control,
    clock,
    venue: () => venue,
    close: async () => {
      venue.close()
      clock.stop()
      streams.stop()
      await Promise.all([closeServer(trading), closeServer(controlServer)])
    },
  }
}

function rulesOf({ faults = '', script }: SimulatorOptions): readonly Rule[] {
  return [...rulesFromList(faults), ...(script === undefined ? [] : readScript(script))]
}

function openVenue(options: SimulatorOptions, rules: readonly Rule[], clock: SimClock): AlpacaVenue {
  const random = seededRandom(options.seed ?? USUAL_SEED)
  const venue = new AlpacaVenue(options, { now: clock.now, timers: clock.timers, random })
  venue.script.arm(rules)
  return venue
}

function serve(venue: AlpacaVenue, request: IncomingMessage, response: ServerResponse): void {
  // The hour of an answer is the venue's, wherever its clock was set.
  response.setHeader('date', new Date(venue.parts.now()).toUTCString())
  if (wantsEvents(request)) {
    serveEvents(venue, request, response)
    return
  }
  wholeBody(request, (body) => {
    const { method = 'GET', url: path = '/' } = request
    deliver(response, exchanged(venue, { method, path, headers: headersOf(request), body }))
  })
}

/** A fault of the simulator itself is told as one, so that nobody takes it for something that was ordered. */
function exchanged(venue: AlpacaVenue, request: AlpacaRequest): Delivery {
  try {
    return venue.exchange(request)
  } catch (error) {
    const message = `the simulator failed: ${error instanceof Error ? error.message : String(error)}`
    return { answer: jsonAnswer(500, { message }), waitMs: 0, manner: 'whole', pauseMs: 0 }
  }
}

function serveControl(control: ControlFace, request: IncomingMessage, response: ServerResponse): void {
  wholeBody(request, (body) => {
    const answer = control.handle(request.method ?? 'GET', request.url ?? '/', body)
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(`${controlText(answer)}\n`)
  })
}
