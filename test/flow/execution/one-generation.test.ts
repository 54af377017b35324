import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SubmitOutcome } from '../../../src/ports/broker-gateway.ts'
import { AccountBench } from '../../support/account-bench.ts'
import { CLASS_A } from '../../support/resend-classes.ts'
import { accepted, refused, silence, unreachable } from '../../support/scripted-gateway.ts'

const FLOW = join(import.meta.dirname, '../../../src/flow')
const LONG_MS = 600_000

/**
 * A late execution of a first generation could complete an order whose second generation is live (I-41). As long as the
 * flow makes no second one, none can be. Whoever brings the retry queue or re-pricing has to call the second one off then.
 */
describe('a second generation of an order', () => {
  it.each(["'schedule_retry'", "'drop_retry'"])('is begun by nobody: nothing in the flow issues %s', (command) => {
    const files = readdirSync(FLOW, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    expect(files.length).toBeGreaterThan(50)
    expect(files.filter((name) => readFileSync(join(FLOW, name), 'utf8').includes(command))).toEqual([])
  })
  const STORIES: readonly (readonly [string, readonly SubmitOutcome[]])[] = [
    ['refused for a reason that passes', [{ ...refused(), passing: true } as SubmitOutcome]],
    ['not sent, then sent', [unreachable, unreachable, accepted('sf-1' as never)]],
    ['never sent', [unreachable, unreachable, unreachable]],
    ['without an answer, then sent again', [silence, accepted('sf-1' as never)]],
    ['called a repeat', [{ kind: 'duplicate_id', reason: 'taken' }, accepted('sf-1' as never)]],
  ]
  it.each(STORIES)('is not made of an order that is %s', async (_what, outcomes) => {
    const bench = await AccountBench.open({ capabilities: CLASS_A })
    const answers = [...outcomes]
    bench.gateway.onSubmit = () => answers.shift() ?? silence
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await bench.time.pass(LONG_MS)
    await sent
    const [inDoubt] = bench.unconfirmed
    if (inDoubt !== undefined) void bench.resolver.resolve(inDoubt)
    await bench.time.pass(LONG_MS)
    const { generation, brokerOrders } = bench.now(order)
    expect([generation, brokerOrders.length]).toEqual([1, 1])
    expect(new Set(bench.gateway.wire.map((bytes) => JSON.parse(bytes).clientOrderId)).size).toBe(1)
  })
})
