import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { OrderCommands } from '../../ports/order-commands.ts'
import type { Random } from '../../ports/random.ts'
import { LineSplitter } from './line-splitter.ts'
import { type IntakeCounts, LineTaker } from './line-taker.ts'
import { pause } from './pause.ts'
import type { RejectedLine } from './rejected-line.ts'

export interface JsonLinesStreamDeps {
  /** Name of the stream, such as `stdin`. */
  readonly by: string
  readonly admit: OrderCommands['admit']
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly stop: AbortSignal
  /** Each line that became no signal; the log tells of the first of a piece only. */
  readonly onRejected?: (line: RejectedLine) => void
}

export interface StreamReport extends IntakeCounts {
  /** `ended`: all of it is settled. `failed`: the stream broke off. `stopped`: we did, and what was not settled is lost. */
  readonly end: 'ended' | 'stopped' | 'failed'
}

/** Whoever waits so long for a stream has read all that had been written. */
const CAUGHT_UP_MS = 50
const BREATH_AFTER_LINES = 500

/**
 * Takes a stream of signals, one JSON object a line, until it ends. Guarantees:
 * - lines are taken in order; a line that is no signal is told and stops nothing;
 * - nothing is read ahead of what is settled but one piece, so a slow daemon slows the writer down and memory is bounded;
 * - a signal without a time of its own counts as received when its piece came; after a wait, when the wait began;
 * - a last line without a newline is taken when the stream ended, not when it broke off.
 * A stream cannot be read twice: whoever must not lose a signal uses a file.
 */
export async function takeJsonLines(
  source: AsyncIterable<Uint8Array>,
  deps: JsonLinesStreamDeps,
): Promise<StreamReport> {
  const rejected: RejectedLine[] = []
  const taker = new LineTaker({ ...deps, onRejected: (line) => void rejected.push(line) })
  const end = await drain(source, taker, deps, () => tell(rejected.splice(0), deps))
  tell(rejected.splice(0), deps)
  const report = { end, ...taker.counts }
  deps.log.info('intake.stream_ended', { by: deps.by, ...report })
  return report
}

async function drain(
  source: AsyncIterable<Uint8Array>,
  taker: LineTaker,
  deps: JsonLinesStreamDeps,
  afterEach: () => void,
): Promise<StreamReport['end']> {
  const { clock, timers, stop, log, by } = deps
  const splitter = new LineSplitter()
  const chunks = source[Symbol.asyncIterator]()
  let behindSince: number | undefined
  let receivedAt = clock.now()
  let sinceBreath = 0
  for (;;) {
    const asked = clock.monotonic()
    let next: IteratorResult<Uint8Array> | undefined
    try {
      next = await unlessStopped(chunks.next(), stop)
    } catch (error) {
      log.error('intake.stream_failed', { by, error })
      return 'failed'
    }
    if (next === undefined) return 'stopped'
    if (next.done === true) break
    if (clock.monotonic() - asked >= CAUGHT_UP_MS) behindSince = undefined
    receivedAt = behindSince ?? clock.now()
    const before = taker.counts.postponed
    for (const line of splitter.push(next.value)) {
      if (!(await taker.take({ ...line, receivedAt }))) return 'stopped'
      sinceBreath += 1
      if (sinceBreath % BREATH_AFTER_LINES === 0) await pause(0, 'intake.breath', timers, stop)
    }
    if (taker.counts.postponed > before) behindSince ??= receivedAt
    afterEach()
  }
  const last = splitter.end()
  return last === undefined || (await taker.take({ ...last, receivedAt })) ? 'ended' : 'stopped'
}

/** `undefined` when stopped first; the piece that was asked for is then left to whoever owns the stream. */
function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const give = (): void => resolve(undefined)
    if (stop.aborted) give()
    stop.addEventListener('abort', give)
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', give))
  })
}

function tell(rejected: readonly RejectedLine[], { log, by, onRejected }: JsonLinesStreamDeps): void {
  const [first] = rejected
  if (first === undefined) return
  for (const line of rejected) onRejected?.(line)
  const { offset, code, message } = first
  log.warn('intake.rejected', { by, count: rejected.length, offset, code, message })
}
