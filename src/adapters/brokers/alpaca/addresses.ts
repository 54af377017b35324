/** Paper money or real money: the one value from which every address follows. */
export type AlpacaEnvironment = 'paper' | 'live'

export interface AlpacaAddresses {
  readonly trading: string
  readonly stream: string
  readonly data: string
}

const DATA = 'https://data.alpaca.markets'
const ADDRESSES: Readonly<Record<AlpacaEnvironment, AlpacaAddresses>> = {
  paper: {
    trading: 'https://paper-api.alpaca.markets',
    stream: 'wss://paper-api.alpaca.markets/stream',
    data: DATA,
  },
  live: { trading: 'https://api.alpaca.markets', stream: 'wss://api.alpaca.markets/stream', data: DATA },
}

/** A stand-in's addresses; configuration refuses them for real money. */
export interface StandInAddresses {
  readonly base_url?: string
  readonly stream_url?: string
  readonly data_url?: string
}

/** Whoever names a stand-in for orders gets everything there: keys never go to one place and orders to another. */
export function addressesFor(environment: AlpacaEnvironment, standIn: StandInAddresses = {}): AlpacaAddresses {
  const own = ADDRESSES[environment]
  const { base_url: base, stream_url: stream, data_url: data } = standIn
  if (environment === 'live' || base === undefined) return own
  const trading = withoutSlash(base)
  return {
    trading,
    stream: stream ?? `${trading.replace(/^http/, 'ws')}/stream`,
    data: data === undefined ? trading : withoutSlash(data),
  }
}

const withoutSlash = (address: string): string => address.replace(/\/+$/, '')
