import { CATALOGUE } from './catalogue.ts'
import type { FaultId } from './fault-plan.ts'

/** Each fault is off in about half of the histories, so that rare combinations get room; else its rate is drawn, mostly small. */
export function drawRates(draw: (what: string) => number, only?: readonly FaultId[]): Map<FaultId, number> {
  const rates = new Map<FaultId, number>()
  for (const [fault, { by, most }] of CATALOGUE) {
    const isOff = draw(`off.${fault}`) < 0.5 && by !== 'nature'
    const rate = most * draw(`rate.${fault}`) ** 1.5
    if (only === undefined ? !isOff : only.includes(fault)) rates.set(fault, Math.max(rate, most / 100))
  }
  return rates
}

/** Nothing keeps a daemon from trading but what the venue and the listeners do. */
export const unhindered = (rates: ReadonlyMap<FaultId, number>): Map<FaultId, number> =>
  new Map([...rates].filter(([fault]) => fault === 'F-98' || !HINDERS.has(CATALOGUE.get(fault)?.by ?? '')))
const HINDERS: ReadonlySet<string> = new Set(['link', 'disk', 'clock', 'script', 'crash'])
