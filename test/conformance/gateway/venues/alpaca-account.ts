import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressesFor } from '../../../../src/adapters/brokers/alpaca/addresses.ts'
import { ALPACA_CAPABILITIES } from '../../../../src/adapters/brokers/alpaca/capabilities.ts'
import { AlpacaGateway } from '../../../../src/adapters/brokers/alpaca/gateway.ts'
import { realClock, realTimers } from '../../../../src/adapters/system/real-clock.ts'
import { UndiciExchange } from '../../../../src/adapters/system/undici-exchange.ts'
import type { Lacks } from '../card.ts'
import type { ConformanceVenue, VenueSymbols } from '../conformance-venue.ts'
import type { VenueUnderTest } from '../run-card.ts'
import { booksOf, kindOf } from './alpaca-truth.ts'
import { HANDS, NO_HANDS } from './no-hands.ts'
import { RecordingExchange, Sanitiser } from './recorder.ts'

/**
 * A real paper account. Guarantees: no address but Alpaca's paper host, or a stand-in on this machine, is ever spoken to;
 * no order is meant to trade, and what a card leaves open is called off after it; nothing is written that holds a key.
 */
export interface PaperAccount {
  readonly keyId: string
  readonly secretKey: string
  readonly addresses: ReturnType<typeof addressesFor>
}
export class NotAPaperAccount extends Error {
  override readonly name = 'NotAPaperAccount'
}

export const KEY_ID = 'SUREFILL_CONFORM_KEY_ID'
export const SECRET_KEY = 'SUREFILL_CONFORM_SECRET_KEY'
const PAPER_KEY = /^PK/
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Reads who to be, and refuses whatever could be real money. */
export function paperAccountFrom(env: Readonly<Record<string, string | undefined>>, standIn?: string): PaperAccount {
  const [keyId, secretKey] = [env[KEY_ID], env[SECRET_KEY]]
  if (keyId === undefined || keyId === '' || secretKey === undefined || secretKey === '')
    throw new NotAPaperAccount(`set ${KEY_ID} and ${SECRET_KEY} to the keys of a paper account; no other name is read`)
  if (!PAPER_KEY.test(keyId))
    throw new NotAPaperAccount(`${KEY_ID} is not a key of a paper account: those begin with PK; real money is refused`)
  if (standIn !== undefined && !LOOPBACK.has(URL.parse(standIn)?.hostname ?? ''))
    throw new NotAPaperAccount(
      `${standIn} is not on this machine: only Alpaca's paper host or a stand-in here is spoken to`,
    )
  const addresses = addressesFor('paper', standIn === undefined ? {} : { base_url: standIn })
  return { keyId, secretKey, addresses }
}

const BY_NOBODY = 'a real account is moved by nobody’s hand'
const LACKS: Lacks = {
  ...Object.fromEntries(HANDS.map((hand) => [`hand:${hand}`, BY_NOBODY])),
  'type:market': 'no order of a manual run is meant to trade',
  'gateway:cancelEverything': 'it would call off orders of others',
  'fresh account': 'an account keeps what earlier cards and other hands did',
}
const SYMBOLS: Omit<VenueSymbols, 'limits'> = {
  share: { symbol: 'AAPL', tick: '0.01', betweenTicks: '20.005' },
  another: 'MSFT',
  unknown: 'ZZZZQ',
  tooMany: '90000000',
  pair: { symbol: 'BTC/USD', timeInForce: 'gtc', limit: '15000', quantity: '0.002' },
  fractional: { symbol: 'AAPL', quantity: '0.123456789' },
}
/** Far below the market: taken, and never met. Nothing of a manual run crosses. */
const RESTING: VenueSymbols['limits'] = { crossing: '20', resting: '20', nearby: ['21', '22', '23'], odd: '20.07' }
const GLANCE_MS = 400

export function alpacaAccount(account: PaperAccount, folder: string): VenueUnderTest {
  mkdirSync(folder, { recursive: true })
  const prefix = `sf-k${realClock.now().toString(36)}`
  const sanitiser = new Sanitiser([account.keyId, account.secretKey], prefix)
  const symbols: VenueSymbols = { ...SYMBOLS, limits: RESTING }
  let nth = 0
  return {
    name: 'alpaca',
    record: { capabilities: ALPACA_CAPABILITIES, symbols, lacks: LACKS },
    open: async () => {
      nth += 1
      const file = join(folder, `${String(nth).padStart(3, '0')}.json`)
      return openAccount(account, { prefix: `${prefix}-${nth}`, symbols, sanitiser, file })
    },
  }
}

interface Opening {
  readonly prefix: string
  readonly symbols: VenueSymbols
  readonly sanitiser: Sanitiser
  readonly file: string
}
async function openAccount(
  account: PaperAccount,
  { prefix, symbols, sanitiser, file }: Opening,
): Promise<ConformanceVenue> {
  const { addresses, keyId, secretKey } = account
  const sockets = [
    new UndiciExchange({ origin: addresses.trading }),
    new UndiciExchange({ origin: addresses.data }),
  ] as const
  const trading = new RecordingExchange(sockets[0], sanitiser)
  const data = new RecordingExchange(sockets[1], sanitiser)
  const connect = () =>
    new AlpacaGateway({
      account: 'conformance',
      keys: { keyId, secretKey },
      trading,
      data,
      streamUrl: addresses.stream,
      feed: 'iex',
      clock: realClock,
      timers: realTimers,
    })
  let gateway = connect()
  const books = async () => {
    const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey }
    const path = '/v2/orders?status=all&limit=500&nested=false'
    const result = await sockets[0].exchange({ method: 'GET', path, headers, deadlineMs: 10_000 })
    if (result.kind === 'failed' || result.status !== 200) throw new Error('the orders of the account cannot be read')
    return booksOf(JSON.parse(result.body)).filter(({ name }) => name.startsWith(prefix))
  }
  return {
    name: 'alpaca',
    prefix,
    symbols,
    get gateway() {
      return gateway
    },
    hands: NO_HANDS,
    truth: async () => ({
      orders: await books(),
      requests: trading.requests.map(({ method, path, body }) => ({ kind: kindOf(method, path), body })),
    }),
    restart: async () => {
      gateway = connect()
    },
    glance: async () => {
      await pause(GLANCE_MS)
    },
    close: async () => {
      writeFileSync(file, `${JSON.stringify([...trading.recorded, ...data.recorded], undefined, 2)}\n`)
      for (const order of await books()) {
        if (order.state === 'open') await callOff(sockets[0], account, order.id)
      }
      await Promise.all(sockets.map((socket) => socket.close()))
    },
  }
}

async function callOff(socket: UndiciExchange, { keyId, secretKey }: PaperAccount, id: string): Promise<void> {
  const headers = { 'apca-api-key-id': keyId, 'apca-api-secret-key': secretKey }
  await socket.exchange({ method: 'DELETE', path: `/v2/orders/${id}`, headers, deadlineMs: 10_000 })
}
