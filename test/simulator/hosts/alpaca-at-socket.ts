import { trading } from '@alpacahq/alpaca-trade-api'
import { onTestFinished } from 'vitest'
import {
  type AlpacaSimulator,
  type SimulatorOptions,
  startAlpacaSimulator,
} from '../../../src/simulator/hosts/alpaca-server.ts'

/** A simulator on real sockets for one test. Orders trade when the test says so, and events do not race the answers. */
export async function simulatorFor(options: SimulatorOptions = {}): Promise<AlpacaSimulator> {
  const simulator = await startAlpacaSimulator({
    fills: 'manual',
    ...options,
    switches: { events_before_answer: 'never', partial_fills: 0, activity_delay_ms: 0, ...options.switches },
  })
  onTestFinished(() => simulator.close())
  return simulator
}

/** What the SDK's own classes are made with. */
export const configurationFor = ({ url, keyId, secretKey }: AlpacaSimulator): trading.Configuration =>
  new trading.Configuration({ basePath: url, keyId, secret: secretKey, timeoutMs: 2_000 })

export function keysOf({ keyId, secretKey }: AlpacaSimulator): Record<string, string> {
  return { 'APCA-API-KEY-ID': keyId, 'APCA-API-SECRET-KEY': secretKey }
}

export interface Answered {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly response: Response
}
export async function ask(simulator: AlpacaSimulator, method: string, path: string, body?: unknown): Promise<Answered> {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { ...keysOf(simulator), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : JSON.parse(text), response }
}

export const LIMIT = { symbol: 'AAPL', qty: '10', side: 'buy', type: 'limit', limit_price: '140', time_in_force: 'day' }

export function control(simulator: AlpacaSimulator, method: string, path: string, body?: unknown): unknown {
  return simulator.control.handle(method, path, body === undefined ? '' : JSON.stringify(body)).json
}
