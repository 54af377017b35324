import type { Timer, Timers } from '../../../ports/clock.ts'
import type { WalState } from './commit-host.ts'
import type { GroupCommit } from './group-commit.ts'
import type { ListHost } from './list-host.ts'

/**
 * Keeps the write-ahead log short. Guarantees:
 * - checkpoints run beside the writer, so that no order waits for one, for as long as they keep up;
 * - at the cap the writer itself makes the log begin anew, between two batches, so its file stays under 64 MB unless
 *   somebody outside holds a read open on it for so long;
 * - a store that has fallen quiet has all but the last few pages of its log in the main file, unless somebody outside reads.
 */
const PAGE = 4_096
export const SOFT_PAGES = (4 * 1024 * 1024) / PAGE
export const CAP_PAGES = (16 * 1024 * 1024) / PAGE
const QUIET_MS = 1_000
/** Less than this left behind is not worth a sync of the main file. */
const QUIET_PAGES = 64

export interface WalKeeperDeps {
  readonly lists: Pick<ListHost, 'checkpoint'>
  readonly timers?: Timers
  readonly commits: () => Pick<GroupCommit, 'checkpoint' | 'fail'>
}

export class WalKeeper {
  readonly #deps: WalKeeperDeps
  #checking: Promise<void> | undefined
  // While somebody outside reads, neither gets far: both are asked again once the log has grown by as much.
  #restartedAt = 0
  #leftBehind = 0
  #quiet: Timer | undefined

  constructor(deps: WalKeeperDeps) {
    this.#deps = deps
  }

  grown({ pages, left }: WalState): void {
    if (pages < this.#restartedAt) this.#restartedAt = 0
    this.#leftBehind = Math.min(this.#leftBehind, left)
    if (pages >= Math.max(CAP_PAGES, this.#restartedAt + SOFT_PAGES)) this.#restart(pages)
    else if (left >= this.#leftBehind + SOFT_PAGES) this.#checking ??= this.#check()
    this.#armQuiet(left)
  }

  close(): void {
    this.#quiet?.cancel()
  }

  #restart(pages: number): void {
    this.#restartedAt = pages
    void this.#beginAnew()
  }

  async #check(): Promise<void> {
    const result = await this.#deps.lists.checkpoint()
    this.#checking = undefined
    if (result.kind === 'failed') this.#deps.commits().fail(result)
    else this.#leftBehind = result.wal.left
  }

  #armQuiet(left: number): void {
    if (left < QUIET_PAGES || this.#deps.timers === undefined) return
    this.#quiet?.cancel()
    this.#quiet = this.#deps.timers.after(QUIET_MS, 'store.checkpoint', () => void this.#beginAnew())
  }

  // Two checkpoints do not run at once: the writer's would find the other under way and do nothing.
  async #beginAnew(): Promise<void> {
    await this.#checking
    await this.#deps.commits().checkpoint()
  }
}
