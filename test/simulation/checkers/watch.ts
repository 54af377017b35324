import type { Checker, Evidence } from '../evidence.ts'
import type { Reading } from './reading.ts'

/** A checker that says how often it had something to judge, and what it missed to judge more: one that never judged proves nothing. */
export interface CountingChecker extends Checker {
  readonly name: string
  readonly judged: number
  /** How often a look had to do without a part of the evidence, by the name of that part. */
  readonly lacked: ReadonlyMap<string, number>
}

/**
 * What all checkers have in common. Guarantees:
 * - what cannot be read is a finding, never an end of the checking;
 * - when an older copy of the disk has taken the place of what there was, what was known of it is forgotten first.
 */
export abstract class Watch implements CountingChecker {
  abstract readonly name: string
  abstract readonly guards: readonly string[]
  abstract readonly when: 'always' | 'quiet'
  protected readonly reading: Reading
  readonly #lacked = new Map<string, number>()
  #found: string[] = []
  #disks: number
  judged = 0

  constructor(reading: Reading) {
    this.reading = reading
    this.#disks = reading.disks
  }

  get lacked(): ReadonlyMap<string, number> {
    return this.#lacked
  }

  check(evidence: Evidence): readonly string[] {
    this.#found = []
    try {
      this.reading.read(evidence)
      if (this.#disks !== this.reading.disks) this.restored()
      this.#disks = this.reading.disks
      this.look(evidence)
    } catch (error) {
      this.wrong(this.guards[0] ?? 'I-30', `cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
    return this.#found
  }

  protected abstract look(evidence: Evidence): void
  /** Forgets what was learned from the disk that is gone. */
  protected restored(): void {}

  protected wrong(invariant: string, what: string): void {
    this.#found.push(`${invariant}: ${what}`)
  }
  protected lacks(part: string): void {
    this.#lacked.set(part, (this.#lacked.get(part) ?? 0) + 1)
  }
}
