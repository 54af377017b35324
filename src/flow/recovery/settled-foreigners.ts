import type { Case } from '../../core/case.ts'

/**
 * What an operator has looked at and is not asked about again: orders that are not ours, by their name at the venue, and
 * whatever else he has acknowledged. What is new is asked about.
 */
export class SettledForeigners {
  readonly #keys: Set<string>

  private constructor(keys: Iterable<string>) {
    this.#keys = new Set(keys)
  }
  static from(fact: string | undefined): SettledForeigners {
    return new SettledForeigners(JSON.parse(fact ?? '[]') as readonly string[])
  }
  static factName(account: string): string {
    return `foreign_settled.${account}`
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }
  add(keys: readonly string[]): void {
    for (const key of keys) this.#keys.add(key)
    // The oldest go first: by then they have left every list the venue gives.
    for (const key of this.#keys) {
      if (this.#keys.size <= MOST) break
      this.#keys.delete(key)
    }
  }
  fact(account: string): Readonly<Record<string, string>> {
    return { [SettledForeigners.factName(account)]: JSON.stringify([...this.#keys]) }
  }
}

const MOST = 10_000

/** Under which a case that was acknowledged is remembered: orders that are not ours have no kind beside their name. */
export const settledKey = ({ kind, subject }: Pick<Case, 'kind' | 'subject'>): string =>
  kind === 'foreign_order' ? subject : `${kind} ${subject}`
