import type { DatabaseSync } from 'node:sqlite'

/** What the checkers may look at: the venue's truth, the wire, the disk, what an independent listener saw, and the log. Nothing of the daemon's own. */
export interface Evidence {
  /** Virtual milliseconds since the start of the seed. */
  readonly now: number
  readonly venues: readonly VenueTruth[]
  /** Everything that crossed the network, in order, over all lives and all daemons. */
  readonly wire: readonly WireRecord[]
  /** The daemon's disk; read with the public schema. */
  readonly disk: DatabaseSync
  /** Events as an independent sink was given them, in the order they came, over all lives. */
  readonly events: readonly SeenEvent[]
  /** The audit log, whole files oldest first. */
  readonly audit: readonly string[]
  /** What each trader was told, by signal id. */
  readonly answers: ReadonlyMap<string, TraderAnswer>
  /** Halts as the operator was told of them, and when. */
  readonly halts: readonly { readonly at: number; readonly on: boolean }[]

  // What follows makes checks sharper. A checker that misses a part counts how often (`lacked`) and does without.
  /** When an older copy of the disk took the place of what there was. Filled by the world. */
  readonly restores?: readonly { readonly at: number }[]
  /** When each daemon process began and ended. Filled by the world. */
  readonly lives?: readonly LifeSpan[]
  /** When the store failed, and when a probe of it was answered. Filled by the disk. */
  readonly storeTrouble?: readonly Span[]
  /** When the independent listener, or the daemon's way to him, did not work. Filled by the world. */
  readonly listenerTrouble?: readonly Span[]
  /** Every request that came to the network's door, whether or not a byte of it left. Filled by the link. */
  readonly tries?: readonly Try[]
  /** What the daemons are configured to keep, by account. Filled by the runner from the configuration text. */
  readonly limits?: ReadonlyMap<string, Limits>
  /** Versions of the configuration that were in force at some time. Filled by the world. */
  readonly configVersions?: readonly string[]
  /** The streams of every life: which of them fell silent without a word, and when each ended. Filled by the stream link. */
  readonly streams?: readonly StreamSpan[]
}

/** `until` is absent while it lasts. */
export interface Span {
  readonly from: number
  readonly until?: number
}
export interface LifeSpan extends Span {
  readonly life: number
}
export interface Try {
  readonly at: number
  readonly life: number
  readonly account: string
  readonly what: WireRecord['what']
  readonly tag?: string
}
export interface StreamSpan extends Span {
  readonly life: number
  readonly account: string
  /** When the daemon was told that it is open. */
  readonly openedAt?: number
  /** From here on it delivered nothing that it should have. */
  readonly deafFrom?: number
}
/** Decimals as text; what is absent is unlimited. */
export interface Limits {
  readonly maxAttempts?: number
  readonly maxOrderNotional?: string
  readonly maxPositionNotional?: string
  readonly maxOpenOrders?: number
  /** An order in doubt for longer is an alarm. */
  readonly doubtAlarmMs?: number
  /** A silent stream is replaced within this time. */
  readonly streamStaleMs?: number
}
/** At most so many requests of a class in any window of this length. */
export interface Budget {
  readonly class: 'order' | 'cancel' | 'read' | 'all'
  readonly requests: number
  readonly perMs: number
}

/** One account at one simulated venue: its memory is the truth. */
export interface VenueTruth {
  readonly account: string
  readonly resendClass: 'A' | 'B' | 'C' | 'D'
  readonly orders: readonly TrueOrder[]
  readonly positions: ReadonlyMap<string, string>
  /** How long what is there may stay unseen: absence proves nothing before. Filled by the site. */
  readonly settlesMs?: number
  /** Class B: one moment at which the venue forgets the ids it knows; it does so every day. Filled by the site. */
  readonly forgetsAt?: number
  /** Filled by the site. */
  readonly environment?: 'paper' | 'live'
  /** What the venue allows. Filled by the site. */
  readonly budget?: readonly Budget[]
  readonly longestClientId?: number
}

export interface TrueOrder {
  readonly brokerOrderId: string
  /** The id of ours that travelled outside the wire's own words, so that it is known for class D too; absent for a stranger's order. */
  readonly tag?: string
  /** What the venue itself was told, if it takes ids at all. */
  readonly clientOrderId?: string
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly limitPrice?: string
  /** The truth in our words: `working`, `filled`, `cancelled`, `rejected`, `expired`. */
  readonly status: 'working' | 'filled' | 'cancelled' | 'rejected' | 'expired'
  readonly filled: string
  readonly executions: readonly TrueExecution[]
  readonly acceptedAt: number
}
export interface TrueExecution {
  readonly id: string
  readonly quantity: string
  readonly price: string
  readonly at: number
  /** Undone, or amended: it counts no more, or as `quantity` and `price` now say. */
  readonly busted?: boolean
  readonly amendedAt?: number
}

export interface WireRecord {
  readonly at: number
  /** Which daemon process, counted over the seed; two may be alive at once. */
  readonly life: number
  readonly epoch?: number
  readonly account: string
  readonly what: 'submit' | 'cancel' | 'replace' | 'read' | 'stream'
  readonly direction: 'out' | 'in'
  /** The order the request is about, by our id. */
  readonly tag?: string
  readonly body: string
  /** What the disk held when the first byte left: its last event's `seq`, and the account's epoch. Filled by the link. */
  readonly durable?: { readonly seq: number; readonly epoch: number }
  /** The wall clock of the process that sent it. Filled by the link. */
  readonly clock?: number
  /** The venue's own id of the order that a cancel or a replace is about. Filled by the link. */
  readonly brokerOrderId?: string
  /** Of an answer: it tells of the orders that are open, or of a page of them. Filled by the link. */
  readonly listsOpen?: boolean
  /** Of an answer: how long the venue asked to be left alone, where it said so in a way that means something. Filled by the link. */
  readonly retryAfterMs?: number
}

export interface SeenEvent {
  readonly at: number
  readonly life: number
  readonly account: string
  readonly accountSeq: number
  readonly eventId: string
  readonly line: string
}

export interface TraderAnswer {
  readonly at: number
  readonly kind: 'taken' | 'denied' | 'refused' | 'conflict'
  readonly body: string
}

/** A checker looks after each thing that happens, or only once all is quiet. */
export interface Checker {
  /** The invariants it guards: `I-01`. */
  readonly guards: readonly string[]
  readonly when: 'always' | 'quiet'
  /** What is wrong, each beginning with the invariant's number; empty when nothing is. */
  check(evidence: Evidence): readonly string[]
}
