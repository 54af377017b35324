/**
 * Reads the configuration once. Guarantees:
 * - what comes out is complete, checked across its blocks and frozen, or it is refused with every problem at once;
 * - no value changes on the way in: numbers are read from their text;
 * - no problem, warning or view shows a credential, or anything that came through `${…}`.
 */

import type { Config } from './config.ts'
import { ConfigError, type ConfigProblem, type ConfigWarning } from './config-problem.ts'
import { configWarnings } from './config-warnings.ts'
import { crossChecks, type Finding, toProblem } from './cross-checks.ts'
import { deepFreeze } from './deep-freeze.ts'
import { deriveDefaults } from './derived-defaults.ts'
import { addEnvironmentKey } from './environment-key.ts'
import { overlayEnvironment } from './overlay-environment.ts'
import { parseConfig } from './parse-config.ts'
import { isWithin, Provenance } from './provenance.ts'
import { isRawObject, pathText, type RawObject, type RawValue, rawAt } from './raw-value.ts'
import { readConfigFile } from './read-config-file.ts'
import { type Outside, resolveReferences } from './resolve-references.ts'
import { writtenSecrets } from './written-secrets.ts'

export interface LoadInput extends Outside {
  /** From the command line; wins over `SUREFILL_CONFIG`. */
  readonly path?: string
}

export interface ConfigSource {
  /** The file that was read; absent when there was none. */
  readonly file?: string
  readonly provenance: Provenance
}

export interface LoadedConfig {
  readonly kind: 'loaded'
  readonly config: Config
  readonly warnings: readonly ConfigWarning[]
  readonly source: ConfigSource
}

export function loadConfig(input: LoadInput): LoadedConfig | ConfigError {
  const file = readConfigFile(input)
  if (file.kind === 'refused') return new ConfigError([file.problem], file.path)
  const provenance = new Provenance()
  const gathered = gather(file.raw, input, provenance)
  const parsed = parseConfig(gathered.raw, provenance)
  const problems = onePerPlace([...gathered.problems, ...parsed.problems])
  if (parsed.config === undefined) return new ConfigError(problems, file.path)

  const { $schema: _, ...config } = parsed.config
  const writtenOut = writtenSecrets(gathered.raw, provenance)
  const accountNames = namesOf(gathered.raw, config)
  const facts = { config, provenance, writtenOut, accountNames }
  const found = [...crossChecks(facts)].filter((finding) => isCertain(finding, problems)).map(toProblem)
  const all = onePerPlace([...problems, ...found])
  if (all.length > 0) return new ConfigError(all, file.path)
  return {
    kind: 'loaded',
    config: deepFreeze(config),
    warnings: [...configWarnings(facts)],
    source: { ...(file.path === undefined ? {} : { file: file.path }), provenance },
  }
}

function gather(file: RawObject, outside: Outside, provenance: Provenance) {
  const resolved = resolveReferences(file, file, [], outside, provenance)
  const own = isRawObject(resolved.raw) ? resolved.raw : {}
  provenance.note([], own, { from: 'file' })
  const overlaid = overlayEnvironment(own, outside, provenance)
  const raw = deriveDefaults(addEnvironmentKey(overlaid.raw, outside, provenance), provenance)
  return { raw, problems: [...resolved.problems, ...overlaid.problems] }
}

/** An account that cannot be read still exists: what points at it is not wrong. */
function namesOf(raw: RawValue, config: Config): ReadonlySet<string> {
  const declared = rawAt(raw, ['accounts'])
  return new Set(Object.keys(isRawObject(declared) ? declared : config.accounts))
}

/** Where a place could not be read its default stands in, and what follows from that proves nothing. */
function isCertain({ paths }: Finding, problems: readonly ConfigProblem[]): boolean {
  const places = paths.map(pathText)
  return !problems.some(({ path }) => places.some((place) => isWithin(path, place) || isWithin(place, path)))
}

/** The first word on a place is the reason; the rest follows from it. */
function onePerPlace(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Set<string>()
  return problems.filter(({ path }) => path === '' || (!seen.has(path) && seen.add(path) !== undefined))
}
