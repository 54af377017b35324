import { describe, expect, it } from 'vitest'
import { AccountBench } from '../../support/account-bench.ts'
import { T0 } from '../../support/orders.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS
const interval = { trigger: 'interval' } as const

/** Keeps how far back each pass asked; the venue stamps its answers, so far away as its clock is from ours. */
function asked(bench: AccountBench, venueAheadMs?: number): number[] {
  const since: number[] = []
  bench.gateway.onRecent = (from) => {
    since.push(from)
    const at = bench.time.now()
    if (venueAheadMs !== undefined)
      bench.venueClock.heed({ at, tookMs: 0, venueTime: { at: at + venueAheadMs, withinMs: 0 } })
    return []
  }
  return since
}
const again = ({ database, time }: AccountBench): Promise<AccountBench> => AccountBench.open({ database, time })

describe('what happened since the last complete sync is read again (I-21, F-27)', () => {
  it('though our clock was a year ahead then, and the daemon was down for hours after', async () => {
    const before = await AccountBench.open()
    asked(before, -YEAR_MS)
    before.time.set(T0 + YEAR_MS)
    await before.sync.run(interval)
    before.time.set(T0 + 5 * HOUR_MS)
    const after = await again(before)
    const read = asked(after, 0)
    await after.sync.run({ trigger: 'start' })
    expect(read[0]).toBeLessThanOrEqual(T0)
    expect(read[0]).toBeGreaterThan(T0 - HOUR_MS)
  })
  it('where the venue tells no time as well: a week of it', async () => {
    const before = await AccountBench.open()
    before.time.set(T0 + YEAR_MS)
    asked(before)
    await before.sync.run(interval)
    before.time.set(T0 + 5 * HOUR_MS)
    const after = await again(before)
    const read = asked(after)
    await after.sync.run({ trigger: 'start' })
    expect(read[0]).toBeLessThanOrEqual(T0 - 6 * 24 * HOUR_MS)
  })
  it('from a minute before it on where all clocks are well', async () => {
    const bench = await AccountBench.open()
    const read = asked(bench, 0)
    await bench.sync.run(interval)
    await bench.time.pass(HOUR_MS)
    await bench.sync.run(interval)
    expect(read).toHaveLength(2)
    expect(read[1]).toBeLessThanOrEqual(T0 - 60_000)
    expect(read[1]).toBeGreaterThan(T0 - HOUR_MS)
  })
})
