import type { PositionDifference } from '../../core/compare-positions.ts'

/**
 * Differences an operator has decided to live with: the venue's figure counts something that is not ours to count. Each
 * holds only while the difference is exactly what it was.
 */
export class KeptDifferences {
  readonly #kept: Map<string, string>

  private constructor(kept: Map<string, string>) {
    this.#kept = kept
  }
  static from(fact: string | undefined): KeptDifferences {
    return new KeptDifferences(new Map(Object.entries(JSON.parse(fact ?? '{}') as Record<string, string>)))
  }
  static factName(account: string): string {
    return `positions_kept.${account}`
  }

  covers({ symbol, ours, theirs }: PositionDifference): boolean {
    return this.#kept.get(symbol) === theirs.minus(ours).toString()
  }
  keep({ symbol, ours, theirs }: PositionDifference): void {
    this.#kept.set(symbol, theirs.minus(ours).toString())
  }
  forget(symbol: string): void {
    this.#kept.delete(symbol)
  }
  fact(account: string): Readonly<Record<string, string>> {
    return { [KeptDifferences.factName(account)]: JSON.stringify(Object.fromEntries(this.#kept)) }
  }
}
