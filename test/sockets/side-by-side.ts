import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { Alpaca, streaming } from '@alpacahq/alpaca-trade-api'
import { startAlpacaSimulator } from '../../src/simulator/hosts/alpaca-server.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { SYMBOL } from './stage.ts'
import { VenueTruth } from './venue-truth.ts'

/**
 * The official SDK's own `submitAndWait`, as it comes, and the daemon: the same venue, the same fault, one buy of ten that
 * fills as soon as it is there. Prints a table of what each ends up believing beside what is so.
 */
const FAULTS: readonly (readonly [name: string, rule: object])[] = [
  ['nothing', {}],
  ['answer-lost', { times: 1 }],
  ['5xx-after-accept', { times: 1 }],
  ['5xx-after-accept, 504', { times: 1, status: 504 }],
  ['4xx-after-accept', { times: 1 }],
  ['truncated-json', { times: 1 }],
  ['not-json', { times: 1 }],
  ['request-lost', { times: 1 }],
  ['late-accept', { times: 1, ms: 1_000 }],
  ['order-invisible, answer-lost', { times: 1, ms: 4_000 }],
  ['half-open', { times: 1 }],
  ['rate-limited-bare', { times: 1, when: { method: 'POST', path: '/v2/orders' } }],
  ['frame-dropped', {}],
  ['stream-silent', { ms: 600_000 }],
  ['stream-reset', { times: 1 }],
  ['partial-then-expired', { times: 1 }],
  ['bust', { times: 1 }],
]
/** Its own default is 30 s; what it does not know by then it does not know. */
const SDK_WAITS_MS = 15_000
const DAEMON_WAITS_MS = 40_000
/** What the venue takes back, it takes back by then. */
const AFTERTHOUGHTS_MS = 1_500
const SWITCHES = { events_before_answer: 'never', partial_fills: 0 } as const

interface Belief {
  readonly believes: string
  readonly isSo: string
}

async function openVenue(name: string, rule: object) {
  const names = name.split(', ').filter((one) => !/^\d+$/.test(one) && one !== 'nothing')
  const script = names.length === 0 ? [] : [{ ...rule, do: names }]
  return startAlpacaSimulator({ switches: SWITCHES, script: JSON.stringify(script) })
}
type Venue = Awaited<ReturnType<typeof openVenue>>

const soAt = (venue: Venue): string => {
  const orders = new VenueTruth(venue).orders.map(({ last, filled }) => `${last.status} ${filled}`)
  return orders.length === 0 ? 'no order' : orders.join(' and ')
}

async function bySdk(venue: Venue): Promise<Belief> {
  const { keyId, secretKey: secret, url, streamUrl } = venue
  const toVenue: typeof fetch = (asked, init) => {
    const { pathname, search } = new URL(asked instanceof Request ? asked.url : asked)
    return fetch(`${url}${pathname}${search}`, init)
  }
  const alpaca = new Alpaca({ keyId, secret, paper: true, fetchApi: toVenue })
  const stream = new streaming.TradingStream({ url: streamUrl, credentials: { keyId, secret } })
  const order = { symbol: SYMBOL, qty: '10', side: 'buy', type: 'market', timeInForce: 'day' } as const
  const waits = alpaca.trading.submitAndWait(
    { ...order, clientOrderId: randomUUID() },
    { timeoutMs: SDK_WAITS_MS, stream },
  )
  stream.connect()
  const believes = await waits.then(
    (end) => `${end.status} ${end.filledQty}`,
    (error: Error) => inShort(error),
  )
  await new Promise<void>((resolve) => setTimeout(resolve, AFTERTHOUGHTS_MS))
  stream.disconnect()
  return { believes, isSo: soAt(venue) }
}
const inShort = ({ name, message, ...more }: Error): string => {
  const isAmbiguous = 'placementAmbiguous' in more && more.placementAmbiguous === true
  if (isAmbiguous) return 'does not know: the caller has to find out'
  return `${name}: ${message.split(/ for clientOrderId| \(|;|\n/)[0]}`
}

async function byDaemon(venue: Venue): Promise<Belief> {
  const { url, streamUrl, keyId, secretKey } = venue
  const account = { venue: 'alpaca', key_id: keyId, secret_key: secretKey, base_url: url, stream_url: streamUrl }
  await using daemon = await DaemonProcess.start({
    config: { accounts: { alpaca: account }, order_management: { time_in_force: 'day', sync_interval: '5s' } },
  })
  await daemon.client.send({ signal_id: 's-1', symbol: SYMBOL, side: 'buy', quantity: 10 })
  const believed = async (): Promise<string> => {
    const { body } = await daemon.client.get('/v1/orders?signal_id=s-1')
    const [order] = body.items
    return `${order?.status} ${order?.filled_quantity}`
  }
  await until('a trade', DAEMON_WAITS_MS, async () => /^(?:filled|expired)/.test(await believed()) || undefined).catch(
    () => undefined,
  )
  await new Promise<void>((resolve) => setTimeout(resolve, AFTERTHOUGHTS_MS))
  return { believes: await believed(), isSo: soAt(venue) }
}

async function row([name, rule]: (typeof FAULTS)[number]): Promise<string> {
  const cells: string[] = []
  for (const play of [bySdk, byDaemon]) {
    const venue = await openVenue(name, rule)
    try {
      const { believes, isSo } = await play(venue)
      cells.push(isSo, believes)
    } finally {
      await venue.close()
    }
  }
  return `| ${name} | ${cells.join(' | ')} |\n`
}

process.stdout.write(
  '| fault | the venue, with the SDK | the SDK believes | the venue, with us | the daemon believes |\n',
)
process.stdout.write('|---|---|---|---|---|\n')
for (const fault of FAULTS) process.stdout.write(await row(fault))
