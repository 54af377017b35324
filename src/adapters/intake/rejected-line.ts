import { formatTime, type Instant } from '../../core/time.ts'
import type { SignalProblem } from '../../ports/order-commands.ts'

/** A line that became no signal, with what is needed to mend it and send it again. */
export interface RejectedLine {
  readonly at: Instant
  readonly by: string
  /** Bytes before the line in the file or stream. */
  readonly offset: number
  readonly code: string
  readonly message: string
  readonly errors?: readonly SignalProblem[]
  /** The order that has the signal's id already. */
  readonly orderId?: string
  /** The line, or how it begins when it is too long. */
  readonly bytes: Uint8Array
}

const LOSSY = new TextDecoder('utf-8', { ignoreBOM: true })
/** What is shown of a line that is too long to be kept. */
export const HEAD_BYTES = 1_024

export function rejectedRecord({ at, by, offset, code, message, errors, orderId, bytes }: RejectedLine): string {
  const record = { time: formatTime(at), from: by, offset, code, message, errors, order_id: orderId }
  return `${JSON.stringify({ ...record, text: LOSSY.decode(bytes) })}\n`
}
