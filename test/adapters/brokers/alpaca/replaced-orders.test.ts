import { describe, expect, it } from 'vitest'
import { brokerOrderId, clientOrderId } from '../../../../src/core/ids.ts'
import { price } from '../../../../src/core/money.ts'
import { json } from './answering-server.ts'
import { against, CountedPass, fill, ref, row } from './gateway-bench.ts'

describe('an order that is replaced', () => {
  const terms = { clientOrderId: clientOrderId('sf-000002'), limitPrice: price('151') }
  it('is one request, and its replacement is an order of its own', async () => {
    const { gateway, server } = await against(() => json(row(2, { replaces: 'b-1' })))
    const pass = new CountedPass()
    const outcome = await gateway.replace({ ...ref, brokerOrderId: brokerOrderId('b-1') }, terms, pass)
    expect(outcome).toMatchObject({ kind: 'asked', replacement: { brokerOrderId: 'b-2' } })
    expect(server.asked[0]).toMatchObject({ method: 'PATCH', path: '/v2/orders/b-1' })
    expect(pass.seen).toEqual([gateway.replacementOf(terms)])
    expect(server.asked[0]?.body).toBe(gateway.replacementOf(terms))
  })
})

describe('an order that somebody has replaced', () => {
  const chain = (first: object, second: object, fills: readonly unknown[]) =>
    against(({ method, path }) => {
      if (method !== 'GET') return { status: 204 }
      if (path.includes('activities')) return json(fills)
      return json(path.endsWith('/b-2') ? { ...row(2), ...second } : { ...row(1), ...first })
    })
  const replaced = { status: 'replaced', replaced_by: 'b-2' }
  const its = { replaces: 'b-1', client_order_id: 'made-up', limit_price: '151', qty: '80' }

  it('is told under our name with its new terms, and cancelled where it lives', async () => {
    const { gateway, server } = await chain(replaced, its, [])
    const found = await gateway.lookUp(ref)
    expect(found).toMatchObject({
      kind: 'found',
      report: { clientOrderId: 'sf-000001', status: 'working', brokerOrderId: 'b-2' },
    })
    await gateway.cancel({ ...ref, brokerOrderId: brokerOrderId('b-1') }, new CountedPass())
    expect(server.asked.at(-1)?.path).toBe('/v2/orders/b-2')
  })
  it.each([
    ['the one that took its place', 'b-2', replaced, its, 'sf-000001'],
    ['itself', 'b-1', replaced, its, 'sf-000001'],
    ['an order that nobody replaced', 'b-1', {}, {}, undefined],
  ])('gives its name to whoever asks by the id of %s, and asks for it once', async (_what, id, first, second, name) => {
    const { gateway, server } = await chain(first, second, [])
    const ask = () => gateway.firstNameOf(brokerOrderId(id))
    expect([await ask(), await ask()]).toEqual([name, name])
    expect(server.asked.filter(({ path }) => path === `/v2/orders/${id}`)).toHaveLength(name === undefined ? 2 : 1)
  })
  const partly = { ...replaced, filled_qty: '40', filled_avg_price: '150' }
  it.each<[string, string, readonly unknown[], string | undefined]>([
    ['counts from zero', '30', [fill(1, 'b-1', '40', '40'), fill(2, 'b-2', '30', '30')], '70'],
    ['counts on', '70', [fill(1, 'b-1', '40', '40'), fill(2, 'b-2', '30', '70')], '70'],
    ['counts from zero and is past it', '50', [fill(1, 'b-1', '40', '40'), fill(2, 'b-2', '50', '50')], '90'],
    ['counts on and has not traded', '40', [fill(1, 'b-1', '40', '40')], '40'],
    ['counts so that nobody can tell', '50', [fill(1, 'b-1', '40', '40')], undefined],
  ])('whose replacement %s has filled over the chain', async (_what, filled, fills, sum) => {
    const { gateway } = await chain(partly, { ...its, filled_qty: filled, filled_avg_price: '150' }, fills)
    const found = await gateway.lookUp(ref)
    if (found.kind !== 'found') throw new Error(found.kind)
    expect(found.report.cumulativeQuantity?.toString()).toBe(sum)
  })
})
