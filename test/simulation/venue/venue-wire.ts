import type { FaultId } from '../faults/fault-plan.ts'

/** How the outside meets a dialect venue: requests that may be answered late or never, and frames. */
export interface VenueRequest {
  readonly method: string
  readonly path: string
  /** `x-tag` names the order for the venue's truth; it is never shown to anyone again. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
export interface VenueReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export interface VenueWire {
  /** `answer` is called once at most: at once, late, or never. */
  handle(request: VenueRequest, answer: (reply: VenueReply) => void): void
  /** Frames from now on, until the returned function is called. */
  subscribe(frame: (text: string) => void): () => void
}

/** What the venue asks before it misbehaves; the fault plan of a seed is one. */
export interface FaultSource {
  strikes(fault: FaultId, about?: string): boolean
  /** A number in [0, 1) that belongs to the strike just made. */
  draw(fault: FaultId, what: string): number
}
export const NO_FAULTS: FaultSource = { strikes: () => false, draw: () => 0 }

export const TAG_HEADER = 'x-tag'
