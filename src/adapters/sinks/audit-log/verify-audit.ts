import { type AuditLine, type ChainHead, HEAD_MISSING, nextLine } from '../../../core/audit-chain.ts'
import type { LogFile } from '../../../ports/log-file.ts'
import { linesForward } from '../log-files/read-lines.ts'
import { rotatedNames } from '../log-files/rotated-name.ts'
import { type ComparedStore, type Comparison, StoreComparison } from './compare-with-store.ts'

export interface VerifyOptions {
  /** The log by its current name; its folder is searched for the rotated files. */
  readonly file: LogFile
  /** Only this file instead of all of them. */
  readonly only?: string
  /** A hash somebody kept: it must stand somewhere in the chain. */
  readonly head?: string
  /** Compares what the lines say with what the store holds. */
  readonly store?: ComparedStore
}

export interface AuditVerdict {
  readonly ok: boolean
  readonly files: readonly string[]
  readonly lines: number
  /** 1, unless older files are gone. */
  readonly firstSeq?: number
  readonly firstTime?: string
  readonly lastTime?: string
  readonly head?: ChainHead
  /** The last line has no end: a crash does that, and the next start repairs it. */
  readonly torn: boolean
  readonly problem?: AuditProblem
  readonly comparison?: Comparison
}

export interface AuditProblem {
  readonly file: string
  /** Counted from 1 within the file. */
  readonly line: number
  /** The number the line should have had. */
  readonly seq?: number
  readonly problem: string
}

/** Walks every file in order and stops at the first line that is not as it was written. Reads, never repairs. */
export async function verifyAudit({ file, only, head, store }: VerifyOptions): Promise<AuditVerdict> {
  const files = only === undefined ? await logFiles(file) : [only]
  const comparison = store === undefined ? undefined : new StoreComparison()
  const walk = new ChainWalk(head)
  for (const name of files) {
    const problem = await walkFile(walk, file, name, comparison)
    if (problem !== undefined) return { ok: false, files, ...walk.soFar, problem }
  }
  const last = files.at(-1) ?? file.name
  if (!walk.sawHead)
    return { ok: false, files, ...walk.soFar, problem: { file: last, line: walk.line, problem: HEAD_MISSING } }
  if (comparison === undefined || store === undefined) return { ok: true, files, ...walk.soFar }
  const compared = await comparison.finish(store, walk.soFar.firstSeq === 1)
  return { ok: compared.differences.length === 0, files, ...walk.soFar, comparison: compared }
}

async function logFiles(file: LogFile): Promise<readonly string[]> {
  const rotated = rotatedNames(file.name, await file.list())
  return (await file.size(file.name)) > 0 ? [...rotated, file.name] : rotated
}

async function walkFile(
  walk: ChainWalk,
  file: LogFile,
  name: string,
  comparison: StoreComparison | undefined,
): Promise<AuditProblem | undefined> {
  walk.line = 0
  try {
    for await (const text of linesForward(file, name)) {
      const line = walk.step(text)
      if (typeof line === 'string') return walk.problem(name, line)
      if (line !== undefined) comparison?.line(line)
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    walk.line += 1
    return walk.problem(name, 'not UTF-8')
  }
  return undefined
}

class ChainWalk {
  line = 0
  sawHead: boolean
  readonly #wanted: string | undefined
  #lines = 0
  #first: AuditLine | undefined
  #last: AuditLine | undefined
  #torn = false

  constructor(wanted: string | undefined) {
    this.#wanted = wanted
    this.sawHead = wanted === undefined
  }

  /** The line, what is wrong with it, or nothing when it is torn. */
  step(text: string): AuditLine | string | undefined {
    this.line += 1
    if (this.#torn) return 'follows a line without an end'
    this.#torn = !text.endsWith('\n')
    if (this.#torn) return undefined
    const line = nextLine(this.#last, text.slice(0, -1))
    if (typeof line === 'string') return line
    this.#lines += 1
    this.#first ??= line
    this.#last = line
    this.sawHead ||= line.hash === this.#wanted
    return line
  }

  problem(file: string, problem: string): AuditProblem {
    const seq = this.#last === undefined ? {} : { seq: this.#last.seq + 1 }
    return { file, line: this.line, ...seq, problem }
  }

  get soFar() {
    const [first, last] = [this.#first, this.#last]
    return {
      lines: this.#lines,
      torn: this.#torn,
      ...(first === undefined ? {} : { firstSeq: first.seq, firstTime: first.time }),
      ...(last === undefined ? {} : { lastTime: last.time, head: { seq: last.seq, hash: last.hash } }),
    }
  }
}
