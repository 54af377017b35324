import { afterEach, describe, expect, it } from 'vitest'
import { startAlpacaSimulator } from '../../src/simulator/hosts/alpaca-server.ts'
import type { OrderView } from '../support/daemon-client.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'

type Simulator = Awaited<ReturnType<typeof startAlpacaSimulator>>
type SimulatorOptions = Parameters<typeof startAlpacaSimulator>[0]

const fromOutside = (name: string): string => `\${${name}}`

const open: { [Symbol.asyncDispose](): PromiseLike<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]()
})

async function trading(options: SimulatorOptions, more: object = {}) {
  const simulator = await startAlpacaSimulator(options)
  open.push({ [Symbol.asyncDispose]: async () => void (await simulator.close()) })
  const daemon = await DaemonProcess.start({
    config: {
      accounts: {
        alpaca: {
          venue: 'alpaca',
          key_id: fromOutside('ALPACA_KEY_ID'),
          secret_key: fromOutside('ALPACA_SECRET_KEY'),
          base_url: simulator.url,
          stream_url: simulator.streamUrl,
        },
      },
      order_management: { time_in_force: 'day' },
      ...more,
    },
    env: { ALPACA_KEY_ID: simulator.keyId, ALPACA_SECRET_KEY: simulator.secretKey },
  })
  open.push(daemon)
  return { simulator, daemon }
}

async function told(simulator: Simulator, method: string, path: string, body: object = {}) {
  return simulator.control.handle(method, path, JSON.stringify(body))
}
interface Entry {
  readonly kind: string
  readonly method?: string
  readonly path?: string
}
async function ordersOnTheWire(simulator: Simulator): Promise<readonly Entry[]> {
  const { json } = await told(simulator, 'GET', '/journal')
  const { entries } = json as { readonly entries: readonly Entry[] }
  return entries.filter(({ kind, method, path }) => kind === 'request' && method === 'POST' && path === '/v2/orders')
}
async function ordersAt(simulator: Simulator): Promise<readonly { readonly id: string }[]> {
  const answer = await fetch(`${simulator.url}/v2/orders?status=all`, { headers: keysOf(simulator) })
  return (await answer.json()) as readonly { readonly id: string }[]
}
const keysOf = ({ keyId, secretKey }: Simulator) => ({
  'apca-api-key-id': keyId,
  'apca-api-secret-key': secretKey,
  'content-type': 'application/json',
})
const reaches = (daemon: DaemonProcess, signalId: string, status: string): Promise<OrderView> =>
  until(`${signalId} is ${status}`, 15_000, async () => {
    const { body } = await daemon.client.get(`/v1/orders?signal_id=${signalId}`)
    return body.items.find((order) => order.status === status)
  })
const buy = (id: string, more: object = {}) => ({ signal_id: id, symbol: 'AAPL', side: 'buy', quantity: 10, ...more })

describe('an order at Alpaca', { timeout: 60_000 }, () => {
  it('is sent once and fills by the word of the stream, with the price of every execution', async () => {
    const { simulator, daemon } = await trading({ fills: 'manual' })
    await daemon.client.send(buy('s-1'))
    const working = await reaches(daemon, 's-1', 'accepted')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '4', price: '150.25' })
    await reaches(daemon, 's-1', 'partially_filled')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '6', price: '150.2' })
    const filled = await reaches(daemon, 's-1', 'filled')
    expect(filled).toMatchObject({ filled_quantity: '10', average_fill_price: '150.22' })
    const fills = daemon.rows('SELECT quantity, price FROM fills ORDER BY time, price DESC')
    expect(fills).toMatchObject([
      { quantity: '4', price: '150.25' },
      { quantity: '6', price: '150.2' },
    ])
    expect(await ordersOnTheWire(simulator)).toHaveLength(1)
    expect(daemon.stderr + daemon.stdout + daemon.auditText()).not.toContain(simulator.secretKey)
  })

  it('fills by polling while the stream is silent', async () => {
    const { simulator, daemon } = await trading({ fills: 'manual', faults: 'stream-silent' })
    await daemon.client.send(buy('s-1'))
    const working = await reaches(daemon, 's-1', 'accepted')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '10', price: '150.25' })
    expect(await reaches(daemon, 's-1', 'filled')).toMatchObject({ average_fill_price: '150.25' })
  })

  it('that filled while nobody was there is found by the next start', async () => {
    const { simulator, daemon } = await trading({ fills: 'manual' })
    await daemon.client.send(buy('s-1'))
    const working = await reaches(daemon, 's-1', 'accepted')
    await daemon.kill('SIGKILL')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '10', price: '150.25' })
    await daemon.start()
    expect(await reaches(daemon, 's-1', 'filled')).toMatchObject({ filled_quantity: '10' })
    expect(await ordersOnTheWire(simulator)).toHaveLength(1)
  })

  it('is cancelled when the venue says so', async () => {
    const { simulator, daemon } = await trading({ fills: 'manual' })
    await daemon.client.send(buy('s-1'))
    const working = await reaches(daemon, 's-1', 'accepted')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '3', price: '150.25' })
    await reaches(daemon, 's-1', 'partially_filled')
    expect((await daemon.client.post(`/v1/orders/${working.id}/cancel`)).status).toBe(202)
    expect(await reaches(daemon, 's-1', 'cancelled')).toMatchObject({ filled_quantity: '3' })
  })

  it.each([
    'answer-lost',
    '5xx-after-accept',
    'truncated-json',
    'not-json',
    'reset-before-headers',
    'reset-after-headers',
  ])('whose answer suffers %s is found, and was sent once', async (misbehaviour) => {
    const script = JSON.stringify([{ when: { method: 'POST', path: '/v2/orders', nth: 1 }, do: misbehaviour }])
    const { simulator, daemon } = await trading({ script })
    await daemon.client.send(buy('s-1'))
    expect(await reaches(daemon, 's-1', 'filled')).toMatchObject({ filled_quantity: '10', attempt: 1 })
    expect((await ordersOnTheWire(simulator)).length).toBe(1)
  })

  it('that never arrived is sent again under the same name', async () => {
    const script = JSON.stringify([{ when: { method: 'POST', path: '/v2/orders', nth: 1 }, do: 'request-lost' }])
    const { simulator, daemon } = await trading({ script })
    await daemon.client.send(buy('s-1'))
    await reaches(daemon, 's-1', 'filled')
    const bodies = (await ordersOnTheWire(simulator)).map((entry) => JSON.stringify(entry))
    expect(bodies.length).toBe(2)
  })

  it('that somebody replaced is followed to its end', async () => {
    const { simulator, daemon } = await trading({ fills: 'manual' })
    await daemon.client.send(buy('s-1'))
    const working = await reaches(daemon, 's-1', 'accepted')
    const [first] = await ordersAt(simulator)
    const answer = await fetch(`${simulator.url}/v2/orders/${first?.id}`, {
      method: 'PATCH',
      headers: keysOf(simulator),
      body: JSON.stringify({ qty: '12' }),
    })
    const replacement = (await answer.json()) as { readonly id: string }
    await told(simulator, 'POST', `/orders/${replacement.id}/fill`, { qty: '12', price: '150.25' })
    expect(await reaches(daemon, 's-1', 'filled')).toMatchObject({ id: working.id, filled_quantity: '12' })
  })

  it('is put right when the venue undoes an execution', async () => {
    const { simulator, daemon } = await trading({ fills: 'manual' })
    await daemon.client.send(buy('s-1'))
    const working = await reaches(daemon, 's-1', 'accepted')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '4', price: '150' })
    await told(simulator, 'POST', `/orders/${working.client_order_id}/fill`, { qty: '6', price: '151' })
    await reaches(daemon, 's-1', 'filled')
    await told(simulator, 'POST', `/orders/${working.client_order_id}/bust`)
    await until('the execution counts no more', 10_000, async () => {
      const { body } = await daemon.client.get('/v1/orders?signal_id=s-1')
      return body.items[0]?.filled_quantity === '4' ? true : undefined
    })
    expect(daemon.rows('SELECT quantity FROM positions WHERE symbol = ?', 'AAPL')).toMatchObject([{ quantity: '4' }])
  })

  it('of crypto is asked for until cancelled, in parts of a coin', async () => {
    const { daemon } = await trading({})
    await daemon.client.send({ signal_id: 's-1', symbol: 'BTC/USD', side: 'buy', amount: 100 })
    expect(await reaches(daemon, 's-1', 'filled')).toMatchObject({ symbol: 'BTC/USD', time_in_force: 'gtc' })
  })

  it('of what is not traded is denied before it leaves', async () => {
    const { simulator, daemon } = await trading({})
    const { body } = await daemon.client.send(buy('s-1', { symbol: 'DEAD' }))
    expect(body.order).toMatchObject({ status: 'denied', reason: 'symbol.not_tradable' })
    expect(await ordersOnTheWire(simulator)).toEqual([])
  })

  it('that the venue refuses is rejected in its words', async () => {
    const body = JSON.stringify({ code: 40310000, message: 'account is not authorized to trade' })
    const script = JSON.stringify([
      { when: { method: 'POST', path: '/v2/orders' }, do: 'unavailable', status: 403, body },
    ])
    const { simulator, daemon } = await trading({ script })
    await daemon.client.send(buy('s-1'))
    expect(await reaches(daemon, 's-1', 'rejected')).toMatchObject({ reason: 'venue.account_restricted' })
    expect(await ordersOnTheWire(simulator)).toHaveLength(1)
  })
})

describe('a daemon without its keys', () => {
  it('says which are missing and does not start', async () => {
    const account = {
      venue: 'alpaca',
      key_id: fromOutside('ALPACA_KEY_ID'),
      secret_key: fromOutside('ALPACA_SECRET_KEY'),
    }
    await using daemon = DaemonProcess.prepared({ config: { accounts: { alpaca: account } } })
    const { code } = await daemon.launch(['check', '--config', 'config.json'])
    expect(code).toBe(2)
    expect(daemon.stderr).toContain('ALPACA_KEY_ID')
    expect(daemon.stderr).toContain('ALPACA_SECRET_KEY')
  })
})
