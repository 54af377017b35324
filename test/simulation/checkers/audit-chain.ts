import { createHash } from 'node:crypto'
import { type Fields, objectOf, text } from './fields.ts'

/**
 * The audit log read by somebody who knows only its description: each line holds the hash of itself and of the line
 * before it, and numbers and chain go on over files. What was read before is not read again while it still stands there.
 */
export interface AuditEntry {
  readonly seq: number
  readonly journal: string
  readonly accountSeq: number
  readonly eventId: string
  readonly fields: Fields
  readonly line: string
}

const FIRST = '0'.repeat(64)
const END = /,"hash":"([0-9a-f]{64})"\}$/
const END_LENGTH = `,"hash":"${FIRST}"}`.length

export class AuditReader {
  /** What each account was told, by its numbers, as far as it still counts. */
  entries: AuditEntry[] = []
  problems: string[] = []
  #hashes = [FIRST]
  #read = ''

  read(files: readonly string[]): void {
    const text = files.join('')
    if (!text.startsWith(this.#read)) this.#again()
    const whole = text.lastIndexOf('\n') + 1
    for (const line of text.slice(this.#read.length, whole).split('\n')) if (line !== '') this.#line(line)
    this.#read = text.slice(0, whole)
  }

  #again(): void {
    this.entries = []
    this.problems = []
    this.#hashes = [FIRST]
    this.#read = ''
  }

  #line(line: string): void {
    const own = END.exec(line)?.[1]
    const fields = own === undefined ? {} : objectOf(JSON.parse(line))
    const isContinued = fields.event === 'audit.continued'
    const here = this.#hashes.length - 1
    const before = isContinued ? placeOf(fields, here) : here
    const must = (holds: boolean, what: string): void => {
      if (!holds) this.problems.push(`line ${before + 1} ${what}`)
    }
    must(own !== undefined && sha256(`${line.slice(0, -END_LENGTH)}}`) === own, 'is not as it was written')
    must(fields.seq === before + 1, `has the number ${String(fields.seq)}`)
    must(fields.prev === this.#hashes[before], 'does not continue the one before')
    this.#hashes.length = before + 1
    this.#hashes.push(own ?? '')
    if (isContinued) this.entries = stillCounting(this.entries, fields, before)
    else this.entries.push(entryOf(fields, before + 1, line))
  }
}

/** A file that somebody else wrote to is left to him: the log goes on after the last line that is its own. */
function placeOf({ reason, detail }: Fields, here: number): number {
  const last = objectOf(detail).last_seq
  return BRANCHES.has(String(reason)) && typeof last === 'number' && last < here ? last : here
}
const BRANCHES = new Set(['changed', 'removed'])

/** A log that knows more than a store which was put back keeps its lines, and says from where on they count no more. */
function stillCounting(entries: readonly AuditEntry[], { reason, detail }: Fields, upTo: number): AuditEntry[] {
  const own = entries.filter(({ seq }) => seq <= upTo)
  if (reason !== 'store_behind') return own
  const positions = new Map(objectOf(detail).positions as Iterable<readonly [string, number]>)
  return own.filter(({ journal, accountSeq }) => accountSeq <= (positions.get(journal) ?? accountSeq))
}

const entryOf = (fields: Fields, seq: number, line: string): AuditEntry => ({
  seq,
  line,
  journal: text(fields.journal) ?? text(fields.account) ?? '_',
  accountSeq: Number(fields.account_seq),
  eventId: text(fields.event_id) ?? '',
  fields,
})
const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex')
