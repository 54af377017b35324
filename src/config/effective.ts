import type { LoadedConfig } from './load.ts'
import type { Origin } from './provenance.ts'
import { type Path, pathText } from './raw-value.ts'
import { CONFIG_TREE, childNode, type SchemaNode } from './schema-tree.ts'
import { MASK } from './secret.ts'

/** One value that is in force, fit to be shown to anybody. */
export interface EffectiveValue {
  readonly path: string
  readonly value: string
  readonly origin: Origin
}

const NULL_LIST = 'unlimited'
const EMPTY_LIST = 'none'

/** Everything in force, in the order of the file, with where it came from; absent options have no row. */
export function effectiveConfig({
  config,
  source,
}: Pick<LoadedConfig, 'config' | 'source'>): readonly EffectiveValue[] {
  const { provenance } = source
  return [...rows(config, CONFIG_TREE, [])]

  function* rows(value: unknown, node: SchemaNode, path: Path): Generator<EffectiveValue> {
    if (node.kind === 'option') yield row(path, node.info.show(value))
    else if (node.kind === 'list') yield* listRows(value, node.item, path)
    else
      for (const [key, inner] of Object.entries(Object(value))) {
        const child = childNode(node, key, value)
        if (child !== undefined) yield* rows(inner, child, [...path, key])
      }
  }

  function* listRows(value: unknown, item: SchemaNode, path: Path): Generator<EffectiveValue> {
    if (!Array.isArray(value)) yield row(path, NULL_LIST)
    else if (value.length === 0) yield row(path, EMPTY_LIST)
    else if (item.kind !== 'option')
      for (const [index, inner] of value.entries()) yield* rows(inner, item, [...path, index])
    else {
      const shown = value.map((one, index) => (provenance.isHidden([...path, index]) ? MASK : item.info.show(one)))
      yield row(path, shown.join(', '))
    }
  }

  function row(path: Path, shown: string): EffectiveValue {
    return { path: pathText(path), value: provenance.isHidden(path) ? MASK : shown, origin: provenance.originOf(path) }
  }
}
