import { z } from 'zod'
import { configSchema } from './schema/config.ts'

/** The shape of the file, for editors: what may be written, what it means, what stands when it is absent. */
export const configJsonSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7', override: withoutEmptyDefaults }), null, 2)}\n`

/** An empty default says nothing, and the place where it stands hides the defaults of the keys inside. */
function withoutEmptyDefaults({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { default: fallback } = jsonSchema
  if (typeof fallback === 'object' && fallback !== null && Object.keys(fallback).length === 0) delete jsonSchema.default
}
