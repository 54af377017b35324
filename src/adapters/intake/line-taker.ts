import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SignalRequest } from '../../ports/order-commands.ts'
import { type OfferDeps, offerSignal, type SettledAdmission } from './offer-signal.ts'
import { MAX_LINE_BYTES, readLine, tooLong } from './read-line.ts'
import { HEAD_BYTES, type RejectedLine } from './rejected-line.ts'

export interface IntakeCounts {
  /** Lines settled, blank ones not counted. */
  readonly lines: number
  /** New orders. */
  readonly taken: number
  /** Signals that had been answered before. */
  readonly duplicates: number
  /** Recorded as denied, never sent. */
  readonly denied: number
  /** Became no signal: told in the record of rejected lines. */
  readonly rejected: number
  /** Answers that said to come again. */
  readonly postponed: number
}

export interface LineTakerDeps extends OfferDeps {
  readonly by: string
  readonly clock: Clock
  readonly onRejected: (line: RejectedLine) => void
}

export interface IncomingLine {
  readonly bytes: Uint8Array
  /** True when `bytes` is only how a line begins that is too long. */
  readonly isCut?: boolean
  readonly offset: number
  readonly receivedAt: Instant
}

/**
 * Turns lines into signals, one after the other. Guarantees:
 * - the next line begins only when this one is settled: taken, denied, or rejected with a reason;
 * - a line that cannot be a signal is handed to `onRejected` and stops nothing.
 */
export class LineTaker {
  readonly #deps: LineTakerDeps
  readonly #counts = { lines: 0, taken: 0, duplicates: 0, denied: 0, rejected: 0, postponed: 0 }

  constructor(deps: LineTakerDeps) {
    this.#deps = deps
  }

  get counts(): IntakeCounts {
    return { ...this.#counts }
  }

  /** False when the work was stopped first; the line is then not settled. */
  async take(line: IncomingLine): Promise<boolean> {
    const read = line.isCut === true ? tooLong(`more than ${MAX_LINE_BYTES} bytes`) : readLine(line.bytes)
    if (read.kind === 'blank') return true
    if (read.kind === 'unreadable') {
      this.#reject(line, read)
      return true
    }
    const { by } = this.#deps
    const request: SignalRequest = { body: read.body, receivedAt: line.receivedAt, by }
    const { admission, postponed } = await offerSignal(request, this.#deps)
    this.#counts.postponed += postponed
    if (admission === undefined) return false
    this.#settle(line, admission)
    return true
  }

  #settle(line: IncomingLine, admission: SettledAdmission): void {
    switch (admission.kind) {
      case 'malformed': {
        const { errors } = admission
        const message = errors.map((error) => error.message).join('; ')
        this.#reject(line, { code: 'signal.invalid', message, errors })
        return
      }
      case 'conflict': {
        const { signalId, orderId } = admission
        const message = `signal ${signalId} was taken before with other content`
        this.#reject(line, { code: 'signal.conflict', message, orderId })
        return
      }
      default:
        this.#counts.lines += 1
        this.#counts[admission.duplicate ? 'duplicates' : admission.kind] += 1
    }
  }

  #reject(
    { bytes, offset }: IncomingLine,
    { code, message, errors, orderId }: Pick<RejectedLine, 'code' | 'message' | 'errors' | 'orderId'>,
  ): void {
    this.#counts.lines += 1
    this.#counts.rejected += 1
    const { by, clock, onRejected } = this.#deps
    onRejected({
      at: clock.now(),
      by,
      offset,
      code,
      message,
      ...(errors === undefined ? {} : { errors }),
      ...(orderId === undefined ? {} : { orderId }),
      bytes: bytes.length > MAX_LINE_BYTES ? bytes.subarray(0, HEAD_BYTES) : bytes,
    })
  }
}
