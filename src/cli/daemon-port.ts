import type { LoadedConfig } from '../config/load.ts'
import type { Daemon, DaemonOptions } from '../daemon.ts'

/** What `start` and `demo` need of the daemon. It is handed in, so that no other command has to load it. */
export type StartDaemon = (options: DaemonOptions) => Promise<Daemon>

export interface AuditRequest {
  /** The log by its current name, with the rotated files beside it; or the one file that `only` names. */
  readonly path: string
  /** The bare name of one file, to look at that one alone. */
  readonly only?: string
  readonly head?: string
  /** Set when the lines are compared with the store of this configuration. */
  readonly store?: LoadedConfig
}
export interface AuditVerdict {
  readonly ok: boolean
  readonly files: readonly string[]
  readonly lines: number
  readonly firstSeq?: number
  readonly firstTime?: string
  readonly lastTime?: string
  readonly head?: { readonly seq: number; readonly hash: string }
  readonly torn: boolean
  readonly problem?: { readonly file: string; readonly line: number; readonly seq?: number; readonly problem: string }
  readonly comparison?: {
    readonly orders: number
    readonly notComparable: number
    readonly differences: readonly string[]
  }
}
export type VerifyAudit = (request: AuditRequest) => Promise<AuditVerdict>

export interface PaperVenueRequest {
  readonly port: number
  readonly model: 'calm' | 'lively'
  readonly seed?: string
  readonly stateFile?: string
}
export interface PaperVenue {
  readonly url: string
  close(): Promise<void>
}
export type ServePaper = (request: PaperVenueRequest) => Promise<PaperVenue>

export interface AlpacaSimulationRequest {
  readonly port: number
  readonly control_port: number
  readonly seed?: string
  readonly faults?: string
  readonly script?: string
  readonly speed: number
  readonly at?: number
  readonly hours: 'always' | 'exchange'
  readonly fills: 'auto' | 'manual'
}
export interface AlpacaSimulation {
  readonly url: string
  readonly streamUrl: string
  readonly controlUrl: string
  readonly keyId: string
  readonly secretKey: string
  close(): Promise<void>
}
export type ServeAlpaca = (request: AlpacaSimulationRequest) => Promise<AlpacaSimulation>
