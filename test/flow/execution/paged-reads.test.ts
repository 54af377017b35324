import { describe, expect, it } from 'vitest'
import { PaperGateway } from '../../../src/adapters/brokers/paper/gateway.ts'
import { isRetryableError } from '../../../src/core/errors.ts'
import type { ClientOrderId } from '../../../src/core/ids.ts'
import { KeptBudget } from '../../../src/flow/execution/kept-budget.ts'
import { RateLanes } from '../../../src/flow/execution/rate-lanes.ts'
import { RateLimitedGateway } from '../../../src/flow/execution/rate-limited-gateway.ts'
import type { HttpRequest, HttpResult } from '../../../src/ports/http.ts'
import { HandTime } from '../../support/hand-time.ts'

const ANSWER_MS = 50
const PAGES = 6
/** More than may have their turn side by side. */
const LISTS = 24
/** Of ten reads a second polls may use four. */
const BUDGET = { class: 'read', requests: 10, perMs: 1_000 } as const
const MAY_POLL = 4

/** What it knows already it asks nobody. */
class KnowsInstruments extends PaperGateway {
  override async instrument(): Promise<undefined> {
    return undefined
  }
}

/** A venue whose lists have pages, behind the gateway as the desk has it, and when each request reached it. */
function venue({ maxWaitMs = 60_000, requests = BUDGET.requests as number } = {}) {
  const time = new HandTime(0)
  const asked: { readonly at: number; readonly path: string }[] = []
  let refuseNext: number | undefined
  const exchange = async ({ path }: HttpRequest): Promise<HttpResult> => {
    asked.push({ at: time.monotonic(), path })
    const pauseS = path.startsWith('/v1/positions') ? refuseNext : undefined
    await new Promise<void>((resume) => time.after(ANSWER_MS, 'wire', resume))
    if (pauseS !== undefined)
      return { kind: 'answer', status: 429, headers: { 'retry-after': String(pauseS) }, body: '' }
    const page = Number(/&after=(\d+)/.exec(path)?.[1] ?? 1)
    const next = page < PAGES ? String(page + 1) : null
    const body = path.startsWith('/v1/positions') ? '{"items":[]}' : JSON.stringify({ items: [], next })
    return { kind: 'answer', status: 200, headers: {}, body }
  }
  const stream = { open: () => ({ close: () => undefined }) }
  const inner = new KnowsInstruments({ account: 'paper', exchange: { exchange }, stream, clock: time })
  const budget = new KeptBudget({ rules: [{ ...BUDGET, requests }], fact: undefined, clock: time, timers: time })
  inner.heedAnswers((signs) => budget.heed(signs))
  const lanes = new RateLanes(budget, time, time)
  const gateway = new RateLimitedGateway(inner, { lanes, maxWaitMs, clock: time, timers: time })
  const isPage = ({ path }: { readonly path: string }): boolean => path.includes('after=')
  return {
    time,
    gateway,
    asked,
    pages: () => asked.filter(isPage),
    refuse: (pauseS: number) => {
      refuseNext = pauseS
    },
  }
}

describe('a list of many pages (I-42)', () => {
  it('takes a token for every page, and waits where there is none', async () => {
    const { time, gateway, asked } = venue()
    const list = gateway.openOrders()
    await time.pass(900)
    expect(asked).toHaveLength(MAY_POLL)
    await time.pass(1_000)
    await list
    expect(asked).toHaveLength(PAGES)
  })

  it('keeps to a pause that another call was asked for meanwhile, and then goes on', async () => {
    const { time, gateway, pages, refuse } = venue()
    refuse(7)
    const [list, refused] = [gateway.openOrders(), gateway.positions().catch((error: unknown) => error)]
    await time.pass(7_000)
    await refused
    const before = pages().filter(({ at }) => at < ANSWER_MS + 7_000)
    await time.pass(3_000)
    await list
    expect(before.filter(({ at }) => at > ANSWER_MS)).toEqual([])
    expect(pages()).toHaveLength(PAGES - 1)
  })

  it('ends as one that may be tried again where a page would have to wait too long', async () => {
    const { time, gateway, refuse } = venue({ maxWaitMs: 2_000 })
    refuse(7)
    const ended = gateway.openOrders().catch((error: unknown) => error)
    void gateway.positions().catch(() => undefined)
    await time.pass(3_000)
    expect(isRetryableError(await ended)).toBe(true)
  })

  it('does not wait for a list that waits for it, however many there are', async () => {
    const { time, gateway, asked } = venue({ maxWaitMs: 10_000_000 })
    let ended = 0
    for (let n = 0; n < LISTS; n += 1) void gateway.openOrders().then(() => (ended += 1))
    // Who waits for a turn is woken by the event loop, and only then by this clock.
    for (let passed = 0; ended < LISTS && passed < 20_000; passed += 1) await time.pass(100)
    expect(ended).toBe(LISTS)
    expect(asked).toHaveLength(LISTS * PAGES)
  })

  it('pays nothing with the token of a call that asked nobody', async () => {
    const { time, gateway, asked } = venue()
    for (let n = 0; n < MAY_POLL - 1; n += 1) await gateway.instrument('AAPL')
    const list = gateway.openOrders()
    await time.pass(900)
    expect(asked).toHaveLength(1)
    await time.pass(3_000)
    await list
  })
})

describe('the look-up that a cancel begins with', () => {
  it('takes a token of its own (I-42)', async () => {
    const { time, gateway, asked } = venue()
    for (let n = 0; n < MAY_POLL; n += 1) void gateway.positions()
    const order = { clientOrderId: 'sf-1' as ClientOrderId, symbol: 'AAPL' }
    const cancelled = gateway.cancel(order, { use: () => undefined })
    await time.pass(900)
    expect(asked).toHaveLength(MAY_POLL)
    await time.pass(1_000)
    await cancelled
    expect(asked.at(-1)?.path).toContain('sf-1')
  })
})
