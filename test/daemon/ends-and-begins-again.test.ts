import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { SignalText } from '../support/daemon-client.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { agreement } from './agreement.ts'
import { AMPLE, idsOf, settled, signals } from './burst.ts'

vi.setConfig({ testTimeout: 300_000 })

const STOPS_WITHIN_MS = 10_000
/** Of the technical log. */
const ERROR = 50
const KILLS = 20
const PER_ROUND = 25
const LONGEST_PAUSE_MS = 30

describe('a daemon asked to stop in the middle of a burst', () => {
  it('ends with 0 in time, leaves nothing in doubt, and the next start goes on where it was', async () => {
    await using daemon = await DaemonProcess.start({ config: AMPLE })
    const burst = signals(300, 'stop')
    const { answers, ended } = await interrupted(daemon, burst, { atAnswer: 100 }, 'SIGTERM')
    expect(ended).toMatchObject({ code: 0, signal: null })
    expect(ended.ms).toBeLessThan(STOPS_WITHIN_MS)
    expect(daemon.rows("SELECT id FROM orders WHERE status = 'unconfirmed'")).toEqual([])
    expect(markedAndSent(daemon)).toEqual([])
    expect(daemon.audit().at(-1)).toMatchObject({ event: 'session.stopped' })
    expect(daemon.log().filter(({ level }) => Number(level) >= ERROR)).toEqual([])

    await daemon.start()
    const unanswered = burst.filter((_, n) => !TAKEN.has(answers[n]?.status))
    await daemon.client.burst(unanswered)
    await expectAllFilled(daemon, burst)
  })

  it('ends in time also when nothing is going on', async () => {
    await using daemon = await DaemonProcess.start()
    const ended = await daemon.stop()
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.ms).toBeLessThan(STOPS_WITHIN_MS / 2)
  })
})

describe('a second daemon over the same data', () => {
  it('ends with 3 and one line that says why, and the first one goes on', async () => {
    await using daemon = await DaemonProcess.start()
    const second = DaemonProcess.over(daemon.folder)
    expect(await second.launch()).toMatchObject({ code: 3 })
    expect(told(second)).toEqual([expect.stringMatching(/another instance/i)])
    const taken = await daemon.client.send({ signal_id: 's', symbol: 'AAPL', side: 'buy', quantity: '1' }, '?wait=5')
    expect(taken).toMatchObject({ status: 200, body: { order: { status: 'filled' } } })
  })
})

describe(`a daemon killed ${KILLS} times at any moment, with a sender that repeats what got no answer`, () => {
  it('ends with one filled order for every signal, in the store, at the venue and in the log', async () => {
    await using daemon = await DaemonProcess.start({ config: AMPLE })
    const chance = seeded(20_260_301)
    const sent: SignalText[] = []
    let unanswered: readonly SignalText[] = []
    for (let round = 1; round <= KILLS; round += 1) {
      const fresh = signals(PER_ROUND, `round-${round}`)
      sent.push(...fresh)
      const burst = [...unanswered, ...fresh]
      const moment = { atAnswer: 1 + Math.floor(chance() * PER_ROUND), thenMs: chance() * LONGEST_PAUSE_MS }
      const { answers } = await interrupted(daemon, burst, moment, 'SIGKILL')
      unanswered = burst.filter((_, n) => !TAKEN.has(answers[n]?.status))
      await daemon.start()
    }
    await daemon.client.burst(unanswered)
    await expectAllFilled(daemon, sent)
  })
})

/** An order that was about to leave when the gate closed keeps its mark; it must not have left. */
const markedAndSent = (daemon: DaemonProcess): readonly unknown[] => {
  const there = new Set(daemon.venueRows('SELECT client_order_id FROM orders').map((row) => row.client_order_id))
  return daemon
    .rows(
      "SELECT c.client_order_id FROM client_orders c JOIN orders o ON o.id = c.order_id WHERE o.status = 'submitting'",
    )
    .filter(({ client_order_id }) => there.has(client_order_id))
}

/** Taken for good, at first or before. */
const TAKEN: ReadonlySet<number | undefined> = new Set([202, 200])

/** The process is told to end once so many answers are there, and a moment later where the moment is drawn. */
async function interrupted(
  daemon: DaemonProcess,
  burst: readonly SignalText[],
  { atAnswer, thenMs = 0 }: { readonly atAnswer: number; readonly thenMs?: number },
  signal: NodeJS.Signals,
) {
  const reached = Promise.withResolvers<void>()
  let count = 0
  const answers = daemon.client.burst(burst, () => {
    count += 1
    if (count === atAnswer) reached.resolve()
  })
  await reached.promise
  if (thenMs > 0) await pause(thenMs)
  const ended = await daemon.kill(signal)
  return { answers: await answers, ended }
}

async function expectAllFilled(daemon: DaemonProcess, sent: readonly SignalText[]): Promise<void> {
  await settled(daemon.client)
  expect(await daemon.stop()).toMatchObject({ code: 0 })
  expect(await agreement(daemon, idsOf(sent))).toEqual({
    notOnce: [],
    statuses: { filled: sent.length },
    venueOrders: sent.length,
    differences: [],
  })
}

const told = ({ stderr }: DaemonProcess): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && !line.includes('test.launched'))

/** The same moments in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
