import { addressesFor } from '../adapters/brokers/alpaca/addresses.ts'
import { PaperGateway } from '../adapters/brokers/paper/gateway.ts'
import { WorkerExchange } from '../adapters/brokers/paper/worker-exchange.ts'
import { UndiciExchange } from '../adapters/system/undici-exchange.ts'
import type { AccountConfig, Config } from '../config/config.ts'
import type { BrokerGateway } from '../ports/broker-gateway.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import { type PaperWorker, startPaperWorker } from '../simulator/hosts/paper-worker.ts'
import type { VenueOptions } from '../simulator/venue-options.ts'

export interface Gateways {
  open(account: string): Promise<BrokerGateway>
  close(): Promise<void>
}

type PaperAccount = Extract<AccountConfig, { venue: 'paper' }>
type AlpacaAccount = Extract<AccountConfig, { venue: 'alpaca' }>

export interface GatewayParts {
  /** Where the embedded paper venue remembers. */
  readonly stateFile: string
  readonly clock: Clock
  readonly timers: Timers
}

/** A gateway for every account. The embedded paper venue is one thread for all paper accounts without an address. */
export function openGateways(config: Config, { stateFile, clock, timers }: GatewayParts): Gateways {
  const embedded: Record<string, VenueOptions> = {}
  for (const [name, account] of Object.entries(config.accounts)) {
    if (account.venue === 'paper' && account.base_url === undefined) embedded[name] = venueOptions(account)
  }
  let worker: Promise<PaperWorker> | undefined
  const sockets: UndiciExchange[] = []
  const overHttp = (origin: string, headers: Readonly<Record<string, string>> = {}): UndiciExchange => {
    const exchange = new UndiciExchange({ origin, headers })
    sockets.push(exchange)
    return exchange
  }
  const openPaper = async (name: string, address: string | undefined): Promise<BrokerGateway> => {
    if (address === undefined) worker ??= startPaperWorker({ accounts: embedded, stateFile })
    const exchange = address === undefined ? await inThread(worker, name) : overHttp(address, { 'x-account': name })
    return new PaperGateway({ account: name, exchange, stream: exchange, clock })
  }
  const openAlpaca = async (name: string, account: AlpacaAccount): Promise<BrokerGateway> => {
    const { trading, data, stream } = addressesFor(account.environment, account)
    // The SDK is large: who does not trade there does not load it.
    const { AlpacaGateway } = await import('../adapters/brokers/alpaca/gateway.ts')
    return new AlpacaGateway({
      account: name,
      keys: { keyId: account.key_id.reveal(), secretKey: account.secret_key.reveal() },
      trading: overHttp(trading),
      data: overHttp(data),
      streamUrl: stream,
      feed: account.feed,
      clock,
      timers,
    })
  }
  return {
    open: async (name) => {
      const account = config.accounts[name]
      return account?.venue === 'alpaca' ? openAlpaca(name, account) : openPaper(name, account?.base_url)
    },
    close: async () => {
      await Promise.all([worker?.then((thread) => thread.close()), ...sockets.map((socket) => socket.close())])
    },
  }
}

async function inThread(worker: Promise<PaperWorker> | undefined, account: string): Promise<WorkerExchange> {
  if (worker === undefined) throw new Error(`no paper venue was started for ${account}`)
  return new WorkerExchange(await worker, account)
}

const venueOptions = (account: PaperAccount): VenueOptions => ({
  cash: account.cash.toString(),
  currency: account.currency,
  commission: account.commission.toString(),
  commission_bps: account.commission_bps.toString(),
  allow_short: account.allow_short,
  seed: account.seed,
  model: account.model,
  symbols: Object.fromEntries(
    Object.entries(account.symbols).map(([symbol, { price, tick, lot }]) => [
      symbol,
      { price: price.toString(), tick: tick.toString(), lot: lot.toString() },
    ]),
  ),
})
