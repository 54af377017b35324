import { describe, expect, it } from 'vitest'
import { BrokerConnectionError } from '../../../src/core/errors.ts'
import { VENUE_WAIT_MS } from '../../../src/flow/admission/take-signal.ts'
import { DOUBT_ALARM_MS } from '../../../src/flow/cases/doubt-watch.ts'
import { settled } from '../../support/hand-time.ts'
import { CLASS_C, CLASS_D } from '../../support/resend-classes.ts'
import { scriptedFloor } from '../../support/scripted-floor.ts'
import { accepted, ScriptedGateway, silence } from '../../support/scripted-gateway.ts'

const unreadable = (): never => {
  throw new BrokerConnectionError('the venue does not answer')
}
describe('a floor with an order in doubt', () => {
  it('has a case after a minute, counts it, and does what the operator decides (I-15)', async () => {
    const gateway = new ScriptedGateway(CLASS_C)
    const at = await scriptedFloor(gateway)
    gateway.onSubmit = () => silence
    gateway.onRecent = unreadable
    await at.send()
    await at.time.pass(DOUBT_ALARM_MS)
    expect(at.account()).toMatchObject({ openCases: 1, unconfirmed: 1 })
    const [found] = (await at.store.cases({ state: 'open' }, { limit: 10 })).items
    if (found === undefined) throw new Error('no case is open')
    const answer = await at.floor.resolveCase({ id: found.id, choice: 'confirm_absent', by: 'anna', given: {} })
    expect(answer.kind).toBe('decided')
    await settled()
    expect(at.account()).toMatchObject({ openCases: 0, unconfirmed: 0, openOrders: 0 })
    expect(await at.store.cases({ state: 'open' }, { limit: 10 })).toEqual({ items: [] })
  })
  it('where the venue knows no id of ours, sends one just like it only when the doubt is settled (L3)', async () => {
    const gateway = new ScriptedGateway(CLASS_D)
    const at = await scriptedFloor(gateway)
    gateway.onSubmit = () => silence
    await at.send()
    await settled()
    gateway.onSubmit = ({ clientOrderId }) => accepted(clientOrderId)
    expect((await at.send()).kind).toBe('taken')
    expect((await at.send({ quantity: '11' })).kind).toBe('taken')
    await settled()
    expect(gateway.wire).toHaveLength(2)
    await at.time.pass(120_000)
    expect(gateway.wire).toHaveLength(3)
    expect((await at.open()).map((order) => `${order.quantity} ${order.status}`).sort()).toEqual([
      '10 accepted',
      '11 accepted',
    ])
  })
})

describe('a venue that hangs', () => {
  it('holds a signal up for no longer than an admission may wait, and then there is no quote', async () => {
    const gateway = new ScriptedGateway()
    const at = await scriptedFloor(gateway)
    await at.send()
    await at.time.pass(2_000)
    gateway.onQuote = () => new Promise(() => undefined)
    const waiting = at.send()
    await at.time.pass(VENUE_WAIT_MS)
    expect(await waiting).toMatchObject({ kind: 'denied', code: 'price.no_quote' })
  })
})
