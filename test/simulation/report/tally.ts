import type { Outcome } from '../run-scenario.ts'

/** The sums over many histories: plain data, so that it can cross from process to process. */
export interface Tally {
  seeds: number
  orders: number
  contendedOrders: number
  crashes: number
  virtualMs: number
  readonly faults: Record<string, FaultTally>
  readonly crashesAt: Record<string, number>
  readonly sometimes: Record<string, number>
  readonly byStatus: Record<string, number>
  /** How many orders had so many exchanges with the venue. */
  readonly exchanges: Record<string, number>
  readonly checks: Record<string, CheckTally>
}
export interface CheckTally {
  readonly guards: string
  judged: number
  readonly lacked: Record<string, number>
}
export interface FaultTally {
  drawn: number
  effective: number
  readonly states: Record<string, number>
}

export const emptyTally = (): Tally => ({
  seeds: 0,
  orders: 0,
  contendedOrders: 0,
  crashes: 0,
  virtualMs: 0,
  faults: {},
  crashesAt: {},
  sometimes: {},
  byStatus: {},
  exchanges: {},
  checks: {},
})

export function tallyOf(outcome: Outcome): Tally {
  const tally = emptyTally()
  tally.seeds = 1
  tally.orders = outcome.orders
  tally.contendedOrders = outcome.isContended ? outcome.orders : 0
  tally.virtualMs = outcome.virtualMs
  for (const [fault, { drawn, effective, states }] of outcome.faults)
    tally.faults[fault] = { drawn, effective, states: Object.fromEntries(states) }
  for (const [where, times] of outcome.crashes) {
    tally.crashesAt[where] = times
    tally.crashes += times
  }
  Object.assign(tally.sometimes, Object.fromEntries(outcome.sometimes))
  Object.assign(tally.byStatus, outcome.byStatus)
  for (const count of outcome.exchanges) bump(tally.exchanges, String(count), 1)
  for (const { name, guards, judged, lacked } of outcome.checks)
    tally.checks[name] = { guards: guards.join(' '), judged, lacked: { ...lacked } }
  return tally
}

export function addTally(sum: Tally, more: Tally): void {
  sum.seeds += more.seeds
  sum.orders += more.orders
  sum.contendedOrders += more.contendedOrders
  sum.crashes += more.crashes
  sum.virtualMs += more.virtualMs
  for (const [fault, { drawn, effective, states }] of Object.entries(more.faults)) {
    const known = sum.faults[fault] ?? { drawn: 0, effective: 0, states: {} }
    sum.faults[fault] = known
    known.drawn += drawn
    known.effective += effective
    for (const [state, times] of Object.entries(states)) bump(known.states, state, times)
  }
  for (const [name, { guards, judged, lacked }] of Object.entries(more.checks)) {
    const known = sum.checks[name] ?? { guards, judged: 0, lacked: {} }
    sum.checks[name] = known
    known.judged += judged
    for (const [part, times] of Object.entries(lacked)) bump(known.lacked, part, times)
  }
  for (const part of ['crashesAt', 'sometimes', 'byStatus', 'exchanges'] as const)
    for (const [name, times] of Object.entries(more[part])) bump(sum[part], name, times)
}

export function medianExchanges({ exchanges }: Tally): number {
  const counts = Object.entries(exchanges).map(([count, orders]) => [Number(count), orders] as const)
  counts.sort(([a], [b]) => a - b)
  const half = counts.reduce((sum, [, orders]) => sum + orders, 0) / 2
  let passed = 0
  for (const [count, orders] of counts) {
    passed += orders
    if (passed >= half) return count
  }
  return 0
}

const bump = (counts: Record<string, number>, name: string, times: number): void => {
  counts[name] = (counts[name] ?? 0) + times
}
