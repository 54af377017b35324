/**
 * The limit: the least program that takes a signal over HTTP, commits it, posts the order, commits the answer and
 * answers, with the durability the product promises (WAL, full sync). No validation, no risk, no log: nothing else.
 * `--commit sync` commits in the main thread, `--commit group` on a worker, all waiting commits with one flush.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { Pool } from 'undici'
import { answerWrites, intentWrites, openDurableStore, type Write } from './durable-store.ts'
import { accepted, answerBody, orderFrom, venueRequest } from './work.ts'

const { values: args } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    venue: { type: 'string', default: '' },
    store: { type: 'string', default: '' },
    commit: { type: 'string', default: 'sync' },
  },
})
type Commit = (writes: Write[]) => void | Promise<void>

function syncCommit(path: string): Commit {
  const store = openDurableStore(path)
  return (writes) => store([writes])
}

function groupCommit(path: string): Commit {
  const worker = new Worker(new URL('./commit-worker.ts', import.meta.url), { workerData: path })
  worker.on('error', (cause) => {
    throw cause
  })
  let waiting: Write[][] = []
  let resolvers: (() => void)[] = []
  let inFlight: (() => void)[] = []
  const post = (): void => {
    if (inFlight.length > 0 || waiting.length === 0) return
    worker.postMessage(waiting)
    inFlight = resolvers
    waiting = []
    resolvers = []
  }
  worker.on('message', () => {
    const committed = inFlight
    inFlight = []
    post()
    for (const resolve of committed) resolve()
  })
  return (writes) =>
    new Promise((resolve) => {
      waiting.push(writes)
      resolvers.push(resolve)
      // What arrives in this turn of the loop shares the flush.
      if (waiting.length === 1) queueMicrotask(post)
    })
}

const commit = args.commit === 'group' ? groupCommit(args.store) : syncCommit(args.store)
const venue = new Pool(args.venue, { connections: 64, pipelining: 1 })
const headers = { 'content-type': 'application/json' }

async function submit(signalText: string): Promise<string> {
  const order = orderFrom(JSON.parse(signalText))
  const body = venueRequest(order)
  await commit(intentWrites(signalText, order, body))
  const response = await venue.request({ method: 'POST', path: '/v1/orders', headers, body })
  const answer = JSON.parse(await response.body.text())
  if (response.statusCode !== 201) throw new Error(`the venue answered ${response.statusCode}`)
  const working = accepted(order, answer.id)
  await commit(answerWrites(working, answer))
  return answerBody(working)
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'POST') {
    response.writeHead(200).end()
    return
  }
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', async () => {
    try {
      const body = await submit(text)
      response.writeHead(202, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
    } catch (cause) {
      response.writeHead(500).end(String(cause))
    }
  })
}

createServer(handle).listen(Number(args.port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
