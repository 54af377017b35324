/** JSON from the API or the log, read field by field: what a newer or older daemon leaves out is simply absent. */
export type Row = Readonly<Record<string, unknown>>

export const rowOf = (value: unknown): Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
export const rowsOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.map(rowOf) : [])

/** Texts and numbers, as text. */
export function textIn(row: Row, name: string): string | undefined {
  const value = row[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
export function numberIn(row: Row, name: string): number | undefined {
  const value = row[name]
  return typeof value === 'number' ? value : undefined
}
export const textsIn = (row: Row, name: string): readonly string[] => {
  const value = row[name]
  return Array.isArray(value) ? value.map(String) : []
}
export const rowIn = (row: Row, name: string): Row => rowOf(row[name])
export const itemsIn = (row: Row): readonly Row[] => rowsOf(row.items)
