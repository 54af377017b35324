import type { Batch, Member, SqlValue, Step } from './commit-host.ts'

/**
 * A batch as it travels to the writer's thread. A clone costs by the object more than by the value, so it goes as one
 * list: per member the count of its steps, per step its statement, `otherwise` and the count of its parameters before them.
 */
export type FlatBatch = readonly SqlValue[]

export function flattenBatch(batch: Batch): FlatBatch {
  const flat: SqlValue[] = []
  for (const member of batch) {
    flat.push(member.length)
    for (const { statement, params, otherwise } of member) {
      flat.push(statement, otherwise ?? null, params.length)
      for (const value of params) flat.push(value)
    }
  }
  return flat
}

export function readFlatBatch(flat: FlatBatch): Batch {
  const batch: Member[] = []
  let at = 0
  const next = (): SqlValue => {
    const value = flat[at]
    if (value === undefined) throw new RangeError('a batch ended before its last value')
    at += 1
    return value
  }
  const values = (count: number): readonly SqlValue[] => {
    const taken = flat.slice(at, at + count)
    if (taken.length < count) throw new RangeError('a batch ended before its last value')
    at += count
    return taken
  }
  while (at < flat.length) {
    const member: Step[] = []
    for (let left = Number(next()); left > 0; left -= 1) {
      const statement = Number(next())
      const otherwise = next()
      const params = values(Number(next()))
      member.push(otherwise === null ? { statement, params } : { statement, params, otherwise: String(otherwise) })
    }
    batch.push(member)
  }
  return batch
}
