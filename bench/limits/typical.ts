/**
 * The typical stack, doing the limit's work in the way most services do it: a web framework, a schema check, a query
 * builder with a commit per step, and `fetch` for each order. Same tables, same durability, same venue.
 */
import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import { z } from 'zod'
import { kyselyOnNodeSqlite } from './kysely-on-node-sqlite.ts'
import { accepted, acceptedEvent, answerBody, createdEvent, hashOf, orderFrom, SCHEMA, venueRequest } from './work.ts'

const { values: args } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    venue: { type: 'string', default: '' },
    store: { type: 'string', default: '' },
  },
})

const Signal = z.object({
  signal_id: z.string().min(1).max(128),
  strategy: z.string().min(1).max(64),
  symbol: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  quantity: z.string().regex(/^\d+(\.\d+)?$/),
  reference_price: z.string().regex(/^\d+(\.\d+)?$/),
  generated_at: z.iso.datetime().optional(),
  confidence: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
})

const db = kyselyOnNodeSqlite(args.store, SCHEMA)
const app = Fastify()

app.get('/health/ready', async () => ({ ready: true }))
app.post('/v1/signals', async (request, reply) => {
  const signal = Signal.parse(request.body)
  const text = JSON.stringify(signal)
  const order = { ...orderFrom(signal), status: 'created', order_seq: 1 }
  const payload = venueRequest(order)
  await db
    .insertInto('signals')
    .values({ signal_id: signal.signal_id, received_at: order.created_at, hash: hashOf(text), body: text })
    .execute()
  await db
    .insertInto('orders')
    .values({
      id: order.id,
      client_order_id: order.client_order_id,
      signal_id: order.signal_id,
      status: 'created',
      order_seq: 1,
      body: createdEvent(order),
    })
    .execute()
  await db.updateTable('orders').set({ status: 'submitted', order_seq: 2 }).where('id', '=', order.id).execute()

  const response = await fetch(`${args.venue}/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: payload,
  })
  if (response.status !== 201) throw new Error(`the venue answered ${response.status}`)
  const answer = z.looseObject({ id: z.string() }).parse(await response.json())

  const working = accepted(order, answer.id)
  await db
    .updateTable('orders')
    .set({ status: working.status, order_seq: 3, body: JSON.stringify(working) })
    .where('id', '=', order.id)
    .execute()
  await db
    .insertInto('events')
    .values({ order_id: order.id, order_seq: 3, event: 'order.accepted', body: acceptedEvent(working, answer) })
    .execute()
  return reply.code(202).type('application/json').send(answerBody(working))
})

await app.listen({ port: Number(args.port), host: '127.0.0.1' })
process.on('SIGTERM', () => process.exit(0))
