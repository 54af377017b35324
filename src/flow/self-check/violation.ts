import type { Plain } from '../../core/order-events.ts'

/** A promise that was found broken, with everything that shows it. */
export interface Violation {
  readonly invariant: 'I-03' | 'I-05' | 'I-17' | 'I-18' | 'I-19' | 'I-21' | 'I-33' | 'I-36' | 'I-41' | 'I-44'
  readonly message: string
  readonly evidence: Plain
}
