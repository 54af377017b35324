import type { z } from 'zod'
import { type ConfigProblem, problem } from './config-problem.ts'
import { nearestKey } from './nearest-key.ts'
import type { Provenance } from './provenance.ts'
import { foundText, kindText, type Path, pathText, type RawValue, rawAt } from './raw-value.ts'
import { knownKeys, nodeAt } from './schema-tree.ts'
import { MASK } from './secret.ts'

export interface FoundProblem {
  readonly problem: ConfigProblem
  /** What makes the rest readable: this place goes, or takes something that stands in for its value. */
  readonly cut: Path
  readonly standIn?: string
}

/** The schema's complaints in our words. A value is shown only where no secret can stand. */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  raw: RawValue,
  provenance: Provenance,
): readonly FoundProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(raw, [...issue.path, key], provenance))
    return [refusedValue(issue, raw, provenance)]
  })
}

function unknownKey(raw: RawValue, path: Path, provenance: Provenance): FoundProblem {
  const known = knownKeys(raw, path.slice(0, -1))
  const key = String(path.at(-1))
  const nearest = nearestKey(key, known)
  const hint = nearest === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${nearest}?`
  const found = `the unknown key ${JSON.stringify(key)}${setBy(provenance, path)}`
  return { problem: problem('config.unknown_key', pathText(path), { expected: 'a known key', found, hint }), cut: path }
}

function refusedValue(issue: z.core.$ZodIssue, raw: RawValue, provenance: Provenance): FoundProblem {
  const { path } = issue
  const value = rawAt(raw, path)
  const isMissing = value === undefined
  const found = isMissing ? 'nothing' : shownValue(raw, path, provenance) + setBy(provenance, path)
  const node = nodeAt(raw, path)
  const standIn = node?.kind === 'option' ? node.info.standIn : undefined
  const cut = isMissing && standIn === undefined ? path.slice(0, -1) : path
  return {
    problem: problem(isMissing ? 'config.missing' : 'config.invalid', pathText(path), {
      expected: expectedBy(issue),
      found,
      hint: issue.code === 'custom' ? issue.params?.hint : undefined,
    }),
    ...(standIn === undefined ? { cut } : { cut, standIn }),
  }
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return String(issue.params?.expected)
    case 'invalid_union':
      return `one of ${('options' in issue ? [...issue.options] : []).map((name) => JSON.stringify(name)).join(', ')}`
    case 'invalid_key':
      return 'a name of letters, digits, - and _, at most 64 characters'
    case 'too_small':
      return `a list of at least ${issue.minimum}`
    case 'invalid_type':
      return issue.expected === 'array' ? 'a list' : 'a block of keys'
    default:
      return 'another value'
  }
}

function isSecretAt(raw: unknown, path: Path, value: unknown): boolean {
  const node = nodeAt(raw, path)
  if (node?.kind !== 'option') return false
  return node.info.name === 'secret' || (typeof value === 'string' && node.info.isSecret?.(value) === true)
}

function shownValue(raw: RawValue, path: Path, provenance: Provenance): string {
  const value = rawAt(raw, path)
  const node = nodeAt(raw, path)
  if (provenance.isHidden(path) || isSecretAt(raw, path, value)) return MASK
  if (Array.isArray(value) && value.length === 0) return 'an empty one'
  return node?.kind === 'option' ? foundText(value) : kindText(value)
}

function setBy(provenance: Provenance, path: Path): string {
  const origin = provenance.originOf(path)
  return origin.from === 'environment' ? ` in ${origin.variable}` : ''
}
