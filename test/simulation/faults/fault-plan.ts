import type { ForkedRandom } from '../world/forked-random.ts'

/** A fault of the catalogue in the reliability programme, by its number. */
export type FaultId = `F-${number}`

/**
 * Which faults a seed has, how often each strikes, and what became of them. Guarantees:
 * - whoever injects asks here, and asks only where a strike changes what the daemon sees;
 * - a strike counts as effective only when it is about an order that was not final when it struck; one that is about no
 *   order counts, once at most, when it comes to bear on such an order, and not before;
 * - once stopped, nothing strikes any more.
 */
export interface FaultCount {
  drawn: number
  effective: number
  /** How often it struck an order in this state. */
  readonly states: Map<string, number>
}

/** A strike that has not come to bear on an order yet. */
interface Looming {
  readonly fault: FaultId
  /** Orders it can still touch; `undefined`: any. */
  readonly about: Set<string> | undefined
  readonly bears: () => Bearing
}
/** Can it touch an order at this moment, not before something else has happened, or never again? */
export type Bearing = 'now' | 'later' | 'over'
/** Of what waits the oldest is given up: it would have touched somebody by now. */
const MOST_LOOMING = 64

export class FaultPlan {
  readonly counts = new Map<FaultId, FaultCount>()
  readonly #random: ForkedRandom
  readonly #rates: ReadonlyMap<FaultId, number>
  readonly #stateOf: (clientOrderId: string) => string | undefined
  #looming: Looming[] = []
  #isOn = true

  /** `rates`: how likely each fault is at each of its chances; `stateOf`: how the store holds the order right now, `undefined` when it is final or unknown. */
  constructor(
    random: ForkedRandom,
    rates: ReadonlyMap<FaultId, number>,
    stateOf: (clientOrderId: string) => string | undefined,
  ) {
    this.#random = random
    this.#rates = rates
    this.#stateOf = stateOf
  }

  stop(): void {
    this.#isOn = false
  }

  strikes(fault: FaultId, about?: string | (() => readonly string[])): boolean {
    const rate = this.#isOn ? (this.#rates.get(fault) ?? 0) : 0
    if (rate === 0 || this.#random.draw(`fault.${fault}`) >= rate) return false
    this.struck(fault, typeof about === 'function' ? about() : about === undefined ? [] : [about])
    return true
  }

  /** A fault that came by the script and not by chance. It is effective when one of these orders was not final. */
  struck(fault: FaultId, about: readonly string[]): void {
    const count = this.counts.get(fault) ?? { drawn: 0, effective: 0, states: new Map<string, number>() }
    this.counts.set(fault, count)
    count.drawn += 1
    const states = about.map((tag) => this.#stateOf(tag)).filter((state) => state !== undefined)
    if (states.length > 0) count.effective += 1
    for (const state of states) count.states.set(state, (count.states.get(state) ?? 0) + 1)
  }

  /**
   * A strike that was about no message has changed the course of the first of these orders, where none are named of any
   * order, about which a message passes between us and the venue while it `bears` and while the order is not final.
   */
  looms(fault: FaultId, about?: readonly string[], bears: () => Bearing = () => 'now'): void {
    if (about?.length === 0) return
    this.#looming.push({ fault, about: about === undefined ? undefined : new Set(about), bears })
    if (this.#looming.length > MOST_LOOMING) this.#looming.shift()
  }
  /** A message about these orders passes. */
  passes(tags: readonly string[]): void {
    if (this.#looming.length === 0 || tags.length === 0) return
    this.#looming = this.#looming.filter(({ fault, about, bears }) => {
      const met = about === undefined ? tags : tags.filter((tag) => about.has(tag))
      const bearing = met.length === 0 ? 'later' : bears()
      if (bearing === 'now') return !this.hits(fault, met.slice(0, 1))
      // These have gone their way without it.
      if (bearing === 'over') for (const tag of met) about?.delete(tag)
      return bearing === 'later' || (about?.size ?? 0) > 0
    })
  }

  /** A strike of before has come to bear on these; says whether it was one of orders that are not final. */
  hits(fault: FaultId, about: readonly string[]): boolean {
    const count = this.counts.get(fault)
    const states = about.map((tag) => this.#stateOf(tag)).filter((state) => state !== undefined)
    if (count === undefined || states.length === 0) return false
    count.effective += 1
    for (const state of states) count.states.set(state, (count.states.get(state) ?? 0) + 1)
    return true
  }

  /** Of an order that nothing has left for yet, a strike of before has decided the fate: once for each strike. */
  cameOut(fault: FaultId, state: string): void {
    const count = this.counts.get(fault)
    if (count === undefined || count.effective >= count.drawn) return
    count.effective += 1
    count.states.set(state, (count.states.get(state) ?? 0) + 1)
  }

  /** A number in [0, 1) that belongs to the strike just made. */
  draw(fault: FaultId, what: string): number {
    return this.#random.draw(`fault.${fault}.${what}`)
  }
}
