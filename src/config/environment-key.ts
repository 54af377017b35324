import type { Provenance } from './provenance.ts'
import { isRawObject, type RawValue, rawAt } from './raw-value.ts'
import type { Outside } from './resolve-references.ts'
import { setAt } from './set-at.ts'

const VARIABLE = 'SUREFILL_API_KEY'

/** The environment's key stands in for the generated one and has every right, unless the list already holds it. */
export function addEnvironmentKey(raw: RawValue, { env }: Outside, provenance: Provenance): RawValue {
  const key = env[VARIABLE]
  const listed = rawAt(raw, ['api', 'keys']) ?? []
  if (key === undefined || key === '' || !Array.isArray(listed)) return raw
  if (listed.some((item) => isRawObject(item) && item.key === key)) return raw
  const item = { name: 'environment', key, role: 'admin' }
  const after = setAt(raw, ['api', 'keys'], [...listed, item])
  if (after === undefined) return raw
  provenance.note(['api', 'keys', listed.length], item, { from: 'environment', variable: VARIABLE })
  return after
}
