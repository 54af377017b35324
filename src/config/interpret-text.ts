import { parseJsonText } from './exact.ts'
import { isRawObject, type RawValue, toRaw } from './raw-value.ts'
import type { SchemaNode } from './schema-tree.ts'

/** A text from outside the file, read as what its place expects: words stay words, the rest is JSON when it can be. */
export function interpretText(text: string, node: SchemaNode | undefined): RawValue {
  if (node === undefined || (node.kind === 'option' && node.info.name !== 'value')) return text
  const parsed = parsedOrNothing(text)
  if (parsed === undefined) return text
  const isScalar = !isRawObject(parsed) && !Array.isArray(parsed)
  return isScalar === (node.kind === 'option') ? parsed : text
}

function parsedOrNothing(text: string): RawValue | undefined {
  try {
    return toRaw(parseJsonText(text))
  } catch {
    return undefined
  }
}
