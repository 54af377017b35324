import type { Case } from '../../core/case.ts'
import type { OrderStore } from '../../ports/order-store.ts'
import { toldNoTrades, toldNoTradesFact } from '../fills/no-trades.ts'
import { adoptedFact } from './adopt-orders.ts'
import { KeptDifferences } from './kept-differences.ts'
import { SettledForeigners } from './settled-foreigners.ts'

/** What operators have settled and earlier syncs have found, as the store keeps it. */
export interface Remembered {
  readonly kept: KeptDifferences
  readonly settled: SettledForeigners
  readonly hasAdopted: boolean
  readonly openCases: readonly Case[]
  readonly noTradesTold: readonly string[]
}

export async function readRemembered(
  store: Pick<OrderStore, 'fact' | 'openCases'>,
  account: string,
): Promise<Remembered> {
  return {
    kept: KeptDifferences.from(await store.fact(KeptDifferences.factName(account))),
    settled: SettledForeigners.from(await store.fact(SettledForeigners.factName(account))),
    hasAdopted: (await store.fact(adoptedFact(account))) !== undefined,
    openCases: await store.openCases(account),
    noTradesTold: toldNoTrades(await store.fact(toldNoTradesFact(account))),
  }
}
