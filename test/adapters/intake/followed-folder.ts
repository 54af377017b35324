import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { JsonLinesIntake, type JsonLinesIntakeDeps } from '../../../src/adapters/intake/json-lines-file.ts'
import { KeptLog } from '../../support/hand-time.ts'
import { AdmissionAtHand } from './admission-at-hand.ts'
import { SteppedTime } from './stepped-time.ts'

const cleanUps: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A real folder with a file of signals, and whoever follows it, one after the other, as over restarts. */
export class FollowedFolder {
  readonly path: string
  readonly time = new SteppedTime()
  readonly desk = new AdmissionAtHand()
  readonly log = new KeptLog()
  /** What was saved, oldest first. */
  readonly saved: string[] = []
  saveFails = false
  #intake: JsonLinesIntake | undefined

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'surefill-intake-'))
    this.path = join(folder, 'signals.jsonl')
    cleanUps.push(() => rmSync(folder, { recursive: true }))
  }

  write(text: string | Uint8Array): void {
    writeFileSync(this.path, text)
  }
  append(text: string | Uint8Array, path = this.path): void {
    appendFileSync(path, text)
  }
  get rejected(): { code: string; message: string; text: string; offset: number; errors?: unknown; from?: string }[] {
    const text = readFileSync(`${this.path}.rejected`, 'utf8')
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
  /** Does the place that was saved last lie in the file that has the name now? */
  get hasMovedOn(): boolean {
    const { ino } = statSync(this.path, { throwIfNoEntry: false }) ?? {}
    return ino !== undefined && (this.saved.at(-1) ?? '').includes(`:${ino}"`)
  }
  get intake(): JsonLinesIntake {
    if (this.#intake === undefined) throw new Error('nobody follows')
    return this.#intake
  }

  /** Begins to follow where the last one left off; settles once all there is has been read. */
  async follow(over: Partial<JsonLinesIntakeDeps> = {}): Promise<void> {
    this.begin(over)
    await this.time.until('intake.poll')
  }
  begin(over: Partial<JsonLinesIntakeDeps> = {}): void {
    const { path, time, log } = this
    const intake = new JsonLinesIntake({
      path,
      from: this.saved.at(-1),
      admit: this.desk.admit,
      savePosition: async (fact) => {
        if (this.saveFails) throw new Error('the store is not available')
        this.saved.push(fact)
      },
      clock: time,
      timers: time,
      random: { draw: () => 0.5 },
      log,
      ...over,
    })
    this.#intake = intake
    cleanUps.push(() => intake.stop())
    intake.start()
  }
  /** Lets it look once more, and settles once it has read all there is. */
  async look(): Promise<void> {
    await this.time.ring('intake.poll')
    await this.time.until('intake.poll')
  }
  async stop(): Promise<void> {
    await this.intake.stop()
  }
  /**
   * Ends it between a line and the saving of its place, so that what was saved last goes with it. Where no line had been
   * taken there was none to end it after.
   */
  async crash(): Promise<void> {
    const kept = [...this.saved]
    const last = kept.at(-1)
    if (last !== undefined && JSON.parse(last).offset > 0) kept.pop()
    await this.stop()
    this.saved.splice(0, Number.POSITIVE_INFINITY, ...kept)
  }
}
