import type { Bench } from './bench.ts'
import { median } from './measure/stats.ts'

/** A row of the goals: one file each, one or more lines in the table. */
export interface Row {
  readonly id: string
  /** Where it needs more than the usual. */
  readonly minutes?: number
  readonly measure: (bench: Bench) => Promise<Line[]>
}

export interface Goal {
  readonly text: string
  readonly met: (value: number) => boolean
}
export const atMost = (bound: number, unit: string): Goal => ({ text: `≤ ${bound} ${unit}`, met: (v) => v <= bound })
export const atLeast = (bound: number, unit: string): Goal => ({ text: `≥ ${bound} ${unit}`, met: (v) => v >= bound })
export const about = (value: number, slack: number, unit: string): Goal => ({
  text: `${value} ${unit}`,
  met: (v) => Math.abs(v - value) <= slack,
})

export interface Line {
  readonly row: string
  readonly what: string
  readonly unit: string
  readonly goal: string
  readonly ours?: number
  /** What ours is held against, and which program that is. */
  readonly limit?: number
  readonly against?: string
  readonly ratio?: number
  /** How many rounds the ratio is the median of. */
  readonly rounds?: number
  readonly met?: boolean
  readonly notMeasured?: string
}

interface Head {
  readonly row: string
  readonly what: string
  readonly unit: string
  readonly goal: Goal
}
interface Reference {
  readonly name: string
  readonly rounds: readonly number[]
}

/** Ours against a reference of the same rounds: the median of the ratios, never the ratio of two lucky rounds. */
export function ratioLine(head: Head, ours: readonly number[] | undefined, reference: Reference, why: string): Line {
  const { row, what, unit, goal } = head
  const shown = { row, what, unit, goal: goal.text, against: reference.name, limit: median(reference.rounds) }
  if (ours === undefined) return { ...shown, notMeasured: why }
  const ratio = median(ours.map((value, round) => value / (reference.rounds[round] ?? Number.NaN)))
  return { ...shown, ours: median(ours), ratio, rounds: ours.length, met: goal.met(ratio) }
}

/** A figure with a bound of its own. */
export function figureLine(head: Head, ours: number, beside?: { name: string; value: number }): Line {
  const { row, what, unit, goal } = head
  const limit = beside === undefined ? {} : { limit: beside.value, against: beside.name }
  return { row, what, unit, goal: goal.text, ours, met: goal.met(ours), ...limit }
}

export function notMeasured(head: Head, reason: string, beside?: { name: string; value: number }): Line {
  const { row, what, unit, goal } = head
  const limit = beside === undefined ? {} : { limit: beside.value, against: beside.name }
  return { row, what, unit, goal: goal.text, notMeasured: reason, ...limit }
}
