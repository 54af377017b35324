import { type ConfigProblem, problem } from './config-problem.ts'
import { interpretText } from './interpret-text.ts'
import type { Provenance } from './provenance.ts'
import { isRawObject, type Path, pathText, type RawObject, type RawValue, rawAt } from './raw-value.ts'
import { type Outside, resolveReferences } from './resolve-references.ts'
import { CONFIG_TREE, childNode, nodeAt } from './schema-tree.ts'
import { setAt } from './set-at.ts'

const PREFIX = 'SUREFILL__'

/** Later rows win over earlier ones. */
const SHORT_NAMES: readonly (readonly [variable: string, path: Path])[] = [
  ['PORT', ['api', 'port']],
  ['SUREFILL_PORT', ['api', 'port']],
  ['SUREFILL_HOST', ['api', 'host']],
  ['SUREFILL_DATA_DIR', ['data_dir']],
  ['SUREFILL_LOG_DIR', ['log_dir']],
  ['SUREFILL_LOG_LEVEL', ['logging', 'level']],
]

export interface Overlaid {
  readonly raw: RawValue
  readonly problems: readonly ConfigProblem[]
}

/**
 * Puts what the environment says over what the file says: the short names, then every `SUREFILL__BLOCK__KEY`. An empty
 * variable counts as not set, because that is what a compose file passes on for one that is not.
 */
export function overlayEnvironment(file: RawObject, outside: Outside, provenance: Provenance): Overlaid {
  const problems: ConfigProblem[] = []
  let raw: RawValue = file
  const assign = (variable: string, path: Path): void => {
    const given = interpretText(outside.env[variable] ?? '', nodeAt(raw, path))
    provenance.forget(path)
    const resolved = resolveReferences(raw, given, path, outside, provenance)
    problems.push(...resolved.problems)
    if (resolved.raw === undefined) return
    const next = setAt(raw, path, resolved.raw)
    if (next === undefined) {
      problems.push(noSuchPlace(variable, path))
      return
    }
    provenance.note(path, resolved.raw, { from: 'environment', variable })
    raw = next
  }
  for (const [variable, path] of SHORT_NAMES) if (isSet(outside, variable)) assign(variable, path)
  for (const variable of longNames(outside)) {
    const path = pathOf(variable, raw)
    if (path === undefined) problems.push(noSuchPlace(variable, []))
    else assign(variable, path)
  }
  return { raw, problems }
}

const isSet = ({ env }: Outside, variable: string): boolean => env[variable] !== undefined && env[variable] !== ''

/** Whole blocks before their keys; of one block's keys the venue first, since it decides what the others mean. */
const longNames = (outside: Outside): string[] =>
  Object.keys(outside.env)
    .filter((name) => name.startsWith(PREFIX) && isSet(outside, name))
    .map((name) => ({ name, depth: name.split('__').length - (name.endsWith('__VENUE') ? 0.5 : 0) }))
    .sort((a, b) => a.depth - b.depth || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)

function pathOf(variable: string, raw: RawValue): Path | undefined {
  const path: PropertyKey[] = []
  let node: ReturnType<typeof childNode> = CONFIG_TREE
  for (const segment of variable.slice(PREFIX.length).split('__')) {
    if (segment === '') return undefined
    const here = rawAt(raw, path)
    const key = node?.kind === 'list' ? Number(segment) : keyFor(segment, node?.kind === 'named' ? here : undefined)
    if (typeof key === 'number' && !Number.isSafeInteger(key)) return undefined
    node = childNode(node, key, here)
    path.push(key)
  }
  return path
}

/** Variables know neither case nor dashes, so a name that the file uses is recognised without them. */
function keyFor(segment: string, named: RawValue | undefined): string {
  const known = isRawObject(named) ? Object.keys(named) : []
  return known.find((name) => name.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase() === segment) ?? segment.toLowerCase()
}

const noSuchPlace = (variable: string, path: Path): ConfigProblem =>
  problem('config.unknown_key', pathText(path), {
    expected: 'a place in the configuration',
    found: `the environment variable ${variable}`,
  })
