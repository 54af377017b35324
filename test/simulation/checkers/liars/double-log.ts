import { createHash } from 'node:crypto'

/** An audit log as its description says it is written. */
export interface LogEntry {
  body: string
  readonly account: string
  readonly accountSeq: number
}

const FIRST = '0'.repeat(64)

export class DoubleLog {
  readonly entries: LogEntry[] = []
  /** Number of the line that says it follows another one than it does. */
  brokenAt: number | undefined

  get text(): string {
    let prev = FIRST
    let text = ''
    this.entries.forEach(({ body, account, accountSeq }, n) => {
      if (n === this.brokenAt) prev = FIRST.replace('0', '1')
      const journal = body.includes(`"account":"${account}"`) ? '' : `,"journal":"${account}"`
      const line = `{"v":1,"seq":${n + 1},${body.slice('{"v":1,'.length, -1)},"account_seq":${accountSeq}${journal},"prev":"${prev}"}`
      prev = sha256(line)
      text += `${line.slice(0, -1)},"hash":"${prev}"}\n`
    })
    return text
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
