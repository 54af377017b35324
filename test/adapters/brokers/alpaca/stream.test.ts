import { afterEach, describe, expect, it } from 'vitest'
import { openAlpacaStream } from '../../../../src/adapters/brokers/alpaca/stream.ts'
import { realTimers } from '../../../../src/adapters/system/real-clock.ts'
import type { Timers } from '../../../../src/ports/clock.ts'
import { startAlpacaSimulator } from '../../../../src/simulator/hosts/alpaca-server.ts'
import { until } from '../../../support/until.ts'

type Simulator = Awaited<ReturnType<typeof startAlpacaSimulator>>
const simulators: Simulator[] = []
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((one) => one.close()))
})
async function simulated(options: Parameters<typeof startAlpacaSimulator>[0] = {}): Promise<Simulator> {
  const simulator = await startAlpacaSimulator(options)
  simulators.push(simulator)
  return simulator
}

/** Runs at once what would be due within ten seconds. */
const hasty: Timers = { after: (ms, label, run) => realTimers.after(ms / 100, label, run) }

function listenTo(simulator: Simulator, { keys = {}, timers = realTimers }: { keys?: object; timers?: Timers } = {}) {
  const heard: string[] = []
  const frames: string[] = []
  const stream = openAlpacaStream(
    { url: simulator.streamUrl, keys: { keyId: simulator.keyId, secretKey: simulator.secretKey, ...keys }, timers },
    {
      opened: () => heard.push('opened'),
      message: (text) => frames.push(text),
      closed: (cause) => heard.push(`closed: ${cause}`),
    },
  )
  const hears = (what: RegExp) => until(`${what}`, 8_000, () => heard.find((one) => what.test(one)))
  return { stream, heard, frames, hears }
}
const buy = (simulator: Simulator) =>
  fetch(`${simulator.url}/v2/orders`, {
    method: 'POST',
    headers: { 'apca-api-key-id': simulator.keyId, 'apca-api-secret-key': simulator.secretKey },
    body: JSON.stringify({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' }),
  })

describe('the order stream', () => {
  it.each(['binary', 'text'] as const)(
    'is open once the server listens, and hands on %s frames as text',
    async (kind) => {
      const simulator = await simulated({ switches: { stream_frames: kind } })
      const { stream, frames, hears } = listenTo(simulator)
      await hears(/^opened$/)
      await buy(simulator)
      const update = await until('an update', 5_000, () =>
        frames.find((text) => text.includes('"trade_updates","data"')),
      )
      expect(JSON.parse(update)).toMatchObject({ data: { order: { symbol: 'AAPL' } } })
      stream.close()
    },
  )
  it('says nothing more once it is closed by us', async () => {
    const { stream, heard, hears } = listenTo(await simulated())
    await hears(/^opened$/)
    stream.close()
    stream.close()
    expect(heard).toEqual(['opened'])
  })
  it.each(['closed', 'reset'])('that the server ends with %s is told of once', async (how) => {
    const simulator = await simulated()
    const { heard, hears } = listenTo(simulator)
    await hears(/^opened$/)
    simulator.control.handle('POST', '/streams/close', JSON.stringify({ how }))
    await hears(/^closed/)
    expect(heard).toHaveLength(2)
  })
  it('that refuses our keys says so, and is not open', async () => {
    const { heard, hears } = listenTo(await simulated(), { keys: { secretKey: 'another' } })
    await hears(/^closed: auth failed/)
    expect(heard).toHaveLength(1)
  })
  it.each(['auth-unanswered', 'listen-unanswered'])('with %s is given up in time', async (misbehaviour) => {
    const simulator = await simulated({ script: JSON.stringify([{ do: misbehaviour }]) })
    const { heard, hears } = listenTo(simulator, { timers: hasty })
    await hears(/^closed: it was not listening within/)
    expect(heard).toHaveLength(1)
  })
  it('that is refused at the door says how', async () => {
    const { hears } = listenTo(await simulated({ script: JSON.stringify([{ do: 'upgrade-refused' }]) }))
    expect(await hears(/^closed/)).toContain('429')
  })
  it('to nobody is closed at once', async () => {
    const simulator = await simulated()
    await simulator.close()
    simulators.length = 0
    const { hears } = listenTo(simulator)
    expect(await hears(/^closed/)).toContain('ECONNREFUSED')
  })
})
