import { assert } from './assert.ts'
import { SlidingWindow } from './sliding-window.ts'
import type { Instant } from './time.ts'

export type CallClass = 'order' | 'cancel' | 'read'
export interface RateRule {
  readonly class: CallClass | 'all'
  readonly requests: number
  readonly perMs: number
}

/** Parts of a budget that several lanes share, each between 0 and 1. */
export interface RateShares {
  readonly cancel: number
  readonly verify: number
  /** The most that polling may use. */
  readonly poll: number
}

/**
 * From the ring that may use everything to the one that may use least: cancels, look-ups of unconfirmed orders,
 * everything else, polling. A grant counts in its own ring and in every wider one, so what a ring may not use stays
 * free for the rings before it.
 */
export type Ring = 0 | 1 | 2 | 3
const UP_TO: Readonly<Record<Ring, readonly Ring[]>> = { 0: [0], 1: [0, 1], 2: [0, 1, 2], 3: [0, 1, 2, 3] }

type EachRing<T> = readonly [T, T, T, T]

/** How many of `requests` each ring may use. Every ring keeps at least one, or a small budget would lock it out. */
export function ringLimits(kind: RateRule['class'], requests: number, shares: RateShares): EachRing<number> {
  if (kind === 'order' || kind === 'cancel') return [requests, requests, requests, requests]
  const verify = kind === 'all' ? atLeastOne(requests - Math.ceil(requests * shares.cancel)) : requests
  const ordinary = atLeastOne(verify - Math.ceil(requests * shares.verify))
  const poll = atLeastOne(Math.min(ordinary, Math.floor(requests * shares.poll)))
  return [requests, verify, ordinary, poll]
}
const atLeastOne = (n: number): number => Math.max(1, Math.floor(n))

/** One rule of a venue, kept. */
export class KeptRule {
  readonly rule: RateRule
  readonly #shares: RateShares
  readonly #windows: EachRing<SlidingWindow>
  #limits: EachRing<number>

  constructor(rule: RateRule, shares: RateShares) {
    assert(Number.isInteger(rule.requests) && rule.requests > 0 && rule.perMs > 0, 'a rate rule allows something')
    const window = (): SlidingWindow => new SlidingWindow(rule.requests, rule.perMs)
    this.rule = rule
    this.#shares = shares
    this.#windows = [window(), window(), window(), window()]
    this.#limits = ringLimits(rule.class, rule.requests, shares)
  }

  freeAt(ring: Ring): Instant {
    let latest = Number.NEGATIVE_INFINITY
    for (const wider of UP_TO[ring]) latest = Math.max(latest, this.#windows[wider].freeAt(this.#limits[wider]))
    return latest
  }

  grant(ring: Ring, at: Instant): void {
    for (const wider of UP_TO[ring]) this.#windows[wider].grant(at)
  }

  hold(ring: Ring): void {
    for (const wider of UP_TO[ring]) this.#windows[wider].hold()
  }
  release(ring: Ring, at?: Instant): void {
    for (const wider of UP_TO[ring]) this.#windows[wider].release(at)
  }

  grantAll(at: Instant): void {
    this.grantMany(at, this.rule.requests)
  }
  grantMany(at: Instant, count: number): void {
    for (let n = 0; n < count; n += 1) this.grant(3, at)
  }

  headroom(ring: Ring, now: Instant): number {
    const free = UP_TO[ring].map((wider) => this.#limits[wider] - this.#windows[wider].agesAt(now).length)
    return Math.max(0, Math.min(...free))
  }

  /** Kept free for the rings before this one. */
  reserve(ring: Ring): number {
    const [all, verify, ordinary] = this.#limits
    return ring === 0 ? 0 : all - (ring === 1 ? verify : ordinary)
  }

  /** The venue's own word wins where it is the smaller. */
  heed(limit: number): void {
    const requests = Math.min(this.rule.requests, atLeastOne(limit))
    this.#limits = ringLimits(this.rule.class, requests, this.#shares)
  }

  agesAt(now: Instant): readonly (readonly number[])[] {
    return this.#windows.map((window) => window.agesAt(now))
  }

  restore(ages: readonly (readonly number[])[], now: Instant): void {
    for (const [ring, window] of this.#windows.entries()) {
      for (const age of ages[ring] ?? []) window.grant(now - age)
    }
  }
}
