/**
 * A source file, read far enough to be judged: what it imports, what it names, and its code without comments and texts,
 * so that a word in a sentence is never taken for a call. `code` keeps every line break, so line numbers agree.
 */
export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly code: string
  readonly comments: readonly Located[]
  readonly imports: readonly Import[]
  /** Every text that starts with a dot and a slash: also workers and files loaded by address. */
  readonly references: readonly string[]
}

export interface Located {
  readonly text: string
  readonly line: number
}

export interface Import {
  readonly specifier: string
  readonly line: number
  readonly typeOnly: boolean
}

export interface Violation {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** Import and export clauses, calls of `import()`, and bare imports; the text itself is a blank between quotes here. */
const IMPORT = /\b(import|export)\b((?:\s+type\b)?[\s\w$*{},]*?\bfrom\s*|\s*\(\s*|\s*)(?=['"]\s*['"])/g

export function readSource(path: string, text: string): SourceFile {
  const { code, comments, strings } = mask(text)
  const byStart = new Map(strings.map((one) => [one.start, one.value]))
  const imports: Import[] = []
  for (const match of code.matchAll(IMPORT)) {
    const [whole, , clause = ''] = match
    const specifier = byStart.get(match.index + whole.length)
    if (specifier === undefined) continue
    imports.push({ specifier, line: lineAt(code, match.index), typeOnly: isTypeOnly(clause) })
  }
  const references = strings.map((one) => one.value).filter((value) => /^\.\.?\//.test(value))
  return { path, text, code, comments, imports, references }
}

export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length

function isTypeOnly(clause: string): boolean {
  if (/^\s+type\b/.test(clause)) return true
  const names = /\{([^}]*)\}/.exec(clause)?.[1]
  if (names === undefined || clause.replace(/\{[^}]*\}|\bfrom\b|[\s,]/g, '') !== '') return false
  const parts = names.split(',').filter((part) => part.trim() !== '')
  return parts.length > 0 && parts.every((part) => /^\s*type\s/.test(part))
}

interface Masked {
  code: string
  comments: Located[]
  strings: { start: number; value: string }[]
}

/** After one of these a slash begins a regular expression; anywhere else it divides. */
const BEFORE_REGEX = /(?:^|[([{,;=:!&|?+\-*%~^<>\n}]|\b(?:return|typeof|case|in|of|await|yield))\s*$/

function mask(text: string): Masked {
  const out: Masked = { code: '', comments: [], strings: [] }
  /** Depth of braces in each open template substitution. */
  const templates: number[] = []
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    const two = text.slice(at, at + 2)
    const depth = templates.at(-1)
    if (two === '//' || two === '/*') comment(two === '//' ? '\n' : '*/')
    else if (char === "'" || char === '"') quoted(char)
    else if (char === '`') template(at + 1, '`')
    else if (char === '}' && depth === 0) {
      templates.pop()
      template(at + 1, '}')
    } else if (char === '/' && BEFORE_REGEX.test(out.code.slice(-40))) regex()
    else {
      if (depth !== undefined && char === '{') templates[templates.length - 1] = depth + 1
      if (depth !== undefined && char === '}') templates[templates.length - 1] = depth - 1
      out.code += char
      at += 1
    }
  }
  return out

  function comment(closing: string): void {
    const found = text.indexOf(closing, at + 2)
    const end = found < 0 ? text.length : closing === '\n' ? found : found + 2
    const body = text.slice(at, end)
    out.comments.push({ text: body, line: lineAt(text, at) })
    hide(end)
  }
  function quoted(quote: string): void {
    let end = at + 1
    while (end < text.length && text.charAt(end) !== quote && text.charAt(end) !== '\n') {
      end += text.charAt(end) === '\\' ? 2 : 1
    }
    out.strings.push({ start: at, value: text.slice(at + 1, end) })
    hide(end + 1, quote)
  }
  function template(from: number, opening: string): void {
    let end = from
    while (end < text.length && text.charAt(end) !== '`' && text.slice(end, end + 2) !== '${') {
      end += text.charAt(end) === '\\' ? 2 : 1
    }
    if (opening === '`' && text.charAt(end) === '`') out.strings.push({ start: at, value: text.slice(from, end) })
    const substitution = text.slice(end, end + 2) === '${'
    if (substitution) templates.push(0)
    hide(end + (substitution ? 2 : 1))
  }
  function regex(): void {
    let end = at + 1
    let inClass = false
    while (end < text.length && text.charAt(end) !== '\n' && (inClass || text.charAt(end) !== '/')) {
      if (text.charAt(end) === '[') inClass = true
      if (text.charAt(end) === ']') inClass = false
      end += text.charAt(end) === '\\' ? 2 : 1
    }
    hide(end + 1)
  }
  /** Blanks up to `end`; `edge` keeps the quotes, so that a text is still seen as one. */
  function hide(end: number, edge = ' '): void {
    const blank = text.slice(at, end).replace(/[^\n]/g, ' ')
    out.code += blank.length > 1 ? edge + blank.slice(1, -1) + (blank.endsWith('\n') ? '\n' : edge) : blank
    at = end
  }
}
