import type { Provenance } from './provenance.ts'
import { isRawObject, numberText, type Path, type RawValue } from './raw-value.ts'
import { nodeAt } from './schema-tree.ts'

/** Places of the file where a secret stands in clear. */
export function writtenSecrets(raw: RawValue, provenance: Provenance): readonly Path[] {
  const isWritten = (value: RawValue, path: Path): boolean =>
    provenance.originOf(path).from === 'file' && !provenance.isHidden(path) && isSecret(value, path)
  const isSecret = (value: RawValue, path: Path): boolean => {
    const node = nodeAt(raw, path)
    return node?.kind === 'option' && node.info.isSecret?.(numberText(value) ?? String(value)) === true
  }
  return leaves(raw, []).flatMap(([path, value]) => (isWritten(value, path) ? [path] : []))
}

function leaves(raw: RawValue, path: Path): [Path, RawValue][] {
  if (Array.isArray(raw)) return raw.flatMap((item, index) => leaves(item, [...path, index]))
  if (isRawObject(raw)) return Object.entries(raw).flatMap(([key, inner]) => leaves(inner, [...path, key]))
  return typeof raw === 'string' || numberText(raw) !== undefined ? [[path, raw]] : []
}
