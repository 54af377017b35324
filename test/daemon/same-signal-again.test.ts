import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../support/daemon-client.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { agreement } from './agreement.ts'
import { settled } from './burst.ts'

const TAKEN = {
  signal_id: 'fifty',
  strategy: 'twins',
  symbol: 'AAPL',
  side: 'buy',
  quantity: '1.0',
  metadata: { n: 1 },
}
const DENIED = { signal_id: 'too-much', strategy: 'twins', symbol: 'AAPL', side: 'buy', quantity: '1000' }

describe('the same signal again', () => {
  let daemon: DaemonProcess
  beforeAll(async () => {
    daemon = await DaemonProcess.start({ config: { risk: { max_order_notional: '25000' } } })
  })
  afterAll(() => daemon[Symbol.asyncDispose]())

  it('fifty times at once makes one order: one 202, forty-nine repeats that name it', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => daemon.client.send(TAKEN)))
    expect(shapes(answers)).toEqual({ '202 false': 1, '200 true': 49 })
    expect(new Set(answers.map(({ body }) => body.order.id)).size).toBe(1)
    await settled(daemon.client)
    expect((await daemon.client.get('/v1/orders?signal_id=fifty')).body.items).toMatchObject([{ status: 'filled' }])
    expect((await daemon.client.get('/v1/positions/AAPL')).body.items).toMatchObject([{ quantity: '1' }])
  })

  it('written differently is the same; with another trace or other metadata too', async () => {
    const { quantity: _, ...rest } = TAKEN
    for (const same of [
      { ...rest, quantity: 1 },
      { ...TAKEN, quantity: '1' },
      { ...TAKEN, metadata: { n: 2 } },
      { ...TAKEN, trace_id: 'another' },
    ])
      expect(await daemon.client.send(same)).toMatchObject({ status: 200, body: { duplicate: true } })
  })

  it.each([
    { quantity: '2' },
    { side: 'sell' },
    { symbol: 'MSFT' },
    { strategy: 'other' },
    { limit_price: '200' },
    { confidence: '0.5' },
  ])('with other content (%j) is a conflict that names the order, and changes nothing', async (change) => {
    const answer = await daemon.client.send({ ...TAKEN, ...change })
    expect(answer).toMatchObject({ status: 409, body: { code: 'signal.conflict', signal_id: 'fifty' } })
    const { items } = (await daemon.client.get('/v1/orders?signal_id=fifty')).body
    expect(items.map(({ id }) => id)).toEqual([answer.body.order_id])
  })

  it('denied stays denied, fifty times, with one order and the same reason, value and limit', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => daemon.client.send(DENIED)))
    expect(shapes(answers)).toEqual({ '403 false': 1, '403 true': 49 })
    expect(new Set(answers.map(told)).size).toBe(1)
    expect(answers[0]).toMatchObject({
      body: { code: 'risk.order_notional', limit: '25000', order: { status: 'denied' } },
    })
  })

  it('after a restart is answered as the first time, whether it was taken, denied or is a conflict', async () => {
    const [taken, denied] = [await daemon.client.send(TAKEN), await daemon.client.send(DENIED)]
    await daemon.restart('SIGKILL')
    const again = await daemon.client.send(TAKEN)
    expect(again).toMatchObject({
      status: 200,
      body: { duplicate: true, order: { id: taken.body.order.id, status: 'filled' } },
    })
    const deniedAgain = await daemon.client.send(DENIED)
    expect(deniedAgain).toMatchObject({ status: 403, body: { duplicate: true } })
    expect(told(deniedAgain)).toBe(told(denied))
    expect(await daemon.client.send({ ...TAKEN, quantity: '3' })).toMatchObject({ status: 409 })
    expect(await daemon.stop()).toMatchObject({ code: 0 })
    expect(await agreement(daemon, ['fifty', 'too-much'])).toEqual({
      notOnce: [],
      statuses: { filled: 1, denied: 1 },
      venueOrders: 1,
      differences: [],
    })
  })
})

const shapes = (answers: readonly Answer[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const shape = `${status} ${body.duplicate}`
    counts[shape] = (counts[shape] ?? 0) + 1
  }
  return counts
}

/** All that the sender of a denied signal is told, but for what names the request itself. */
const told = ({ status, body: { duplicate: _, trace_id: __, ...body } }: Answer): string =>
  JSON.stringify({ status, ...body })
