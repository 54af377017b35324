import type { ConfigProblem } from './config-problem.ts'
import type { Provenance } from './provenance.ts'
import type { RawValue } from './raw-value.ts'
import { configSchema, type ParsedConfig } from './schema/config.ts'
import { type FoundProblem, schemaProblems } from './schema-problems.ts'
import { cutAt, setAt } from './set-at.ts'

export interface Parsed {
  /** Of what is left once every refused place is cut out, so that the checks across places can run in the same round. */
  readonly config: ParsedConfig | undefined
  readonly problems: readonly ConfigProblem[]
}

/** Each round cuts at least one place out of a file that has finitely many; far more than any file needs. */
const MAX_ROUNDS = 16

export function parseConfig(raw: RawValue, provenance: Provenance): Parsed {
  const first = configSchema.safeParse(raw)
  if (first.success) return { config: first.data, problems: [] }
  const found = schemaProblems(first.error.issues, raw, provenance)
  return { config: readableRest(raw, found, provenance), problems: found.map(({ problem }) => problem) }
}

function readableRest(raw: RawValue, found: readonly FoundProblem[], provenance: Provenance): ParsedConfig | undefined {
  let [rest, problems] = [raw, found]
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    // From the end, so that cutting a list item does not move one that is still to be cut.
    for (const { cut, standIn } of problems.toReversed())
      rest = standIn === undefined ? cutAt(rest, cut) : (setAt(rest, cut, standIn) ?? rest)
    const parsed = configSchema.safeParse(rest)
    if (parsed.success) return parsed.data
    problems = schemaProblems(parsed.error.issues, rest, provenance)
  }
  return undefined
}
