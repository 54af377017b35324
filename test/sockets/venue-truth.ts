import type { AlpacaOrder } from '../../src/simulator/faces/alpaca/order.ts'
import type { TruthEntry } from '../../src/simulator/faces/alpaca/truth.ts'
import type { AlpacaSimulator } from '../../src/simulator/hosts/alpaca-server.ts'
import { exact, plain, times } from '../simulation/checkers/exact.ts'

/** An order as the venue knows it, with those that took its place. */
export interface TrueOrder {
  readonly clientOrderId: string
  /** The one that lives now, or was the last to live. */
  readonly last: AlpacaOrder
  readonly filled: string
  readonly notional: string
}
type Entry = TruthEntry & Readonly<Record<'method' | 'path' | 'body', string>> & { readonly status?: number }

/** What the venue knows, read from its own memory and its journal and never from what it answers. */
export class VenueTruth {
  readonly #simulator: AlpacaSimulator

  constructor(simulator: AlpacaSimulator) {
    this.#simulator = simulator
  }

  get orders(): readonly TrueOrder[] {
    const { store } = this.#simulator.venue().parts
    return store.all.filter(({ replaces }) => replaces === undefined).map((first) => chainOf(first, store))
  }
  positionIn(symbol: string): string {
    return this.#simulator.venue().parts.ledger.position(symbol).quantity.toString()
  }
  get last(): number {
    return this.#simulator.venue().parts.truth.last
  }
  since(seq = 0): readonly TruthEntry[] {
    return this.#simulator.venue().parts.truth.since(seq)
  }
  requests(method: string, path: RegExp, since = 0): readonly Entry[] {
    const entries = this.since(since) as readonly Entry[]
    return entries.filter((entry) => entry.kind === 'request' && entry.method === method && path.test(entry.path))
  }
  /** Requests that were answered whole and with success. */
  answered(method: string, path: RegExp, since = 0): readonly Entry[] {
    const entries = this.since(since) as readonly Entry[]
    const good = new Set(
      entries
        .filter(({ kind, status, manner }) => kind === 'answer' && status === 200 && manner === 'whole')
        .map(({ request }) => request),
    )
    return this.requests(method, path, since).filter(({ seq }) => good.has(seq))
  }
}

function chainOf(first: AlpacaOrder, store: { get(id: string): AlpacaOrder | undefined }): TrueOrder {
  const links = [first]
  for (let last = first; last.replacedBy !== undefined; links.push(last)) {
    const next = store.get(last.replacedBy)
    if (next === undefined) break
    last = next
  }
  const executions = links.flatMap((link) => link.executions)
  const sum = (values: readonly bigint[]): string => plain(values.reduce((a, b) => a + b, 0n))
  return {
    clientOrderId: first.clientOrderId,
    last: links.at(-1) ?? first,
    filled: sum(executions.map(({ qty }) => exact(qty.toString()))),
    notional: sum(executions.map(({ qty, price }) => times(exact(qty.toString()), exact(price.toString())))),
  }
}
