import type { VenueCapabilities } from '../../src/ports/broker-gateway.ts'

/** What a venue may do with our id, as capability records: whatever else a test needs of it, it says itself. */
type Habits = Partial<VenueCapabilities>
export const SETTLES_MS = 5_000
const id = (enforced: VenueCapabilities['clientOrderId']['enforced'], isCarried = true): Habits => ({
  absenceSettlesMs: SETTLES_MS,
  clientOrderId: { enforced, maxLength: 36, isCarried },
})

/** Refuses a repeated id for ever. */
export const CLASS_A = id('forever')
/** Refuses it for the rest of its day. */
export const CLASS_B = id('day')
/** Shows it, and would take it twice. */
export const CLASS_C = id('never')
/** Has no place for it. */
export const CLASS_D: Habits = { ...id('never', false), namesExecutions: false }
