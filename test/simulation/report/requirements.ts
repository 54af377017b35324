import { CATALOGUE } from '../faults/catalogue.ts'
import { medianExchanges, type Tally } from './tally.ts'

/** What a run has to have met before its silence means anything, for a million orders; smaller runs owe their share. */
export const RARE_STATES: Readonly<Record<string, { readonly words: string; readonly times: number }>> = {
  S1: { words: 'fill event before the answer of its own request', times: 1_000 },
  S2: { words: 'unconfirmed, then filled', times: 1_000 },
  S3: { words: 'unconfirmed, then proven refused', times: 500 },
  S4a: { words: 'crash while submitting, request accepted', times: 500 },
  S4b: { words: 'crash while submitting, request not accepted', times: 500 },
  S5: { words: 'crash in recovery', times: 200 },
  S6: { words: 'fill after the cancel was acknowledged', times: 500 },
  S7: { words: 'over-fill', times: 100 },
  S8: { words: 'bust or correction', times: 100 },
  S9: { words: 'one execution on two channels', times: 5_000 },
  S10: { words: 'lost frame, found by polling', times: 1_000 },
  S11: { words: 'stale list, then a fresh one', times: 1_000 },
  S12: { words: 'halt during a backlog', times: 200 },
  S13: { words: 'rate limit with a cancel pending', times: 500 },
  S14: { words: 'two daemons alive', times: 200 },
  S15a: { words: 'lost commit reply, committed', times: 200 },
  S15b: { words: 'lost commit reply, not committed', times: 200 },
  S16: { words: 'outbox backlog over 1,000, then drained', times: 50 },
  S17: { words: 'unknown status', times: 500 },
  S18: { words: 'identical orders where no id is told', times: 200 },
  S19: { words: 'clock jump across a session boundary', times: 200 },
  S20: { words: 'configuration changed with orders in flight', times: 200 },
}
const PER_ORDERS = 1_000_000
/** Below this a run is too small to owe anything. */
export const SMALLEST_OWING = 50_000
const FAULT_TIMES = 1_000
const CRASHES = 20_000
const FAULTS = 1_000_000
const CONTENDED_SHARE = 0.6
const MEDIAN_EXCHANGES = 12

export interface Requirement {
  readonly name: string
  readonly words: string
  readonly seen: number
  readonly owed: number
}

/** `isWhole`: every profile and every fault took part. */
export function requirements(tally: Tally, isWhole: boolean): readonly Requirement[] {
  if (!isWhole || tally.orders < SMALLEST_OWING) return []
  const share = (times: number): number => Math.floor((times * tally.orders) / PER_ORDERS)
  const faults = Object.values(tally.faults).reduce((sum, { effective }) => sum + effective, 0)
  return [
    ...Object.entries(RARE_STATES).map(([name, { words, times }]) => ({
      name,
      words,
      seen: tally.sometimes[name] ?? 0,
      owed: share(times),
    })),
    ...[...CATALOGUE].map(([name, { words }]) => ({
      name,
      words,
      seen: tally.faults[name]?.effective ?? 0,
      owed: share(FAULT_TIMES),
    })),
    { name: 'crashes', words: 'crashes', seen: tally.crashes, owed: share(CRASHES) },
    { name: 'faults', words: 'effective faults', seen: faults, owed: share(FAULTS) },
    {
      name: 'contention',
      words: 'orders in histories with contention',
      seen: tally.contendedOrders,
      owed: Math.ceil(CONTENDED_SHARE * tally.orders),
    },
    {
      name: 'exchanges',
      words: 'median of exchanges with the venue',
      seen: medianExchanges(tally),
      owed: MEDIAN_EXCHANGES,
    },
  ]
}
export const isMet = ({ seen, owed }: Requirement): boolean => seen >= owed
