import { afterEach, describe, expect, it } from 'vitest'
import { AlpacaGateway } from '../../../../src/adapters/brokers/alpaca/gateway.ts'
import { realClock, realTimers } from '../../../../src/adapters/system/real-clock.ts'
import { UndiciExchange } from '../../../../src/adapters/system/undici-exchange.ts'
import { quantity } from '../../../../src/core/money.ts'
import type { OrderReport } from '../../../../src/core/order-report.ts'
import { startAlpacaSimulator } from '../../../../src/simulator/hosts/alpaca-server.ts'
import { until } from '../../../support/until.ts'
import { CountedPass, ORDER } from './gateway-bench.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function aFilledOrder(switches: object = {}) {
  const simulator = await startAlpacaSimulator({ fills: 'manual', switches })
  const exchange = new UndiciExchange({ origin: simulator.url })
  const gateway = new AlpacaGateway({
    account: 'alpaca',
    keys: { keyId: simulator.keyId, secretKey: simulator.secretKey },
    trading: exchange,
    data: exchange,
    streamUrl: simulator.streamUrl,
    feed: 'iex',
    clock: realClock,
    timers: realTimers,
  })
  const hand = (path: string, body: object = {}) =>
    simulator.control.handle('POST', `/orders/${ORDER.clientOrderId}/${path}`, JSON.stringify(body))
  const { quantity: _, ...terms } = ORDER
  await gateway.submit({ ...terms, quantity: quantity('100') }, new CountedPass())
  const reports: OrderReport[] = []
  const missed: string[] = []
  const listen = async (): Promise<void> => {
    const opened = Promise.withResolvers<void>()
    const stream = gateway.openStream({
      opened: opened.resolve,
      report: (report) => reports.push(report),
      missed: (what) => missed.push(what),
      closed: opened.reject,
    })
    open.unshift(stream)
    await opened.promise
  }
  open.push(exchange, simulator)
  return { hand, listen, reports, missed }
}

const corrected = (reports: readonly OrderReport[]) =>
  reports.flatMap(({ fills }) => fills).find(({ correctedAt }) => correctedAt !== undefined)

describe('an execution that the venue undoes or puts right', () => {
  it('goes by how far it brought its order, where the stream has told it', async () => {
    const { hand, listen, reports } = await aFilledOrder()
    await listen()
    await hand('fill', { qty: '40', price: '150' })
    await hand('fill', { qty: '60', price: '151' })
    await hand('bust')
    const fill = await until('the correction', 5_000, () => corrected(reports))
    expect(`${fill.executionId} ${fill.quantity}`).toBe('sf-000001@100 0')
  })
  it('is found in the list where it happened before anybody listened', async () => {
    const { hand, listen, reports } = await aFilledOrder({ activity_delay_ms: 0 })
    await hand('fill', { qty: '40', price: '150' })
    await hand('fill', { qty: '60', price: '151' })
    await listen()
    await hand('correct', { price: '149' })
    const fill = await until('the correction', 5_000, () => corrected(reports))
    expect(`${fill.executionId} ${fill.quantity} at ${fill.price}`).toBe('sf-000001@100 60 at 149')
  })
  it('that nothing names any more is told as missed, and not guessed', async () => {
    const { hand, listen, reports, missed } = await aFilledOrder({ activity_delay_ms: 0 })
    await hand('fill', { qty: '100', price: '150' })
    await listen()
    await hand('bust')
    await until('word of it', 5_000, () => missed.find((what) => what.includes('no list names it')))
    expect(corrected(reports)).toBeUndefined()
  })
})
