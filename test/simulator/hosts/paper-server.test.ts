import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PaperOptions } from '../../../src/simulator/hosts/open-venues.ts'
import { servePaper } from '../../../src/simulator/hosts/paper-server.ts'
import { paperProtocol } from '../faces/paper-protocol.ts'
import { scratchFile } from '../scratch-file.ts'
import { WakeUp } from './wake-up.ts'

async function serve(options: PaperOptions): Promise<string> {
  const server = await servePaper(options)
  onTestFinished(() => server.close())
  return server.url
}

const agent = new Agent({ keepAlive: true })
interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly account?: string
}
const open = (url: string, { method, path, body, account }: Asked): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = account === undefined ? {} : { 'x-account': account }
    httpRequest(url + path, { method, headers, agent }, resolve)
      .on('error', reject)
      .end(body)
  })
async function ask(url: string, asked: Asked) {
  const response = await open(url, asked)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
}
async function follow(url: string, account?: string): Promise<WakeUp> {
  const told = new WakeUp()
  const stream = await open(url, { method: 'GET', path: '/v1/stream', ...(account === undefined ? {} : { account }) })
  // The server goes with its test; that this breaks the stream is no news.
  stream.on('error', () => {})
  createInterface(stream)
    .on('line', told.take)
    .on('error', () => {})
  return told
}

paperProtocol('over HTTP', async (options) => {
  const url = await serve(options)
  const told = await follow(url)
  return { messages: told.messages, nextMessage: () => told.nextMessage(), exchange: (asked) => ask(url, asked) }
})

const resting = (id: string): string =>
  JSON.stringify({
    client_order_id: id,
    symbol: 'AAPL',
    side: 'buy',
    type: 'limit',
    time_in_force: 'gtc',
    quantity: '1',
    limit_price: '200',
  })
const submission = (id: string, account?: string): Asked => ({
  method: 'POST',
  path: '/v1/orders',
  body: resting(id),
  ...(account === undefined ? {} : { account }),
})

describe('the paper server', () => {
  it('keeps accounts apart and knows no others', async () => {
    const url = await serve({ accounts: { one: { cash: '1000' }, two: { cash: '2000' } } })
    const streams = [await follow(url, 'one'), await follow(url, 'two')]
    expect((await ask(url, submission('same', 'one'))).status).toBe(201)
    expect((await ask(url, submission('same', 'two'))).status).toBe(201)
    expect((await ask(url, submission('same'))).status).toBe(422)
    expect(JSON.parse((await ask(url, submission('same', 'three'))).body)).toMatchObject({ code: 'unknown_account' })
    const cash = async (account: string) =>
      JSON.parse((await ask(url, { method: 'GET', path: '/v1/account', account })).body).cash
    expect([await cash('one'), await cash('two')]).toEqual(['1000', '2000'])
    for (const stream of streams) while (stream.messages.length < 1) await stream.nextMessage()
    expect(streams.map(({ messages }) => messages.length)).toEqual([1, 1])
  })

  it('ends the connection of a body that is too large, and goes on', async () => {
    const url = await serve({})
    await expect(ask(url, { method: 'POST', path: '/v1/orders', body: 'x'.repeat(70_000) })).rejects.toThrow()
    expect((await ask(url, submission('after'))).status).toBe(201)
  })

  it('remembers in its file', async () => {
    const stateFile = scratchFile()
    const first = await servePaper({ stateFile })
    const { body } = await ask(first.url, submission('kept'))
    await first.close()
    const url = await serve({ stateFile })
    expect((await ask(url, { method: 'GET', path: '/v1/orders/by-client-id/kept' })).body).toBe(body)
  })

  it('fails to start, and leaves nothing open, where it cannot listen', async () => {
    const stateFile = scratchFile()
    const { port } = new URL(await serve({}))
    await expect(servePaper({ port: Number(port), stateFile })).rejects.toThrow('EADDRINUSE')
    await (await servePaper({ stateFile })).close()
  })
})
