/** One mistake in a configuration, or one thing to know about it. */
export interface ConfigProblem {
  /** Where: `order_management.buy_offset`. Empty when it is the file as a whole. */
  readonly path: string
  readonly code: ProblemCode
  readonly message: string
  readonly expected: string
  readonly found: string
  readonly hint?: string
}

export type ProblemCode =
  /** The file cannot be read, or is no JSON. */
  | 'config.unreadable'
  | 'config.syntax'
  | 'config.unknown_key'
  | 'config.missing'
  | 'config.invalid'
  /** `${NAME}` or `${file:…}` leads nowhere. */
  | 'config.unresolved'
  /** Each value is right alone, but not together with another. */
  | 'config.conflict'
  /** Refused because real money is at stake. */
  | 'config.live'

export interface ConfigWarning {
  readonly path: string
  readonly message: string
}

/** A configuration that was refused, with everything that is wrong with it. No secret stands in any of its words. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly kind = 'refused'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[], file: string | undefined) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
    const title = `${file ?? 'the configuration'} has ${count}`
    super([title, ...problems.map((problem) => `  ${problemText(problem)}`)].join('\n'))
    this.problems = problems
  }
}

export function problemText({ path, message, hint }: ConfigProblem): string {
  const where = path === '' ? '' : `${path}: `
  return `${where}${message}${hint === undefined ? '' : ` (${hint})`}`
}

/** The message says what the fields say. */
export const problem = (
  code: ProblemCode,
  path: string,
  { expected, found, hint }: { readonly expected: string; readonly found: string; readonly hint?: string | undefined },
): ConfigProblem => ({
  path,
  code,
  message: `expected ${expected}, found ${found}`,
  expected,
  found,
  ...(hint === undefined ? {} : { hint }),
})
