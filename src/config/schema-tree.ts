import { z } from 'zod'
import { type Path, type RawValue, rawAt } from './raw-value.ts'
import { configSchema } from './schema/config.ts'
import { OPTION_INFO, type OptionInfo } from './schema/option.ts'

/** The shape of the configuration as plain data, for everything that walks it: documentation, overlays, masks, hints. */
export type SchemaNode = OptionNode | BlockNode | NamedNode | ListNode | VariantsNode
interface Common {
  readonly description: string
  /** What an absent key is read as; `undefined` when it has no default. */
  readonly fallback: unknown
  readonly required: boolean
}
export interface OptionNode extends Common {
  readonly kind: 'option'
  readonly info: OptionInfo
}
export interface BlockNode extends Common {
  readonly kind: 'block'
  readonly keys: ReadonlyMap<string, SchemaNode>
}
/** Any key, each with the same kind of value. */
export interface NamedNode extends Common {
  readonly kind: 'named'
  readonly value: SchemaNode
}
export interface ListNode extends Common {
  readonly kind: 'list'
  readonly item: SchemaNode
  readonly nullable: boolean
}
/** Several blocks of which one key decides. */
export interface VariantsNode extends Common {
  readonly kind: 'variants'
  readonly by: string
  readonly variants: ReadonlyMap<string, BlockNode>
}

interface Outer {
  readonly fallback: unknown
  readonly required: boolean
  readonly nullable: boolean
}

function nodeOf(
  schema: z.core.$ZodType,
  outer: Outer = { fallback: undefined, required: true, nullable: false },
): SchemaNode {
  if (schema instanceof z.ZodPrefault)
    return nodeOf(schema.def.innerType, { ...outer, fallback: schema.def.defaultValue, required: false })
  if (schema instanceof z.ZodExactOptional) return nodeOf(schema.def.innerType, { ...outer, required: false })
  if (schema instanceof z.ZodNullable) return nodeOf(schema.def.innerType, { ...outer, nullable: true })
  const description = z.globalRegistry.get(schema)?.description ?? ''
  const common = { description, fallback: outer.fallback, required: outer.required }
  const info = OPTION_INFO.get(schema)
  if (info !== undefined) return { ...common, kind: 'option', info }
  if (schema instanceof z.ZodObject) return { ...common, kind: 'block', keys: keysOf(schema) }
  if (schema instanceof z.ZodRecord) return { ...common, kind: 'named', value: nodeOf(schema.def.valueType) }
  if (schema instanceof z.ZodArray)
    return { ...common, kind: 'list', item: nodeOf(schema.def.element), nullable: outer.nullable }
  if (schema instanceof z.ZodDiscriminatedUnion) return { ...common, kind: 'variants', ...variantsOf(schema) }
  throw new TypeError(`no place in the tree for ${schema._zod.def.type}`)
}

const keysOf = (schema: z.ZodObject): ReadonlyMap<string, SchemaNode> =>
  new Map(Object.entries(schema.shape).map(([key, inner]) => [key, nodeOf(inner)]))

function variantsOf(schema: z.ZodDiscriminatedUnion): Pick<VariantsNode, 'by' | 'variants'> {
  const by = schema.def.discriminator
  const variants = new Map<string, BlockNode>()
  for (const option of schema.def.options) {
    const node = nodeOf(option)
    const key = option instanceof z.ZodObject ? option.shape[by] : undefined
    if (node.kind === 'block' && key instanceof z.ZodLiteral) variants.set(String(key.value), node)
  }
  return { by, variants }
}

export const CONFIG_TREE = nodeOf(configSchema)

/** One step down; the value here decides between variants. */
export function childNode(node: SchemaNode | undefined, key: PropertyKey, raw: unknown): SchemaNode | undefined {
  switch (node?.kind) {
    case 'block':
      return node.keys.get(String(key))
    case 'named':
      return node.value
    case 'list':
      return node.item
    case 'variants':
      // The deciding key is known before the decision.
      return (variantFor(node, raw) ?? (key === node.by ? anyOf(node) : undefined))?.keys.get(String(key))
    default:
      return undefined
  }
}

export function variantFor(node: VariantsNode, raw: unknown): BlockNode | undefined {
  const name = isObject(raw) ? raw[node.by] : undefined
  return typeof name === 'string' ? node.variants.get(name) : undefined
}

const anyOf = ({ variants }: VariantsNode): BlockNode | undefined => variants.values().next().value

/** The node at a path of a raw or parsed configuration. */
export function nodeAt(raw: unknown, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = CONFIG_TREE
  let here = raw
  for (const key of path) {
    node = childNode(node, key, here)
    here = isObject(here) || Array.isArray(here) ? Reflect.get(here, key) : undefined
  }
  return node
}

/** The keys that may stand at a place; empty where any may. */
export function knownKeys(raw: RawValue, path: Path): readonly string[] {
  const node = nodeAt(raw, path)
  if (node?.kind === 'block') return [...node.keys.keys()]
  if (node?.kind !== 'variants') return []
  return [...(variantFor(node, rawAt(raw, path))?.keys.keys() ?? [node.by])]
}

const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
