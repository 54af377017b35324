import { describe, expect, it } from 'vitest'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'

const HOUR_MS = 3_600_000
const SECOND_MS = 1_000
const found = (bench: AccountBench) => bench.files.about('mismatch', 'AAPL')
const seen = (summary: string) => [{ channel: 'positions', summary }]
async function open(): Promise<AccountBench> {
  const bench = await AccountBench.open()
  bench.files.found({ kind: 'mismatch', subject: 'AAPL', symbol: 'AAPL', evidence: seen('look 0') })
  return bench
}
/** A look every second, each finding something else than the one before. */
async function look(bench: AccountBench, times: number, what = (n: number) => `look ${n}`): Promise<void> {
  for (let n = 1; n <= times; n += 1) {
    await bench.time.pass(SECOND_MS)
    bench.files.looked('mismatch', 'AAPL', seen(what(n)))
  }
  await settled()
}

describe('a case that is looked at again and again', () => {
  it('is not written when nothing is different', async () => {
    const bench = await open()
    await look(bench, 100, () => 'look 0')
    expect(found(bench)?.version).toBe(1)
  })
  it('is written at once while it is young', async () => {
    const bench = await open()
    await look(bench, 5)
    expect((await bench.store.case(found(bench)?.id as never))?.evidence).toHaveLength(6)
  })
  it('is written a few dozen times in hours, though every look finds something else', async () => {
    const bench = await open()
    await look(bench, (4 * HOUR_MS) / SECOND_MS, (n) => (n % 2 === 0 ? 'absent' : 'cannot be read'))
    expect(found(bench)?.version).toBeGreaterThan(20)
    expect(found(bench)?.version).toBeLessThan(60)
  })
  it('keeps the first looks and the newest, and tells how many are left out', async () => {
    const bench = await open()
    await look(bench, 2_000)
    const stored = await bench.store.case(found(bench)?.id as never)
    expect(stored?.evidence).toHaveLength(50)
    expect(stored?.evidence[0]?.summary).toBe('look 0')
    expect((stored?.evidenceLeftOut ?? 0) + 50).toBe(Number(stored?.evidence.at(-1)?.summary.slice(5)) + 1)
  })
  it('has everything that was seen when it closes', async () => {
    const bench = await open()
    const { id } = found(bench) ?? {}
    await look(bench, 100)
    bench.files.settled('mismatch', 'AAPL', 'both agree')
    await settled()
    const stored = await bench.store.case(id as never)
    expect(stored).toMatchObject({ state: 'closed', outcome: 'both agree' })
    expect(stored?.evidence.at(-1)?.summary).toBe('look 100')
  })
  it('has everything that was seen when it is decided', async () => {
    const bench = await open()
    await look(bench, 100)
    const stands = found(bench)
    if (stands === undefined) throw new Error('no case is open')
    await bench.files.decide(stands, { choice: 'wait', by: 'anna', at: bench.time.now() })
    expect(found(bench)?.evidence.at(-1)?.summary).toBe('look 100')
    expect(await bench.store.case(stands.id)).toEqual(found(bench))
  })
  it('is written when the rest is over, also when the looks find nothing else any more', async () => {
    const bench = await open()
    await look(bench, 30)
    await look(bench, 1_200, () => 'the same')
    expect((await bench.store.case(found(bench)?.id as never))?.evidence.at(-1)?.summary).toBe('the same')
  })
})
