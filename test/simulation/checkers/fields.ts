/** What a line or a row tells, by name: nothing is believed of it but that it is JSON. */
export type Fields = Readonly<Record<string, unknown>>

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
export const objectOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
