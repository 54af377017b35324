import { StoreError } from '../../../ports/order-store.ts'
import type { CheckpointResult, CommitHost, Failed, Member, MemberResult, WalState } from './commit-host.ts'

/**
 * Shares flushes among commits. Guarantees:
 * - one batch is on its way at a time; what is called meanwhile waits and shares the next one;
 * - members become durable in the order of the calls, and are answered in that order;
 * - an idle store begins with the first call at once;
 * - after a failure whatever waits is refused, and so is every later call, until a probe succeeds; after a fatal one for ever;
 * - who heeds trouble learns of a failure before anybody whose call it refuses.
 */
export const MAX_BATCH = 256
/** Beyond this a call is refused: the store is further behind than anybody should wait for. */
export const MAX_WAITING = 10_000

interface Waiting {
  readonly member: Member
  readonly resolve: (result: MemberResult) => void
  readonly reject: (cause: StoreError) => void
}
export interface GroupCommitDeps {
  readonly host: CommitHost
  readonly monotonic: () => number
  /** After every batch and every checkpoint, before the next batch: how long the log is. */
  readonly onWal: (wal: WalState) => void
}
export interface StoreMetrics {
  readonly state: 'open' | 'refusing' | 'failed' | 'closed'
  readonly batches: number
  readonly commits: number
  readonly conflicts: number
  readonly errors: number
  readonly waiting: number
  readonly lastFlushMs: number
  readonly walPages: number
}

export class GroupCommit {
  readonly #deps: GroupCommitDeps
  readonly #waiting: Waiting[] = []
  readonly #between: (() => Promise<void>)[] = []
  #isBusy = false
  #isClosed = false
  #trouble: StoreError | undefined
  #onIdle: (() => void) | undefined
  #onTrouble: (cause: StoreError) => void = () => undefined
  #counts = { batches: 0, commits: 0, conflicts: 0, errors: 0, lastFlushMs: 0, walPages: 0 }

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps
  }

  heedTrouble(listener: (cause: StoreError) => void): void {
    this.#onTrouble = listener
  }

  submit(member: Member): Promise<MemberResult> {
    const refusal = this.#refusal()
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ member, resolve, reject })
      this.#next()
    })
  }

  async probe(): Promise<boolean> {
    if (this.#isClosed || this.#trouble?.fatal === true) return false
    return this.#betweenBatches(async () => {
      const result = await this.#answerOf(this.#deps.host.probe())
      if (result.kind === 'failed') this.fail(result)
      else if (this.#trouble?.fatal !== true) this.#trouble = undefined
      return this.#trouble === undefined
    })
  }

  async checkpoint(): Promise<void> {
    if (this.#isClosed || this.#trouble !== undefined) return
    await this.#betweenBatches(async () => {
      const result: CheckpointResult = await this.#answerOf(this.#deps.host.checkpoint())
      if (result.kind === 'failed') this.fail(result)
      else this.#noteWal(result.wal)
    })
  }

  /** From whichever part of the store noticed it. */
  fail({ fatal, message }: Omit<Failed, 'kind'>, cause?: unknown): StoreError {
    const error = new StoreError(message, { fatal, cause })
    this.#counts.errors += 1
    if (this.#trouble?.fatal !== true) this.#trouble = error
    this.#onTrouble(error)
    for (const { reject } of this.#waiting.splice(0)) reject(refusedAfter(this.#trouble ?? error))
    return error
  }

  metrics(): StoreMetrics {
    const { fatal } = this.#trouble ?? {}
    const state = this.#isClosed ? 'closed' : fatal === undefined ? 'open' : fatal ? 'failed' : 'refusing'
    return { state, ...this.#counts, waiting: this.#waiting.length }
  }

  /** Refuses new calls, finishes what was called before, lets the host go. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#isBusy) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    await this.#deps.host.close()
  }

  #refusal(): StoreError | undefined {
    if (this.#isClosed) return new StoreError('the store is closed', { fatal: false })
    if (this.#trouble !== undefined) return refusedAfter(this.#trouble)
    if (this.#waiting.length < MAX_WAITING) return undefined
    return new StoreError(`${MAX_WAITING} commits are waiting for the disk`, { fatal: false })
  }

  #betweenBatches<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#between.push(() => work().then(resolve, reject))
      this.#next()
    })
  }

  #next(): void {
    if (this.#isBusy) return
    const work = this.#between.shift() ?? (this.#waiting.length > 0 ? () => this.#runBatch() : undefined)
    if (work === undefined) {
      this.#onIdle?.()
      return
    }
    this.#isBusy = true
    void work().then(() => {
      this.#isBusy = false
      this.#next()
    })
  }

  async #runBatch(): Promise<void> {
    const batch = this.#waiting.splice(0, MAX_BATCH)
    const began = this.#deps.monotonic()
    const result = await this.#answerOf(this.#deps.host.run(batch.map(({ member }) => member)))
    this.#counts.lastFlushMs = this.#deps.monotonic() - began
    if (result.kind === 'failed') {
      const error = this.fail(result)
      for (const { reject } of batch) reject(error)
      return
    }
    this.#counts.batches += 1
    for (const [n, waiting] of batch.entries()) this.#settle(waiting, result.members[n])
    this.#noteWal(result.wal)
  }

  #noteWal(wal: WalState): void {
    this.#counts.walPages = wal.pages
    this.#deps.onWal(wal)
  }

  #settle({ resolve, reject }: Waiting, result: MemberResult | undefined): void {
    if (result === undefined) reject(this.fail({ fatal: true, message: 'the writer left a member unanswered' }))
    else if (result.kind === 'refused') reject(this.fail({ fatal: false, message: result.message }))
    else {
      this.#counts[result.kind === 'done' ? 'commits' : 'conflicts'] += 1
      resolve(result)
    }
  }

  /** A host that ends without an answer leaves us not knowing: that is a failure of the fatal kind. */
  async #answerOf<T>(answer: Promise<T>): Promise<T | Failed> {
    try {
      return await answer
    } catch (cause) {
      return {
        kind: 'failed',
        fatal: true,
        message: `the writer is gone: ${cause instanceof Error ? cause.message : cause}`,
      }
    }
  }
}

const refusedAfter = (trouble: StoreError): StoreError =>
  new StoreError(`refused until the store is fit again: ${trouble.message}`, { fatal: trouble.fatal, cause: trouble })
