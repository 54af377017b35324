/**
 * Reads the errors of SQLite. Guarantees: an error is called harmless only where the reason stands here; whatever is not
 * listed during a COMMIT or a checkpoint counts as a disk whose content is no longer known.
 */
export type Phase = 'statement' | 'commit' | 'checkpoint'

const BUSY = 5
const FULL = 13
const CORRUPT = 11
const CONSTRAINT = 19
const NOT_A_DATABASE = 26
const IOERR_WRITE = 778
const IOERR_FSYNC = 1034
const IOERR_DIR_FSYNC = 1290

const ALWAYS_FATAL = new Set([IOERR_FSYNC, IOERR_DIR_FSYNC, CORRUPT, NOT_A_DATABASE])
/**
 * Frames of a COMMIT that met a full disk or a refused write are rolled back in the index, so no reader sees them, and
 * the next commit (the probe's) writes over them. A checkpoint that met them leaves the log as it was.
 */
const HARMLESS_AT_COMMIT = new Set([FULL, IOERR_WRITE, BUSY])

export function isFatal(phase: Phase, error: unknown): boolean {
  const code = codeOf(error)
  if (code === undefined || ALWAYS_FATAL.has(code) || ALWAYS_FATAL.has(code & 0xff)) return true
  return phase !== 'statement' && !HARMLESS_AT_COMMIT.has(code) && (code & 0xff) !== BUSY
}

export const isConstraint = (error: unknown): boolean => ((codeOf(error) ?? 0) & 0xff) === CONSTRAINT
export const isBusy = (error: unknown): boolean => ((codeOf(error) ?? 0) & 0xff) === BUSY

export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = codeOf(error)
  return code === undefined ? error.message : `${error.message} (SQLite ${code})`
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
}
