import { describe, expect, it } from 'vitest'
import { allPages } from '../../../../src/adapters/brokers/alpaca/paging.ts'

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ id: `o-${from + n}` }))
const pageOf = (all: readonly { readonly id: string }[], from: number) => all.slice(from, from + 3)
const list = (first: readonly { id: string }[], ...after: ((last: { id: string }) => readonly { id: string }[])[]) =>
  allPages({
    what: 'the list',
    pageSize: 3,
    first: async () => first,
    after: after.map((way) => async (last: { id: string }) => way(last)),
  })

describe('a list of pages', () => {
  it.each([0, 1, 2, 3, 4, 6, 8])('of %s rows is read to its end', async (count) => {
    const all = rows(0, count)
    const next = ({ id }: { id: string }) => pageOf(all, all.findIndex((row) => row.id === id) + 1)
    expect(await list(pageOf(all, 0), next)).toEqual(all)
  })
  it('whose pages overlap counts no row twice', async () => {
    const all = rows(0, 7)
    const next = ({ id }: { id: string }) =>
      pageOf(
        all,
        all.findIndex((row) => row.id === id),
      )
    expect(await list(pageOf(all, 0), next)).toEqual(all)
  })
  it('that goes no further by one way goes on by another', async () => {
    const all = rows(0, 5)
    const stuck = () => pageOf(all, 0)
    const next = ({ id }: { id: string }) =>
      pageOf(
        all,
        all.findIndex((row) => row.id === id),
      )
    expect(await list(pageOf(all, 0), stuck, next)).toEqual(all)
  })
  it('whose full page brings nothing new is not called complete', async () => {
    const all = rows(0, 3)
    await expect(list(all, () => all)).rejects.toThrow(/cannot be read to its end/)
  })
  it('without an end is given up', async () => {
    let n = 3
    const next = () => {
      n += 3
      return rows(n - 3, n)
    }
    await expect(list(rows(0, 3), next)).rejects.toThrow(/more than 400 pages/)
  })
})
