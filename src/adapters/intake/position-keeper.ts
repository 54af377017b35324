import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type FilePosition, positionToFact } from './file-position.ts'

export interface PositionKeeperDeps {
  readonly path: string
  readonly savePosition: (fact: string) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** A place that has not moved is still saved so often, since its time says how old the next line may be. */
const FRESHEN_AFTER_MS = 30_000
const RETRY_AFTER_MS = 1_000

/**
 * Saves how far the file has been taken. A failure costs nothing but repetition after a crash, once any place in the file
 * is saved: before that, a rotation would put the file where no later start looks for it.
 */
export class PositionKeeper {
  readonly #deps: PositionKeeperDeps
  #saved: FilePosition | undefined
  #notBefore = Number.NEGATIVE_INFINITY

  constructor(deps: PositionKeeperDeps) {
    this.#deps = deps
  }

  knows({ identity }: FilePosition): boolean {
    return this.#saved?.identity === identity
  }

  async keep(position: FilePosition): Promise<void> {
    const saved = this.#saved
    const isSamePlace = saved?.offset === position.offset && saved.identity === position.identity
    if (isSamePlace && position.writtenSince - saved.writtenSince < FRESHEN_AFTER_MS) return
    if (this.#deps.clock.monotonic() >= this.#notBefore) await this.keepNow(position)
  }

  async keepNow(position: FilePosition): Promise<void> {
    const { savePosition, log, path, clock } = this.#deps
    try {
      await savePosition(positionToFact(position))
      this.#saved = position
    } catch (error) {
      this.#notBefore = clock.monotonic() + RETRY_AFTER_MS
      log.warn('intake.position_not_saved', { path, offset: position.offset, error })
    }
  }
}
