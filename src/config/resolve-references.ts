import { type ConfigProblem, problem } from './config-problem.ts'
import { interpretText } from './interpret-text.ts'
import type { Provenance } from './provenance.ts'
import { isRawObject, type Path, pathText, type RawValue } from './raw-value.ts'
import { nodeAt } from './schema-tree.ts'

export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of a file; `undefined` when there is none, an exception when it cannot be read. */
  readonly readFile: (path: string) => string | undefined
}

const REFERENCE = /\$?\$\{([^}]*)\}/g
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

type Lookup = { readonly value: string } | { readonly missing: string; readonly expected: string }

/**
 * Replaces `${NAME}` and `${file:/path}` in every text below `path`; `$${` stands for a plain `${`. What came through a
 * reference is marked as hidden; what leads nowhere is left out, and is a problem at its place.
 */
export function resolveReferences(
  root: RawValue,
  raw: RawValue,
  path: Path,
  outside: Outside,
  provenance: Provenance,
): { readonly raw: RawValue | undefined; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  return { raw: resolve(raw, path), problems }

  function resolve(value: RawValue, at: Path): RawValue | undefined {
    if (typeof value === 'string') return resolveText(value, at)
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...at, index]) ?? null)
    if (!isRawObject(value)) return value
    const entries = Object.entries(value).map(([key, inner]) => [key, resolve(inner, [...at, key])])
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined))
  }

  function resolveText(text: string, at: Path): RawValue | undefined {
    let isReferenced = false
    let isMissing = false
    const resolved = text.replaceAll(REFERENCE, (whole, name: string) => {
      if (whole.startsWith('$$')) return whole.slice(1)
      isReferenced = true
      const found = lookUp(name, outside)
      if ('value' in found) return found.value
      isMissing = true
      problems.push(problem('config.unresolved', pathText(at), { expected: found.expected, found: found.missing }))
      return ''
    })
    if (isMissing) return undefined
    if (!isReferenced) return resolved
    provenance.hide(at)
    return interpretText(resolved, nodeAt(root, at))
  }
}

function lookUp(name: string, { env, readFile }: Outside): Lookup {
  if (name.startsWith('file:')) return fromFile(name.slice('file:'.length), readFile)
  if (!VARIABLE.test(name)) return { missing: 'another text', expected: `\${NAME} or \${file:/path}` }
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value !== undefined && value !== '') return { value }
  return {
    missing: value === '' ? 'an empty one' : 'none',
    expected: `the environment variable ${name} to be set`,
  }
}

function fromFile(path: string, readFile: Outside['readFile']): Lookup {
  const expected = `a readable file ${path} with a value`
  try {
    // Editors and `echo` end a file with a newline that is no part of the secret.
    const value = readFile(path)?.replace(/\r?\n$/, '')
    if (value === undefined) return { missing: 'no such file', expected }
    return value === '' ? { missing: 'an empty one', expected } : { value }
  } catch {
    return { missing: 'one that cannot be read', expected }
  }
}
