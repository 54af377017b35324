import { type PositionDifference, positionDifferences } from '../../core/compare-positions.ts'
import type { BrokerGateway, VenuePosition } from '../../ports/broker-gateway.ts'
import type { Clock, Timer, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { AccountBooks } from '../books/account-books.ts'
import type { KeptDifferences } from './kept-differences.ts'

/**
 * Holds our positions against the venue's. Guarantees:
 * - the venue is read at most once a second, after fills and in every sync alike;
 * - a difference is a mismatch only when it stayed the same for the venue's settling time, through a sync that booked every
 *   execution there is, and while no order of the symbol was in doubt;
 * - a symbol in mismatch is quarantined until both agree again or an operator has settled it; one that differs at the
 *   start is held back from the first moment;
 * - nothing is overwritten and nothing is sent because of a difference.
 */
export interface PositionWatchDeps {
  readonly books: AccountBooks
  readonly gateway: BrokerGateway
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly settlesMs: number
  readonly kept: KeptDifferences
  /** An execution we have not heard of may explain it: look at everything. */
  readonly requestSync: () => void
  readonly onMismatch: (difference: PositionDifference) => void
  readonly onAgreed: (symbol: string) => void
  readonly onCount: (mismatches: number) => void
}

interface Suspicion {
  readonly difference: PositionDifference
  /** On the monotonic clock: since when it is this very difference. */
  readonly since: number
  readonly isMismatch: boolean
  readonly isHeldBack: boolean
}

export const READ_GAP_MS = 1_000

export class PositionWatch {
  readonly #deps: PositionWatchDeps
  readonly #suspicions = new Map<string, Suspicion>()
  #reading: Promise<readonly VenuePosition[]> | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #afterFill: Timer | undefined
  #settling: Timer | undefined
  #isStopped = false

  constructor(deps: PositionWatchDeps) {
    this.#deps = deps
  }

  isQuarantined(symbol: string): boolean {
    const suspicion = this.#suspicions.get(symbol)
    return suspicion !== undefined && (suspicion.isMismatch || suspicion.isHeldBack)
  }
  get quarantined(): readonly string[] {
    return [...this.#suspicions.keys()].filter((symbol) => this.isQuarantined(symbol)).toSorted()
  }
  get mismatches(): readonly PositionDifference[] {
    return [...this.#suspicions.values()].filter((one) => one.isMismatch).map((one) => one.difference)
  }

  stop(): void {
    this.#isStopped = true
    this.#afterFill?.cancel()
    this.#settling?.cancel()
  }

  /** The venue's positions now; whoever asks within a second of another shares the answer. */
  read(): Promise<readonly VenuePosition[]> {
    const { clock, gateway } = this.#deps
    if (this.#reading !== undefined && clock.monotonic() - this.#readAt < READ_GAP_MS) return this.#reading
    this.#readAt = clock.monotonic()
    const reading = gateway.positions()
    this.#reading = reading
    // A failed read is nobody's answer but his who asked.
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined
    })
    return reading
  }

  fillBooked(): void {
    if (this.#isStopped || this.#afterFill !== undefined) return
    this.#reading = undefined
    this.#afterFill = this.#deps.timers.after(READ_GAP_MS, 'positions.after_fill', () => {
      this.#afterFill = undefined
      void this.#compare()
    })
  }

  /** What a sync that has booked every execution found; `isStart` holds back what differs from the first moment. */
  judge(theirs: readonly VenuePosition[], isStart = false): readonly PositionDifference[] {
    const differences = this.#differences(theirs)
    const differing = new Set(differences.map(({ symbol }) => symbol))
    for (const symbol of [...this.#suspicions.keys()]) if (!differing.has(symbol)) this.#agreed(symbol)
    for (const difference of differences) this.#weigh(difference, isStart)
    this.#deps.onCount(this.mismatches.length)
    this.#lookAgain()
    return differences
  }

  async #compare(): Promise<void> {
    try {
      const theirs = await this.read()
      if (this.#isStopped) return
      const isNew = ({ symbol }: PositionDifference): boolean => !this.#suspicions.has(symbol)
      // It may be no more than an execution that has not reached us, or a position that lags: a sync finds out.
      if (this.#differences(theirs).some(isNew)) this.#deps.requestSync()
    } catch (error) {
      this.#deps.log.warn('positions.read_failed', { error })
    }
  }

  #differences(theirs: readonly VenuePosition[]): readonly PositionDifference[] {
    const { books, kept } = this.#deps
    return positionDifferences(books.positions(), theirs).filter((difference) => !kept.covers(difference))
  }

  #weigh(difference: PositionDifference, isStart: boolean): void {
    const { clock, settlesMs, onMismatch, log } = this.#deps
    const now = clock.monotonic()
    const before = this.#suspicions.get(difference.symbol)
    const isSame = before !== undefined && isEqual(before.difference, difference) && !this.#isInDoubt(difference.symbol)
    const since = isSame ? before.since : now
    const isMismatch = before?.isMismatch === true || (isSame && now - since >= settlesMs)
    const isHeldBack = isStart || before?.isHeldBack === true
    this.#suspicions.set(difference.symbol, { difference, since, isMismatch, isHeldBack })
    if (!isMismatch || before?.isMismatch) return
    const { symbol, ours, theirs } = difference
    log.error('positions.mismatch', { symbol, ours: ours.toString(), theirs: theirs.toString() })
    onMismatch(difference)
  }

  /** An order whose fate nobody knows may be the whole difference. */
  #isInDoubt(symbol: string): boolean {
    for (const order of this.#deps.books.pending) {
      if (order.symbol === symbol && (order.status === 'unconfirmed' || order.status === 'submitting')) return true
    }
    return false
  }

  #agreed(symbol: string): void {
    const before = this.#suspicions.get(symbol)
    this.#suspicions.delete(symbol)
    if (before?.isMismatch) this.#deps.onAgreed(symbol)
  }

  #lookAgain(): void {
    const isSettling = [...this.#suspicions.values()].some(({ isMismatch }) => !isMismatch)
    if (!isSettling || this.#isStopped || this.#settling !== undefined) return
    const { timers, settlesMs, requestSync } = this.#deps
    this.#settling = timers.after(Math.max(settlesMs, READ_GAP_MS), 'positions.settle', () => {
      this.#settling = undefined
      requestSync()
    })
  }
}

const isEqual = (a: PositionDifference, b: PositionDifference): boolean =>
  a.ours.equals(b.ours) && a.theirs.equals(b.theirs)
