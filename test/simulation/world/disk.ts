import { DatabaseSync } from 'node:sqlite'
import type { Batch, BatchResult, CommitHost, Failed, Step } from '../../../src/adapters/stores/sqlite/commit-host.ts'
import { inlineHost, type RunBatch } from '../../../src/adapters/stores/sqlite/inline-host.ts'
import { migrateUp } from '../../../src/adapters/stores/sqlite/migrate.ts'
import { WRITE_SQL } from '../../../src/adapters/stores/sqlite/statements.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { CrashPoint } from './crash-schedule.ts'
import type { ForkedRandom } from './forked-random.ts'
import type { Life } from './life.ts'
import type { Recorder } from './recorder.ts'
import type { Trace } from './trace.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * The disk that outlives the daemon. Guarantees:
 * - batches become durable in their order, each whole or not at all;
 * - of a batch that was on its way when the process ended, chance decides whether it is there;
 * - what a failure says it may have left undone it may also have done: only reading tells.
 */
export interface DiskDeps {
  readonly time: VirtualTime
  readonly random: ForkedRandom
  readonly trace: Trace
  readonly faults: FaultPlan
  readonly recorder: Recorder
}
/** Says whether the process dies at this point; if so, it is gone already. */
export type Dies = (point: CrashPoint, about: readonly string[]) => boolean

const SLOWEST_FLUSH_MS = 4
const SLOW_FLUSH_MS = { least: 2_000, most: 30_000 }
const BUSY_MS = 5_000

export class Disk {
  readonly #deps: DiskDeps
  #db: DatabaseSync
  #copy: Uint8Array | undefined
  #fullUntil = 0
  /** Ids of ours in the batch that is being written. */
  #flushing: readonly string[] = []

  constructor(deps: DiskDeps) {
    this.#deps = deps
    this.#db = emptyStore(deps.time.trueNow())
  }

  get database(): DatabaseSync {
    return this.#db
  }
  /** No room from now on, for so long. */
  fill(ms: number): void {
    this.#fullUntil = this.#deps.time.monotonic() + ms
  }
  heal(): void {
    this.#fullUntil = 0
  }
  backUp(): void {
    this.#copy = this.#db.serialize()
  }
  /** The older copy takes the place of what there was. Says whether there was one. */
  restore(): boolean {
    if (this.#copy === undefined) return false
    const older = new DatabaseSync(':memory:')
    older.deserialize(this.#copy)
    this.#db.close()
    this.#db = older
    return true
  }

  hostFor(life: Life, dies: Dies, isRecovering: () => boolean): CommitHost {
    const { time, random } = this.#deps
    const inner = inlineHost(this.#db, {
      defer: (run) => {
        const ms = 1 + Math.floor(random.draw('disk.flush') * SLOWEST_FLUSH_MS)
        time.after(ms + this.#slowness(), 'disk.flush', () => this.#flush(life, run))
      },
    })
    return {
      ...inner,
      run: (batch) => (life.isOver ? life.never() : this.#run(life, inner, batch, dies, isRecovering())),
      probe: () => (life.isOver ? life.never() : this.#probe(inner)),
    }
  }

  #flush(life: Life, run: RunBatch): void {
    if (life.isOver) {
      if (this.#deps.random.draw('disk.crash') < 0.5) run.silently()
      return
    }
    // A process that stands still stands still with its writer.
    if (life.isFrozen) life.hears(0, 'disk.answer', run)
    else run()
  }

  #run(life: Life, inner: CommitHost, batch: Batch, dies: Dies, isRecovering: boolean): Promise<BatchResult> {
    const kind = kindOf(batch, isRecovering)
    const about = kind.isTagged ? tagsOf(batch) : []
    this.#note(batch)
    if (kind.before.some((point) => dies(point, about))) return life.never()
    const failure = this.#failure(about)
    if (failure !== undefined) return this.#failed(life, inner, batch, failure)
    this.#flushing = about
    return inner.run(batch).then((result) => {
      if (life.isOver || kind.after.some((point) => dies(point, about))) return life.never()
      // It is on the disk; a process that stands still hears of it when it goes on.
      return life.isFrozen ? new Promise((resume) => life.hears(0, 'disk.answer', () => resume(result))) : result
    })
  }

  async #probe(inner: CommitHost): ReturnType<CommitHost['probe']> {
    const result = this.isFull ? FULL : await inner.probe()
    if (result.kind === 'fit') this.#deps.recorder.storeHealed(this.#deps.time.monotonic())
    return result
  }

  #note(batch: Batch): void {
    const { trace } = this.#deps
    for (const member of batch) for (const step of member) trace.note('sql', () => sqlText(step))
  }

  /** How this batch goes wrong, if it does; `isWritten`: it is there all the same. */
  #failure(about: readonly string[]): { readonly failed: Failed; readonly isWritten: boolean } | undefined {
    const { faults } = this.#deps
    const [tag] = about
    if (this.isFull) {
      faults.struck('F-19', about)
      return { failed: FULL, isWritten: false }
    }
    if (faults.strikes('F-20', tag)) return { failed: IO_ERROR, isWritten: false }
    if (faults.strikes('F-24', tag)) return { failed: LOCKED, isWritten: false }
    if (faults.strikes('F-92', tag)) return { failed: DEADLOCK, isWritten: false }
    if (faults.strikes('F-91', tag)) return this.#lostReply('F-91', GONE)
    if (!faults.strikes('F-21', tag)) return undefined
    return this.#lostReply('F-21', LOST)
  }
  #lostReply(fault: 'F-21' | 'F-91', failed: Failed): { readonly failed: Failed; readonly isWritten: boolean } {
    const isWritten = this.#deps.faults.draw(fault, 'written') < 0.5
    this.#deps.recorder.saw(isWritten ? 'S15a' : 'S15b')
    return { failed, isWritten }
  }

  async #failed(
    life: Life,
    inner: CommitHost,
    batch: Batch,
    { failed, isWritten }: { readonly failed: Failed; readonly isWritten: boolean },
  ): Promise<BatchResult> {
    if (isWritten) await inner.run(batch)
    else await new Promise<void>((resume) => life.after(failed === LOCKED ? BUSY_MS : 1, 'disk.fails', resume))
    if (life.isOver) return life.never()
    const { recorder, time } = this.#deps
    if (recorder.lives.at(-1)?.life === life.number) recorder.storeFailed(time.monotonic())
    return failed
  }

  #slowness(): number {
    const { faults } = this.#deps
    if (!faults.strikes('F-22', () => this.#flushing)) return 0
    return SLOW_FLUSH_MS.least + faults.draw('F-22', 'ms') * (SLOW_FLUSH_MS.most - SLOW_FLUSH_MS.least)
  }

  get isFull(): boolean {
    return this.#fullUntil > this.#deps.time.monotonic()
  }
}

/** Making the tables costs more than a short history; those made at one time are the same every time. */
const images = new Map<number, Uint8Array>()
function emptyStore(madeAt: number): DatabaseSync {
  const store = new DatabaseSync(':memory:')
  const image = images.get(madeAt)
  if (image === undefined) {
    migrateUp(store, () => madeAt)
    images.set(madeAt, store.serialize())
  } else store.deserialize(image)
  return store
}

const FULL: Failed = { kind: 'failed', fatal: false, message: 'statement: database or disk is full' }
const IO_ERROR: Failed = { kind: 'failed', fatal: false, message: 'statement: disk I/O error' }
const LOCKED: Failed = { kind: 'failed', fatal: false, message: 'statement: database is locked' }
const DEADLOCK: Failed = { kind: 'failed', fatal: false, message: 'statement: deadlock detected (40P01)' }
const GONE: Failed = { kind: 'failed', fatal: true, message: 'commit: the connection is gone' }
const LOST: Failed = { kind: 'failed', fatal: true, message: 'commit: disk I/O error' }

const ADDS_SIGNAL = WRITE_SQL.findIndex((sql) => sql.startsWith('INSERT INTO signals'))
const ADDS_ORDER = WRITE_SQL.findIndex((sql) => sql.startsWith('INSERT INTO orders'))
const CHANGES_ORDER = WRITE_SQL.findIndex((sql) => sql.startsWith('UPDATE orders'))
const ADDS_FILL = WRITE_SQL.findIndex((sql) => sql.startsWith('INSERT INTO fills'))

interface BatchKind {
  readonly before: readonly CrashPoint[]
  readonly after: readonly CrashPoint[]
  readonly isTagged: boolean
}
/** What a batch means to whoever wants to die around it. */
function kindOf(batch: Batch, isRecovering: boolean): BatchKind {
  const before: CrashPoint[] = isRecovering ? ['before recovery writes'] : []
  const after: CrashPoint[] = isRecovering ? ['after recovery has written'] : []
  const steps = batch.flat()
  const wrote = (statement: number): boolean => steps.some((step) => step.statement === statement)
  const marks = steps.some(({ statement, params }) => statement === CHANGES_ORDER && params.includes('submitting'))
  const answers = steps.some(({ statement, params }) => statement === CHANGES_ORDER && ANSWERED.has(`${params[2]}`))
  if (wrote(ADDS_SIGNAL)) {
    before.push('before the intent is written')
    after.push('after the intent is written')
  }
  if (marks) {
    before.push('before the mark is written')
    after.push('after the mark is written')
  }
  if (answers) before.push('before the answer is written')
  if (wrote(ADDS_FILL)) {
    before.push('before a fill is written')
    after.push('after a fill is written')
  }
  return { before, after, isTagged: wrote(ADDS_ORDER) || wrote(CHANGES_ORDER) }
}
const ANSWERED: ReadonlySet<string> = new Set(['accepted', 'submitted', 'rejected', 'unconfirmed'])

const CLIENT_ID = /"client_?[oO]rder_?[iI]d":"([^"]+)"/
function tagsOf(batch: Batch): readonly string[] {
  const tags = new Set<string>()
  for (const { statement, params } of batch.flat()) {
    if (statement !== ADDS_ORDER && statement !== CHANGES_ORDER) continue
    for (const param of params) {
      const tag = typeof param === 'string' && param.startsWith('{') ? CLIENT_ID.exec(param)?.[1] : undefined
      if (tag !== undefined) tags.add(tag)
    }
  }
  return [...tags]
}

const sqlText = ({ statement, params }: Step): string => `${statement} ${params.join('\u0002')}`
