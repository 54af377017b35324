/**
 * Permission for one order request. Made by the exit gate for one order, generation, attempt and payload; used by the
 * transport as its last synchronous act before the write. A transport refuses an order request without one.
 */
export interface ExitPass {
  /** Throws `NotSent` when the order may not leave after all. At most once; the bytes must be those that were approved. */
  use(bytes: string): void
}

/** Proof that no byte of the request left: thrown by a pass, before the write. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
