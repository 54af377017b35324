import { type AuditLine, CONTINUED, readAuditLine } from '../../../core/audit-chain.ts'
import type { LogFile } from '../../../ports/log-file.ts'
import { linesBackward } from '../log-files/read-lines.ts'
import { continuedPositions } from './continued-body.ts'

export type Positions = ReadonlyMap<string, number>

export interface Tail {
  readonly last?: AuditLine
  readonly positions: Positions
  /** The earliest place, in the file that is written, from which on what was read is no chain. */
  readonly damagedFrom?: number
}

/**
 * Reads backwards until everything before is known. Saved positions were taken of a file that held exactly the lines up
 * to them, so the first line that is not beyond them is where the known part begins. If that line is older than what
 * was saved, or lies behind damage, the file has lost lines, and only the file itself is believed.
 */
export async function readTail(file: LogFile, names: readonly string[], saved: Positions): Promise<Tail> {
  const found = new Map<string, number>()
  let last: AuditLine | undefined
  let newer: (AuditLine & { readonly offset: number }) | undefined
  let damagedFrom: number | undefined
  let believesSaved = true
  let reachedSaved = false

  for (const name of names.toReversed()) {
    for await (const { text, offset } of linesBackward(file, name)) {
      const line = readAuditLine(text)
      const isLinked = line !== undefined && (newer === undefined || newer.prev === line.hash)
      if (!isLinked) {
        if (reachedSaved) return tailOf(last, filled(found, saved), damagedFrom)
        if (name === file.name) damagedFrom = line === undefined ? offset : (newer?.offset ?? offset)
        believesSaved = false
        found.clear()
        last = undefined
        newer = undefined
      }
      if (line === undefined) continue
      last ??= line
      newer = { ...line, offset }
      if (line.event === CONTINUED) return tailOf(last, filled(found, continuedPositions(line)), damagedFrom)
      if (line.accountSeq === undefined) continue
      const isNewest = !found.has(line.journal)
      if (isNewest) found.set(line.journal, line.accountSeq)
      const savedSeq = saved.get(line.journal) ?? 0
      if (line.accountSeq > savedSeq) continue
      reachedSaved = true
      if (isNewest && line.accountSeq < savedSeq) believesSaved = false
      if (believesSaved) return tailOf(last, filled(found, saved), damagedFrom)
    }
  }
  // Nothing older is left. Without a single line there is nothing to believe but what was saved.
  return tailOf(last, last === undefined && damagedFrom === undefined ? saved : found, damagedFrom)
}

const tailOf = (last: AuditLine | undefined, positions: Positions, damagedFrom: number | undefined): Tail => ({
  ...(last === undefined ? {} : { last }),
  positions,
  ...(damagedFrom === undefined ? {} : { damagedFrom }),
})

const filled = (found: Positions, rest: Positions): Positions => new Map([...rest, ...found])
