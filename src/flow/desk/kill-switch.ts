import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ResumeAnswer } from '../../ports/order-commands.ts'
import type { Journal } from '../books/journal.ts'
import {
  fromFact,
  HALT_FACT,
  type HaltState,
  halt,
  noticeFile,
  RUNNING,
  resume,
  toFact,
} from '../checks/halt-switch.ts'

/**
 * The one switch behind the API, the command line and the file. Guarantees:
 * - halting takes effect in memory before it is written and is durable before it is acknowledged, to everybody who asks;
 * - resuming is durable before it takes effect, and never undoes a halt that was asked for after it;
 * - every change is an event in the same commit.
 */
export interface KillSwitchDeps {
  readonly note: Journal['note']
  readonly fileExists: () => boolean
  readonly clock: Clock
}

export class KillSwitch {
  readonly #deps: KillSwitchDeps
  #state: HaltState = RUNNING
  /** The halt in force that is on disk or on its way there. */
  #written: Promise<unknown> | undefined
  /** The halt that a resume is about to end. */
  #ending: HaltState | undefined

  constructor(deps: KillSwitchDeps) {
    this.#deps = deps
  }

  get state(): HaltState {
    return this.#state
  }

  /** What was stored never takes back a halt that was asked for meanwhile. */
  restore(fact: string | undefined): void {
    if (this.#state.halted) return
    this.#state = fromFact(fact, this.#deps.clock.now())
    if (this.#state.halted) this.#written = Promise.resolve()
  }

  async halt(reason: string, by: string): Promise<void> {
    await this.#turn(halt(this.#state === this.#ending ? RUNNING : this.#state, { reason, by }, this.#deps.clock.now()))
  }

  /** Says whether the file has just halted trading. */
  async noticeFile(): Promise<boolean> {
    const before = this.#state
    if (before.halted) return false
    await this.#turn(noticeFile(before, this.#deps.fileExists(), this.#deps.clock.now()))
    return this.#state.halted
  }

  async resume(by: string, since: Instant | undefined): Promise<ResumeAnswer> {
    const { note, clock, fileExists } = this.#deps
    const before = this.#state
    const answer = resume(before, { since, fileExists: fileExists() })
    if (answer.kind === 'refused') return answer
    if (answer.kind === 'running') return { kind: 'resumed' }
    this.#ending = before
    try {
      await note('halt.off', clock.now(), { reason: 'resumed', detail: { by } }, { [HALT_FACT]: toFact(answer.state) })
      if (this.#state === before) this.#state = answer.state
    } finally {
      this.#ending = undefined
    }
    return { kind: 'resumed' }
  }

  async #turn(next: HaltState): Promise<void> {
    if (!next.halted) return
    if (next !== this.#state || this.#written === undefined) this.#written = this.#write(next)
    const written = this.#written
    try {
      await written
    } catch (error) {
      if (this.#written === written) this.#written = undefined
      throw error
    }
  }

  #write(next: Extract<HaltState, { halted: true }>): Promise<unknown> {
    this.#state = next
    const { note, clock } = this.#deps
    return note('halt.on', clock.now(), { reason: next.reason, detail: { by: next.by } }, { [HALT_FACT]: toFact(next) })
  }
}
