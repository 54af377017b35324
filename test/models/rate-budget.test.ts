import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CallClass, type Lane, RateBudget, type RateRule } from '../../src/core/rate-budget.ts'
import { happening, runs, shortStory } from './model-runs.ts'

/** Every request that ever left, with its time: what the venue counts. */
interface Sent {
  readonly at: number
  readonly lane: Lane
}
interface Ledger {
  now: number
  readonly rules: readonly RateRule[]
  readonly sent: Sent[]
  readonly closedUntil: Record<RateRule['class'], number>
}
interface Real {
  budget: RateBudget
}

const CLASS_OF: Readonly<Record<Lane, CallClass>> = {
  cancel: 'cancel',
  reduce: 'order',
  submit: 'order',
  verify: 'read',
  poll: 'read',
}
const LANES = ['cancel', 'reduce', 'submit', 'verify', 'poll'] as const
const covers = (rule: RateRule, lane: Lane): boolean => rule.class === 'all' || rule.class === CLASS_OF[lane]
const isClosed = ({ closedUntil, now }: Ledger, lane: Lane): boolean =>
  Math.max(closedUntil.all, closedUntil[CLASS_OF[lane]]) > now
/** How many requests that this rule counts the venue has seen in the stretch that ends now, both ends included. */
const seen = ({ sent, now }: Ledger, rule: RateRule, isCounted: (lane: Lane) => boolean): number =>
  sent.filter(({ at, lane }) => covers(rule, lane) && isCounted(lane) && at >= now - rule.perMs).length

/** One in ten of what all calls share, rounded up, is the cancels' own; of a single request nothing can be kept. */
const keptForCancels = ({ class: kind, requests }: RateRule): number =>
  kind === 'cancel' ? requests : requests < 2 ? 0 : Math.ceil(requests / 10)

const asks = (lane: Lane) =>
  happening<Ledger, Real, void>(lane, (ledger, { budget }) => {
    const mine = ledger.rules.filter((rule) => covers(rule, lane))
    const isFull = mine.some((rule) => seen(ledger, rule, () => true) >= rule.requests)
    const ownShare = mine.every((rule) => seen(ledger, rule, (one) => one === 'cancel') < keptForCancels(rule))
    const { ok } = budget.take(ledger.now, CLASS_OF[lane], lane)
    if (isClosed(ledger, lane) || isFull) expect(ok).toBe(false)
    else if (lane === 'cancel') expect(ok).toBe(true)
    // Whoever came before, a cancel that has not used up its own share finds a token.
    if (lane === 'cancel' && ownShare && !isClosed(ledger, lane)) expect(ok).toBe(true)
    if (ok) ledger.sent.push({ at: ledger.now, lane })
  })
const asksOften = (lane: Lane, times: number) =>
  happening<Ledger, Real, void>(`${lane} x ${times}`, (ledger, real) => {
    for (let n = 0; n < times; n += 1) asks(lane).run(ledger, real)
  })
const passes = (ms: number) =>
  happening<Ledger, Real, void>(`${ms} ms`, (ledger) => {
    ledger.now += ms
  })
/** To the last instant at which an earlier request still counts, or the first at which it does not. */
const passesToEdge = (nth: number, beyond: number) =>
  happening<Ledger, Real, void>(`to edge ${nth} + ${beyond}`, (ledger) => {
    const edges = ledger.rules
      .flatMap(({ perMs }) => ledger.sent.map(({ at }) => at + perMs + beyond))
      .filter((edge) => edge > ledger.now)
    ledger.now = edges[nth % Math.max(1, edges.length)] ?? ledger.now
  })
const comesBackLater = (callClass: CallClass, ms: number) =>
  happening<Ledger, Real, void>(`${callClass}: retry after ${ms} ms`, (ledger, { budget }) => {
    const isOwn = ledger.rules.some((rule) => rule.class === callClass)
    const isShared = ledger.rules.some((rule) => rule.class === 'all')
    const bucket = isOwn || !isShared ? callClass : 'all'
    ledger.closedUntil[bucket] = Math.max(ledger.closedUntil[bucket], ledger.now + ms)
    budget.learn(ledger.now, callClass, { retryAfterMs: ms })
  })
const restarts = (ms: number) =>
  happening<Ledger, Real, void>(`restart of ${ms} ms`, (ledger, real) => {
    const saved = JSON.parse(JSON.stringify(real.budget.save(ledger.now)))
    ledger.now += ms
    real.budget = new RateBudget(ledger.rules)
    real.budget.restore(saved, ledger.now, ms)
  })

it('whatever comes when, no window is exceeded, no Retry-After ignored, no cancel starved, over restarts (I-42, I-45)', () => {
  const rules = fc.uniqueArray(
    fc.record({
      class: fc.constantFrom<RateRule['class']>('order', 'cancel', 'read', 'all'),
      requests: fc.integer({ min: 1, max: 12 }),
      perMs: fc.integer({ min: 1, max: 2_000 }),
    }),
    { minLength: 1, maxLength: 4, selector: (rule) => JSON.stringify(rule) },
  )
  const lane = fc.constantFrom<Lane>(...LANES)
  const commands = [
    lane.map(asks),
    fc.tuple(lane, fc.integer({ min: 2, max: 12 })).map((parts) => asksOften(...parts)),
    fc.nat({ max: 60 }).map(passes),
    fc.nat({ max: 2_100 }).map(passes),
    fc.tuple(fc.nat({ max: 40 }), fc.constantFrom(0, 1)).map((parts) => passesToEdge(...parts)),
    fc
      .tuple(fc.constantFrom<CallClass>('order', 'cancel', 'read'), fc.nat({ max: 3_000 }))
      .map((parts) => comesBackLater(...parts)),
    fc.nat({ max: 500 }).map(restarts),
  ]
  fc.assert(
    fc.property(rules, shortStory<Ledger, Real>(commands), (drawn, happenings) => {
      const never = { order: 0, cancel: 0, read: 0, all: 0 }
      const ledger: Ledger = { now: 0, rules: drawn, sent: [], closedUntil: never }
      fc.modelRun(() => ({ model: ledger, real: { budget: new RateBudget(drawn) } }), happenings)
    }),
    runs(300),
  )
})
