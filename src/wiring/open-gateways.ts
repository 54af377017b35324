import { PaperGateway } from '../adapters/brokers/paper/gateway.ts'
import { WorkerExchange } from '../adapters/brokers/paper/worker-exchange.ts'
import { UndiciExchange } from '../adapters/system/undici-exchange.ts'
import type { AccountConfig, Config } from '../config/config.ts'
import type { BrokerGateway } from '../ports/broker-gateway.ts'
import type { Clock } from '../ports/clock.ts'
import { type PaperWorker, startPaperWorker } from '../simulator/hosts/paper-worker.ts'
import type { VenueOptions } from '../simulator/venue-options.ts'

export interface Gateways {
  open(account: string): Promise<BrokerGateway>
  close(): Promise<void>
}

type PaperAccount = Extract<AccountConfig, { venue: 'paper' }>

/** A gateway for every account. The embedded paper venue is one thread for all paper accounts without an address. */
export function openGateways(config: Config, stateFile: string, clock: Clock): Gateways {
  const embedded: Record<string, VenueOptions> = {}
  for (const [name, account] of Object.entries(config.accounts)) {
    if (account.venue === 'paper' && account.base_url === undefined) embedded[name] = venueOptions(account)
  }
  let worker: Promise<PaperWorker> | undefined
  const sockets: UndiciExchange[] = []
  return {
    open: async (name) => {
      const address = config.accounts[name]?.base_url
      if (address === undefined) worker ??= startPaperWorker({ accounts: embedded, stateFile })
      const exchange = address === undefined ? await inThread(worker, name) : overHttp(address, name)
      if (exchange instanceof UndiciExchange) sockets.push(exchange)
      return new PaperGateway({ account: name, exchange, stream: exchange, clock })
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

const overHttp = (origin: string, account: string): UndiciExchange =>
  new UndiciExchange({ origin, headers: { 'x-account': account } })

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
