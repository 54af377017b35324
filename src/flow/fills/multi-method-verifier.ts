import {
  type FillProofs,
  type FillReport,
  type FillVerification,
  hearWitnesses,
  verifyFill,
  weighWitnesses,
} from '../../core/fill-verification.ts'
import type { Quantity } from '../../core/money.ts'

/** Four independent witnesses of a complete fill, at one venue: whatever its fields prove there, and no more. */
export class MultiMethodVerifier {
  readonly #proofs: FillProofs

  /** The venue's capabilities are its proofs. */
  constructor(proofs: FillProofs) {
    this.#proofs = proofs
  }

  /** By one report alone. */
  verify(ordered: Quantity, report: FillReport): FillVerification {
    return verifyFill(ordered, report, this.#proofs)
  }

  /** By all that was ever reported, in whatever order it came. */
  verifyAll(ordered: Quantity, reports: readonly FillReport[]): FillVerification {
    return weighWitnesses(reports.flatMap((report) => hearWitnesses(ordered, report, this.#proofs)))
  }
}
