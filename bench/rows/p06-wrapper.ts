import pRetry from 'p-retry'
import { realClock, realTimers } from '../../src/adapters/system/real-clock.ts'
import { RateBudget } from '../../src/core/rate-budget.ts'
import { STANDARD_BACK_OFF } from '../../src/core/retry-policy.ts'
import { RateLanes } from '../../src/flow/execution/rate-lanes.ts'
import { RateLimitedGateway } from '../../src/flow/execution/rate-limited-gateway.ts'
import { RetryingGateway } from '../../src/flow/execution/retrying-gateway.ts'
import type { BrokerGateway } from '../../src/ports/broker-gateway.ts'
import { atMost, figureLine, type Row } from '../line.ts'
import { median } from '../measure/stats.ts'

type Call = () => Promise<unknown>

/** Our limiter and retry wrapper around a call that succeeds at once, with budget to spare: what it costs by itself. */
export const wrapper: Row = {
  id: 'P6',
  measure: async (bench) => {
    const head = { row: 'P6', what: 'limiter and retry, uncontended, per call', unit: 'µs', goal: atMost(10, 'µs') }
    const calls = bench.scale(100_000, 20_000)
    const bare: Call = async () => 1
    const perCall = async (call: Call): Promise<number> => {
      const rounds: number[] = []
      for (let round = 0; round < bench.options.rounds; round += 1) rounds.push(await microsPerCall(call, calls))
      return median(rounds)
    }
    const floor = await perCall(bare)
    const beside = { name: 'p-retry alone', value: (await perCall(() => pRetry(bare))) - floor }
    return [figureLine(head, (await perCall(wrapInOurs(bare))) - floor, beside)]
  },
}

const BUDGET = [{ class: 'all', requests: 10_000_000, perMs: 1_000 }] as const

/** The product's retry and rate wrapper around a call, with a budget that is never short. */
function wrapInOurs(call: Call): Call {
  const inner = { account: call } as unknown as BrokerGateway
  const lanes = new RateLanes(new RateBudget(BUDGET), realClock, realTimers)
  const limits = { lanes, maxWaitMs: 1_000, clock: realClock, timers: realTimers }
  const gateway = new RetryingGateway(new RateLimitedGateway(inner, limits), STANDARD_BACK_OFF, () => undefined)
  return () => gateway.account()
}

async function microsPerCall(call: Call, calls: number): Promise<number> {
  for (let i = 0; i < calls / 10; i += 1) await call()
  const begun = performance.now()
  for (let i = 0; i < calls; i += 1) await call()
  return ((performance.now() - begun) * 1_000) / calls
}
