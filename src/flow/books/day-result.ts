import { type Amount, amount, ZERO } from '../../core/money.ts'

/** Realised P&L of the venue's trading day, net of commission; what the daily loss limit looks at. */
export class DayResult {
  #date: string
  #realised: Amount

  private constructor(date: string, realised: Amount) {
    this.#date = date
    this.#realised = realised
  }
  static from(fact: string | undefined): DayResult {
    const [date = '', realised = '0'] = fact?.split(' ') ?? []
    return new DayResult(date, amount(realised))
  }
  static factName(account: string): string {
    return `day_result.${account}`
  }

  realised(today: string): Amount {
    return today === this.#date ? this.#realised : (ZERO as Amount)
  }
  add(date: string, change: Amount): void {
    this.#realised = this.realised(date).plus(change)
    this.#date = date
  }
  fact(account: string): Readonly<Record<string, string>> {
    return { [DayResult.factName(account)]: `${this.#date} ${this.#realised}` }
  }
}
