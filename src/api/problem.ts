import { DENIAL_CODES, type DenialText } from '../core/denial-codes.ts'
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.ts'

export interface ProblemItem {
  readonly path?: string
  readonly code: string
  readonly message: string
  readonly expected?: string
  readonly found?: string
}
interface ProblemMore {
  readonly errors?: readonly ProblemItem[]
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the body, such as the order that was denied. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** An answer that is not what was asked for. Thrown anywhere below a call, it becomes `application/problem+json`. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly more: ProblemMore

  constructor(status: number, code: string, title: string, detail: string, more: ProblemMore = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.title = title
    this.more = more
  }

  body(traceId: string): string {
    return JSON.stringify({
      type: `urn:surefill:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      code: this.code,
      errors: this.more.errors ?? [],
      trace_id: traceId,
      ...this.more.extra,
    })
  }
}

export function problem(code: ProblemCode, detail?: string, more?: ProblemMore): Problem {
  const { status, title, meaning } = PROBLEM_CODES[code]
  return new Problem(status, code, title, detail ?? meaning, more)
}

const DENIALS: ReadonlyMap<string, DenialText> = new Map(DENIAL_CODES.map((denial) => [denial.code, denial]))
export const remedyOf = (code: string): string | undefined => DENIALS.get(code)?.remedy

/** We said no: recorded, never sent. */
export function denialProblem(code: string, detail: string, extra: Readonly<Record<string, unknown>>): Problem {
  const text = DENIALS.get(code)
  return new Problem(403, code, text?.title ?? 'Denied', detail, {
    extra: { ...(text === undefined ? {} : { remedy: text.remedy }), ...extra },
  })
}
