import type { RateRule, SavedBudget } from './rate-budget.ts'

/**
 * A budget as one short text, however many requests it allows: grants are counted by fiftieths of the window, each at the
 * young end of its own, so that what is read back never allows more than what was written.
 */
const SLOTS = 50

type Packed = RateRule & { readonly slots: readonly (readonly number[])[] }
export interface BudgetFact {
  /** Wall time. */
  readonly savedAt: number
  /** The machine's own time, which nobody sets; absent where an earlier version wrote it. */
  readonly markedAt?: number
  /** Nothing was granted after it was written. */
  readonly isLast: boolean
  readonly budget: SavedBudget
}

export function packBudget({ savedAt, markedAt, isLast, budget }: BudgetFact): string {
  const rules = budget.rules.map(
    ({ agesMs, ...rule }): Packed => ({
      ...rule,
      slots: agesMs.map((ages) => slotsOf(ages, rule.perMs)),
    }),
  )
  return JSON.stringify({ savedAt, markedAt, isLast, rules, closedForMs: budget.closedForMs })
}

export function unpackBudget(text: string): BudgetFact {
  const { savedAt, markedAt, isLast, rules, closedForMs } = JSON.parse(text) as Omit<BudgetFact, 'budget'> & {
    readonly rules: readonly Packed[]
    readonly closedForMs: Readonly<Record<string, number>>
  }
  const unpacked = rules.map(({ slots, ...rule }) => ({
    ...rule,
    agesMs: slots.map((counts) => agesOf(counts, rule.perMs)),
  }))
  return { savedAt, ...(markedAt === undefined ? {} : { markedAt }), isLast, budget: { rules: unpacked, closedForMs } }
}

function slotsOf(ages: readonly number[], perMs: number): readonly number[] {
  const counts = new Array<number>(SLOTS).fill(0)
  for (const age of ages) {
    const slot = Math.min(SLOTS - 1, Math.floor((age * SLOTS) / perMs))
    counts[slot] = (counts[slot] ?? 0) + 1
  }
  return counts
}

/** Oldest first, as they were granted. */
const agesOf = (counts: readonly number[], perMs: number): readonly number[] =>
  counts.flatMap((count, slot) => new Array<number>(count).fill((slot * perMs) / SLOTS)).reverse()
