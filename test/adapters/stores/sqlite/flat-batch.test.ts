import fc from 'fast-check'
import { expect, it } from 'vitest'
import { flattenBatch, readFlatBatch } from '../../../../src/adapters/stores/sqlite/flat-batch.ts'

const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.constant(null))
const step = fc.record(
  { statement: fc.nat(20), params: fc.array(value), otherwise: fc.string() },
  { requiredKeys: ['statement', 'params'], noNullPrototype: true },
)

it('a batch is the same on the other side of the thread, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step)), (batch) => {
      expect(readFlatBatch(structuredClone(flattenBatch(batch)))).toEqual(batch)
    }),
  )
})
it('a list that ends too early is refused before anything of it is written', () => {
  const flat = flattenBatch([[{ statement: 1, params: ['a'], otherwise: 'order' }]])
  expect(() => readFlatBatch(flat.slice(0, 3))).toThrow('ended before its last value')
  expect(() => readFlatBatch(flat.slice(0, 4))).toThrow('ended before its last value')
})
