import { type CallClass, KeptRule, type RateRule, type RateShares, type Ring } from './rate-rule.ts'
import type { Instant } from './time.ts'

export type { CallClass, RateRule, RateShares } from './rate-rule.ts'

/**
 * What one account may still ask of its venue. Guarantees:
 * - no rule's window is ever exceeded, wherever it is laid, whatever the pattern of arrival;
 * - a share is kept for cancels, and one for look-ups of unconfirmed orders, that nothing below them can use up;
 * - polling never uses more than its share;
 * - a token that is held for a request that leaves later counts until it has left, and from that moment on;
 * - after a venue's Retry-After nothing of that bucket begins earlier, and its own count of what is left is believed.
 * `now` is always given and comes from a clock that never goes back; over a restart the budget travels as ages.
 */
export const LANES = ['cancel', 'reduce', 'submit', 'verify', 'poll'] as const
/** Who goes first when calls wait, first to last. */
export type Lane = (typeof LANES)[number]
const RING_OF: Readonly<Record<Lane, Ring>> = { cancel: 0, verify: 1, reduce: 2, submit: 2, poll: 3 }

export type Take = { readonly ok: true } | { readonly ok: false; readonly retryAt: Instant }

/** What a venue's answer said of its budget, with times on the clock of `now`. */
export interface RateHints {
  readonly limit?: number
  readonly remaining?: number
  readonly resetAt?: Instant
  readonly retryAfterMs?: number
  /** Requests on the wire that the venue had not counted when it answered. */
  readonly inFlight?: number
}

export interface RateBudgetOptions {
  readonly shares?: RateShares
  /** No header can close a bucket for longer. */
  readonly maxClosedMs?: number
}
export const DEFAULT_SHARES: RateShares = { cancel: 0.1, verify: 0.1, poll: 0.4 }
const DEFAULT_MAX_CLOSED_MS = 15 * 60_000
/** Two answers of one venue window may name its end a little differently. */
const SAME_RESET_MS = 1_000

export interface SavedBudget {
  readonly rules: readonly (RateRule & { readonly agesMs: readonly (readonly number[])[] })[]
  readonly closedForMs: Readonly<Record<string, number>>
}

const OK: Take = { ok: true }
const NEVER = Number.NEGATIVE_INFINITY

/** All rules of one call class, and what the venue said of it. */
interface Bucket {
  readonly kind: RateRule['class']
  readonly rules: readonly KeptRule[]
  closedUntil: Instant
  left: number
  resetAt: Instant
}

export class RateBudget {
  readonly #buckets: Readonly<Record<RateRule['class'], Bucket>>
  readonly #maxClosedMs: number

  constructor(rules: readonly RateRule[], options: RateBudgetOptions = {}) {
    const shares = options.shares ?? DEFAULT_SHARES
    const bucket = (kind: RateRule['class']): Bucket => {
      const own = rules.filter((rule) => rule.class === kind).map((rule) => new KeptRule(rule, shares))
      return { kind, rules: own, closedUntil: NEVER, left: 0, resetAt: NEVER }
    }
    this.#buckets = { order: bucket('order'), cancel: bucket('cancel'), read: bucket('read'), all: bucket('all') }
    this.#maxClosedMs = options.maxClosedMs ?? DEFAULT_MAX_CLOSED_MS
  }

  /** One request's token, now or not at all; nothing is used up by a refusal. */
  take(now: Instant, callClass: CallClass, lane: Lane): Take {
    const take = this.hold(now, callClass, lane)
    if (take.ok) this.release(callClass, lane, now)
    return take
  }

  /** A token whose request leaves later: to be released when that is. */
  hold(now: Instant, callClass: CallClass, lane: Lane): Take {
    const ring = RING_OF[lane]
    const buckets = [this.#buckets[callClass], this.#buckets.all]
    const retryAt = Math.max(...buckets.map((bucket) => freeAt(bucket, ring, now)))
    if (retryAt > now) return { ok: false, retryAt }
    for (const bucket of buckets) hold(bucket, ring, now)
    return OK
  }

  /** The request leaves at this moment; without one it never will. */
  release(callClass: CallClass, lane: Lane, leftAt?: Instant): void {
    const ring = RING_OF[lane]
    for (const bucket of [this.#buckets[callClass], this.#buckets.all])
      for (const rule of bucket.rules) rule.release(ring, leftAt)
  }

  /** Has the venue asked to be left alone, for what is held too? */
  isClosed(now: Instant, callClass: CallClass): boolean {
    return Math.max(this.#buckets[callClass].closedUntil, this.#buckets.all.closedUntil) > now
  }

  /** How many tokens of this kind are free at this instant. */
  headroom(now: Instant, callClass: CallClass, lane: Lane): number {
    const ring = RING_OF[lane]
    const buckets = [this.#buckets[callClass], this.#buckets.all]
    if (buckets.some((bucket) => freeAt(bucket, ring, now) > now)) return 0
    const rules = buckets.flatMap((bucket) => bucket.rules)
    return rules.reduce((least, rule) => Math.min(least, rule.headroom(ring, now)), Number.POSITIVE_INFINITY)
  }

  learn(now: Instant, callClass: CallClass, hints: RateHints): void {
    const bucket = this.#counting(callClass)
    const { limit, remaining, resetAt, retryAfterMs, inFlight = 0 } = hints
    if (isCount(retryAfterMs)) {
      bucket.closedUntil = Math.max(bucket.closedUntil, now + Math.min(retryAfterMs, this.#maxClosedMs))
    }
    const [rule, ...others] = bucket.rules
    if (isCount(limit) && rule !== undefined && others.length === 0) rule.heed(limit)
    if (isCount(remaining) && isCount(resetAt) && resetAt > now) {
      believe(bucket, remaining - inFlight, Math.min(resetAt, now + this.#maxClosedMs), now)
    }
  }

  /** Of one rule, what may have been used without anybody knowing. */
  assumeGranted(now: Instant, { class: kind, requests, perMs }: RateRule, count: number): void {
    for (const kept of this.#rules()) {
      if (isSameRule(kept.rule, { class: kind, requests, perMs })) kept.grantMany(now, count)
    }
  }

  /** After a crash that left nothing saved: everything may have been used a moment ago. */
  assumeSpent(now: Instant): void {
    for (const rule of this.#rules()) rule.grantAll(now)
  }

  save(now: Instant): SavedBudget {
    return {
      rules: this.#rules().map((kept) => ({ ...kept.rule, agesMs: kept.agesAt(now) })),
      closedForMs: Object.fromEntries(
        Object.values(this.#buckets).map((bucket) => [bucket.kind, Math.max(0, closedUntil(bucket, now) - now)]),
      ),
    }
  }

  /** `elapsedMs` passed since it was saved. A rule that was not kept before counts as spent. */
  restore(saved: SavedBudget, now: Instant, elapsedMs: number): void {
    const elapsed = Math.max(0, elapsedMs)
    for (const kept of this.#rules()) {
      const before = saved.rules.find((rule) => isSameRule(rule, kept.rule))
      if (before === undefined) kept.grantAll(now)
      else
        kept.restore(
          before.agesMs.map((ring) => ring.map((age) => age + elapsed)),
          now,
        )
    }
    for (const bucket of Object.values(this.#buckets)) {
      const closedForMs = (saved.closedForMs[bucket.kind] ?? 0) - elapsed
      if (closedForMs > 0) bucket.closedUntil = now + Math.min(closedForMs, this.#maxClosedMs)
    }
  }

  #rules(): readonly KeptRule[] {
    return Object.values(this.#buckets).flatMap((bucket) => bucket.rules)
  }

  /** The bucket a venue means by its headers: the call's own where it has one, else the one all calls share. */
  #counting(callClass: CallClass): Bucket {
    const own = this.#buckets[callClass]
    return own.rules.length === 0 && this.#buckets.all.rules.length > 0 ? this.#buckets.all : own
  }
}

function freeAt(bucket: Bucket, ring: Ring, now: Instant): Instant {
  let latest = bucket.closedUntil
  if (now < bucket.resetAt && bucket.left <= reserveOf(bucket, ring) && bucket.resetAt > latest) latest = bucket.resetAt
  for (const rule of bucket.rules) {
    const free = rule.freeAt(ring)
    if (free > latest) latest = free
  }
  return latest
}

function hold(bucket: Bucket, ring: Ring, now: Instant): void {
  if (now < bucket.resetAt) bucket.left -= 1
  for (const rule of bucket.rules) rule.hold(ring)
}

function believe(bucket: Bucket, left: number, resetAt: Instant, now: Instant): void {
  const isKnownWindow = now < bucket.resetAt && Math.abs(resetAt - bucket.resetAt) <= SAME_RESET_MS
  // An answer that was overtaken on the way speaks of a window that is over.
  if (!isKnownWindow && resetAt < bucket.resetAt) return
  bucket.left = isKnownWindow ? Math.min(bucket.left, left) : left
  bucket.resetAt = isKnownWindow ? Math.max(bucket.resetAt, resetAt) : resetAt
}

const closedUntil = (bucket: Bucket, now: Instant): Instant =>
  now < bucket.resetAt && bucket.left <= 0 ? Math.max(bucket.closedUntil, bucket.resetAt) : bucket.closedUntil

const reserveOf = (bucket: Bucket, ring: Ring): number =>
  bucket.rules.reduce((most, rule) => Math.max(most, rule.reserve(ring)), 0)

const isCount = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0

const isSameRule = (a: RateRule, b: RateRule): boolean =>
  a.class === b.class && a.requests === b.requests && a.perMs === b.perMs
