import type { Config } from '../../../src/config/config.ts'
import type { Limits } from '../evidence.ts'

type Known = { -readonly [K in keyof Limits]: Limits[K] }

/** What the daemons of a history were to keep: of several configurations the loosest, so that an edit accuses nobody. */
export class LimitsInForce {
  readonly byAccount = new Map<string, Limits>()

  begin({ accounts, risk, retry }: Config): void {
    const { max_order_notional } = risk
    const now: Limits = {
      maxAttempts: retry.submit.max_attempts ?? retry.max_attempts,
      ...(max_order_notional === null ? {} : { maxOrderNotional: String(max_order_notional) }),
    }
    for (const name of Object.keys(accounts)) {
      const before = this.byAccount.get(name)
      this.byAccount.set(name, before === undefined ? now : looser(before, now))
    }
  }
}

/** What either leaves open stays open. */
function looser(one: Limits, other: Limits): Limits {
  const sum: Known = {}
  const [attempts, notional] = [one.maxAttempts, one.maxOrderNotional]
  if (attempts !== undefined && other.maxAttempts !== undefined) sum.maxAttempts = Math.max(attempts, other.maxAttempts)
  if (notional !== undefined && other.maxOrderNotional !== undefined)
    sum.maxOrderNotional = Number(notional) > Number(other.maxOrderNotional) ? notional : other.maxOrderNotional
  return sum
}
