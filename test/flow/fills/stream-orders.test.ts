import { describe, expect, it } from 'vitest'
import type { OrderReport } from '../../../src/core/order-report.ts'
import { OrderStream } from '../../../src/flow/fills/stream-orders.ts'
import { HandTime, KeptLog, settled } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'
import { reportOf, ScriptedGateway } from '../../support/scripted-gateway.ts'

const BACK_OFF = { maxAttempts: 5, initialDelayMs: 500, maxDelayMs: 4_000, multiplier: 2, jitter: 0 }

function aStream(capabilities = {}) {
  const gateway = new ScriptedGateway(capabilities)
  const time = new HandTime(T0)
  const log = new KeptLog()
  const seen: OrderReport[] = []
  const gaps: number[] = []
  const deps = {
    gateway,
    clock: time,
    timers: time,
    random: { draw: () => 0.5 },
    log,
    backOff: BACK_OFF,
    onReport: async (report: OrderReport): Promise<void> => void seen.push(report),
    onGap: (): void => void gaps.push(time.now() - T0),
  }
  const handlers = { ...deps }
  const stream = new OrderStream({
    ...deps,
    onReport: (report) => handlers.onReport(report),
    onGap: () => handlers.onGap(),
  })
  const connection = (nth = -1) => {
    const listener = gateway.listeners.at(nth)
    if (listener === undefined) throw new Error('no connection was opened')
    return listener
  }
  return { gateway, time, log, seen, gaps, handlers, stream, connection }
}
const report = (n: number): OrderReport => reportOf(`sf-${n}` as never, 'working', { channel: 'stream' })

describe('the stream of reports', () => {
  it('looks at everything once it is open: what came before was missed', async () => {
    const { stream, connection, gaps } = aStream()
    stream.start()
    expect([stream.connectedSince, gaps]).toEqual([undefined, []])
    connection().opened()
    expect([stream.connectedSince, gaps]).toEqual([T0, [0]])
  })
  it('takes in reports one at a time, in order', async () => {
    const { stream, connection, handlers } = aStream()
    const story: string[] = []
    handlers.onReport = async ({ clientOrderId }) => {
      story.push(`${clientOrderId} begins`)
      await settled()
      story.push(`${clientOrderId} ends`)
    }
    stream.start()
    connection().opened()
    connection().report(report(1))
    connection().report(report(2))
    await settled()
    await settled()
    await settled()
    expect(story).toEqual(['sf-1 begins', 'sf-1 ends', 'sf-2 begins', 'sf-2 ends'])
  })
  it('a report that could not be taken in loses none of those behind it', async () => {
    const { stream, connection, seen, gaps, handlers } = aStream()
    const take = handlers.onReport
    handlers.onReport = async (one) => {
      if (one.clientOrderId === 'sf-1') throw new Error('the store is away')
      await take(one)
    }
    stream.start()
    connection().opened()
    for (const n of [1, 2, 3]) connection().report(report(n))
    await settled()
    expect(seen.map(({ clientOrderId }) => clientOrderId)).toEqual(['sf-2', 'sf-3'])
    expect(gaps).toEqual([0, 0])
  })
  it('more than it can hold is dropped, and everything is looked at instead', async () => {
    const { stream, connection, gaps, seen, handlers, log } = aStream()
    const first = Promise.withResolvers<void>()
    handlers.onReport = () => first.promise
    stream.start()
    connection().opened()
    for (let n = 0; n < 10_002; n += 1) connection().report(report(n))
    expect([log.events.includes('stream.overrun'), gaps.length]).toEqual([true, 2])
    handlers.onReport = async (one) => void seen.push(one)
    first.resolve()
    connection().report(report(20_000))
    await settled()
    expect(seen.map(({ clientOrderId }) => clientOrderId)).toEqual(['sf-20000'])
  })
})

describe('a connection that breaks', () => {
  it('what it told and nobody could read is looked for everywhere', () => {
    const { stream, connection, gaps, log } = aStream()
    stream.start()
    connection().opened()
    connection().missed?.('half a frame')
    expect(gaps).toEqual([0, 0])
    expect(log.lines).toMatchObject([{ level: 'warn', event: 'stream.unreadable', fields: { what: 'half a frame' } }])
    stream.stop()
    connection().missed?.('another')
    expect(gaps).toHaveLength(2)
  })
  it('is opened again after a wait, and everything is looked at when it breaks and when it is back', async () => {
    const { stream, connection, gaps, gateway, time } = aStream()
    stream.start()
    connection().opened()
    await time.pass(60_000)
    connection().closed('reset')
    expect(stream.connectedSince).toBeUndefined()
    await time.pass(499)
    expect(gateway.listeners).toHaveLength(1)
    await time.pass(1)
    connection().opened()
    expect(gateway.listeners).toHaveLength(2)
    expect(gaps).toEqual([0, 60_000, 60_500])
  })
  it.each([
    ['refuses every time', (_open: () => void) => undefined],
    ['opens only to close again', (open: () => void) => open()],
  ])('a venue that %s is asked ever more seldom, up to the longest wait', async (_how, then) => {
    const { stream, connection, gateway, time } = aStream()
    stream.start()
    const asked: number[] = []
    for (let n = 1; n <= 7; n += 1) {
      then(() => connection().opened())
      connection().closed('no')
      const from = time.now()
      while (gateway.listeners.length === n) await time.pass(100)
      asked.push(time.now() - from)
    }
    expect(asked).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000])
  })
  it('within five seconds it is tried again, however long it has been away', async () => {
    const { stream, connection, gateway, time } = aStream()
    stream.start()
    for (let n = 0; n < 50; n += 1) {
      connection().closed('no')
      await time.pass(5_000)
    }
    expect(gateway.listeners).toHaveLength(51)
  })
  it('a gateway that cannot even begin is tried again', async () => {
    const { stream, gateway, time } = aStream()
    const open = gateway.openStream.bind(gateway)
    gateway.openStream = () => {
      throw new Error('no socket left')
    }
    stream.start()
    gateway.openStream = open
    await time.pass(500)
    expect(gateway.listeners).toHaveLength(1)
  })
  it('one that is closed before it was handed over is opened again', async () => {
    const { stream, gateway, time } = aStream()
    const open = gateway.openStream.bind(gateway)
    gateway.openStream = (listener) => {
      listener.closed('at once')
      return { close: () => undefined }
    }
    stream.start()
    gateway.openStream = open
    await time.pass(500)
    expect(gateway.listeners).toHaveLength(1)
  })
})

describe('switched off and on', () => {
  it('off, it is closed and says nothing more', async () => {
    const { stream, connection, gateway, seen, time } = aStream()
    stream.start()
    connection().opened()
    stream.stop()
    connection().report(report(1))
    connection().closed('closed by us')
    await time.pass(60_000)
    expect([gateway.closedStreams, gateway.listeners.length, seen.length, stream.enabled]).toEqual([1, 1, 0, false])
  })
  it('on again, the old connection has nothing to say, and its end is not the end of the new one', async () => {
    const { stream, connection, gateway, seen, gaps, time } = aStream()
    stream.start()
    connection().opened()
    stream.stop()
    stream.start()
    connection().opened()
    const gapsBefore = gaps.length
    connection(0).report(report(1))
    connection(0).closed('late news')
    await time.pass(60_000)
    expect([gateway.listeners.length, seen.length, gaps.length]).toEqual([2, 0, gapsBefore])
    expect(stream.connectedSince).toBe(T0)
    connection().report(report(2))
    await settled()
    expect(seen).toHaveLength(1)
  })
  it('off while it waits to be opened, it is opened once when it is on again', async () => {
    const { stream, connection, gateway, time } = aStream()
    stream.start()
    connection().closed('reset')
    stream.stop()
    stream.start()
    await time.pass(60_000)
    expect(gateway.listeners).toHaveLength(2)
  })
  it('a venue without a stream is not asked for one', () => {
    const { stream, gateway } = aStream({ streams: false })
    stream.start()
    expect([gateway.listeners.length, stream.enabled]).toEqual([0, false])
  })
})
