import { describe, expect, it } from 'vitest'
import { brokerOrderId } from '../../../src/core/ids.ts'
import { price, quantity } from '../../../src/core/money.ts'
import type { OrderReport } from '../../../src/core/order-report.ts'
import { formatTime } from '../../../src/core/time.ts'
import { T0 } from '../../support/orders.ts'
import { CLASS_D } from '../../support/resend-classes.ts'
import { scriptedFloor } from '../../support/scripted-floor.ts'
import { reportOf, ScriptedGateway } from '../../support/scripted-gateway.ts'

/** An order that the venue took a while ago, and that no order of a fresh or restored store is. */
function stranger(status: OrderReport['status']): OrderReport {
  const { clientOrderId: _none, ...report } = reportOf('-' as never, status)
  return {
    ...report,
    brokerOrderId: brokerOrderId('7'),
    symbol: 'AAPL',
    side: 'buy',
    quantity: quantity('10'),
    limitPrice: price('100.5'),
    orderType: 'limit',
    takenAt: T0 - 30_000,
  }
}
async function aFloor(status: OrderReport['status'] = 'filled') {
  const gateway = new ScriptedGateway(CLASS_D)
  gateway.onRecent = () => [stranger(status)]
  return { gateway, at: await scriptedFloor(gateway) }
}
const DENIED = { kind: 'denied', code: 'duplicate.at_venue' }
const TAKEN = { kind: 'taken' }

describe('a signal that may have been sent before the store was put back (L3, I-02)', () => {
  it.each(['working', 'filled', 'cancelled'] as const)(
    'makes no second order where the venue bears no ids and shows one that is %s; a human is asked',
    async (status) => {
      const { gateway, at } = await aFloor(status)
      expect(await at.send()).toMatchObject(DENIED)
      expect(await at.send()).toMatchObject(DENIED)
      expect(gateway.wire).toEqual([])
      const { items } = await at.store.cases({ state: 'open' }, { limit: 10 })
      expect(items).toMatchObject([{ kind: 'foreign_order', subject: '7', symbol: 'AAPL' }])
    },
  )
  it.each([
    ['of another quantity', { quantity: '11' }],
    ['of the other side', { side: 'sell', quantity: '10' }],
    ['of another symbol', { symbol: 'MSFT' }],
    ['made after that one was taken', { generated_at: formatTime(T0 + 30_001) }],
  ])('is not one %s', async (_what, over) => {
    const { at } = await aFloor()
    await at.time.pass(31_000)
    expect(await at.send(over)).not.toMatchObject(DENIED)
  })
  it('is one made before that, whatever its price', async () => {
    const { at } = await aFloor()
    expect(await at.send({ limit_price: '99', generated_at: formatTime(T0 - 31_000) })).toMatchObject(DENIED)
  })
  it('passes once a human has said whose order it is', async () => {
    const { at } = await aFloor()
    await at.send()
    const [found] = (await at.store.cases({ state: 'open' }, { limit: 10 })).items
    if (found === undefined) throw new Error('no case is open')
    await at.floor.resolveCase({ id: found.id, choice: 'acknowledge', by: 'anna', given: {} })
    expect(await at.send()).toMatchObject(TAKEN)
  })
  it('is held back by nothing that came to the venue while we watched', async () => {
    const gateway = new ScriptedGateway(CLASS_D)
    const at = await scriptedFloor(gateway)
    gateway.onRecent = () => [stranger('filled')]
    await at.floor.sync()
    expect(await at.send()).toMatchObject(TAKEN)
  })
  it('is known by its name where the venue shows one', async () => {
    const gateway = new ScriptedGateway()
    gateway.onRecent = () => [stranger('filled')]
    const at = await scriptedFloor(gateway)
    expect(await at.send()).toMatchObject(TAKEN)
  })
})
