import { sha256 } from './hash.ts'

/**
 * The audit log's chain. Guarantees:
 * - a line is one line in every reader's eyes, whatever text came from outside: what could end it, hide in it or turn it
 *   around on a terminal is escaped;
 * - a body goes in as it was committed, between `v` and the closing fields; only `seq`, `account_seq`, `prev` and `hash`
 *   are the log's own;
 * - whatever is changed, taken out, put in or moved between two lines that are still there is found. What is cut off at
 *   the end is found only by somebody who kept a later head.
 */
export const GENESIS = '0'.repeat(64)

/** Events that belong to no account are numbered under this name. */
export const NO_ACCOUNT = '_'

export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

export interface Link {
  readonly seq: number
  readonly prev: string
  /** Absent on lines the log writes about itself. */
  readonly account?: string
  readonly accountSeq?: number
}

const VERSION = /^\{"v":\d+,"/
/** Written so that no control character has to stand in it: everything below the space. */
const CONTROL = /[^ -\uffff]/
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
const HASH_FIELD = /,"hash":"([0-9a-f]{64})"\}$/
const HASH_FIELD_LENGTH = `,"hash":"${GENESIS}"}`.length

/** Can this text become a line: an object on one line that begins with its version? */
export const isAuditBody = (body: string): boolean => VERSION.test(body) && body.endsWith('}') && !CONTROL.test(body)

export function auditLine(body: string, link: Link): { readonly line: string; readonly hash: string } {
  const afterVersion = body.indexOf(',') + 1
  const rest = oneLine(body.slice(afterVersion, -1))
  const text = `${body.slice(0, afterVersion)}"seq":${link.seq},${rest}${ownerFields(body, link)},"prev":"${link.prev}"`
  const hash = sha256(`${text}}`)
  return { line: `${text},"hash":"${hash}"}`, hash }
}

function ownerFields(body: string, { account, accountSeq }: Link): string {
  if (account === undefined || accountSeq === undefined) return ''
  const journal = namesAccount(body, account) ? '' : `,"journal":${oneLine(JSON.stringify(account))}`
  return `,"account_seq":${accountSeq}${journal}`
}

/** An `account` further in may be somebody else's; a brace inside a text only makes this answer no, which is harmless. */
function namesAccount(body: string, account: string): boolean {
  const inner = body.indexOf('{', 1)
  const at = body.indexOf('"account":')
  if (at === -1) return account === NO_ACCOUNT
  return (inner === -1 || at < inner) && body.startsWith(JSON.stringify(account), at + '"account":'.length)
}

/** JSON that stays one line, and reads from left to right, wherever it is shown. */
export const oneLine = (json: string): string =>
  json.replace(UNSAFE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** What anybody needs of a line to place it; the rest of it is in `fields`. */
export interface AuditLine extends ChainHead {
  readonly prev: string
  readonly event: string
  readonly eventId: string
  readonly time: string
  /** Whose numbers `accountSeq` counts. */
  readonly journal: string
  readonly accountSeq?: number
  readonly fields: ReadonlyMap<string, unknown>
}

/** `undefined` for what is no line of an audit log, or one that its own hash contradicts. */
export function readAuditLine(text: string): AuditLine | undefined {
  const hash = HASH_FIELD.exec(text)?.[1]
  if (hash === undefined || sha256(`${text.slice(0, -HASH_FIELD_LENGTH)}}`) !== hash) return undefined
  const fields = fieldsOf(text)
  const seq = fields.get('seq')
  const accountSeq = fields.get('account_seq')
  const [prev, event, eventId, time] = ['prev', 'event', 'event_id', 'time'].map((name) => textOf(fields.get(name)))
  if (typeof seq !== 'number' || prev === undefined || event === undefined) return undefined
  const journal = textOf(fields.get('journal')) ?? textOf(fields.get('account')) ?? NO_ACCOUNT
  return {
    seq,
    hash,
    prev,
    event,
    eventId: eventId ?? '',
    time: time ?? '',
    journal,
    ...(typeof accountSeq === 'number' ? { accountSeq } : {}),
    fields,
  }
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map()
  } catch {
    return new Map()
  }
}
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The next line of a chain, or what is wrong with it. `text` is without its line feed. */
export function nextLine(before: ChainHead | undefined, text: string): AuditLine | string {
  const line = readAuditLine(text)
  if (line === undefined) return 'not a line as it was written: it was changed, or never was one'
  if (before === undefined) return begins(line) ? line : 'the log does not begin with its first line'
  if (line.seq !== before.seq + 1) return `seq ${line.seq} follows seq ${before.seq}`
  if (line.prev !== before.hash) return 'does not continue the line before it'
  return line
}

/** Old files may be gone; then the oldest one left says what it continues. */
export const CONTINUED = 'audit.continued'
const begins = (line: AuditLine): boolean => line.event === CONTINUED || (line.seq === 1 && line.prev === GENESIS)

export type ChainVerdict =
  | { readonly ok: true; readonly lines: number; readonly head?: ChainHead; readonly torn: boolean }
  | { readonly ok: false; readonly line: number; readonly seq?: number; readonly problem: string }

/** Each line comes with its line feed; a last one without is torn, which a crash does and is no tampering. */
export function verifyChain(lines: Iterable<string>, expected: { readonly head?: string } = {}): ChainVerdict {
  let head: ChainHead | undefined
  let count = 0
  let torn = false
  let headSeen = expected.head === undefined
  for (const text of lines) {
    if (torn) return { ok: false, line: count + 1, problem: 'a line without its end in the middle' }
    torn = !text.endsWith('\n')
    if (torn) continue
    const line = nextLine(head, text.slice(0, -1))
    count += 1
    if (typeof line === 'string') {
      return { ok: false, line: count, ...(head === undefined ? {} : { seq: head.seq + 1 }), problem: line }
    }
    head = { seq: line.seq, hash: line.hash }
    headSeen ||= line.hash === expected.head
  }
  if (!headSeen) return { ok: false, line: count, problem: HEAD_MISSING }
  return { ok: true, lines: count, ...(head === undefined ? {} : { head }), torn }
}

export const HEAD_MISSING = 'the given head is not in the log: lines are missing at its end, or it is another log'
