import { CATALOGUE } from './catalogue.ts'
import type { FaultId } from './fault-plan.ts'

/** Each fault is off in about half of the histories, so that rare combinations get room; else its rate is drawn, mostly small. */
export function drawRates(draw: (what: string) => number, only?: readonly FaultId[]): Map<FaultId, number> {
  const rates = new Map<FaultId, number>()
  for (const [fault, { most }] of CATALOGUE) {
    const isOff = draw(`off.${fault}`) < 0.5
    const rate = most * draw(`rate.${fault}`) ** 2
    if (only === undefined ? !isOff : only.includes(fault)) rates.set(fault, Math.max(rate, most / 100))
  }
  return rates
}
