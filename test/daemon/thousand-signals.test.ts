import { describe, expect, it, vi } from 'vitest'
import type { Answer } from '../support/daemon-client.ts'
import { DaemonProcess, rowsIn } from '../support/daemon-process.ts'
import { agreement } from './agreement.ts'
import { AMPLE, idsOf, settled, signals } from './burst.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

const BURST = signals(1_000)

vi.setConfig({ testTimeout: 180_000 })

describe('a thousand signals down one connection', () => {
  it('become one filled order each, and reach the venue in the order of their sending within each symbol', async () => {
    await using venue = await PaperVenueProcess.start({ cash: '100000000' })
    const accounts = { paper: { venue: 'paper', base_url: venue.url } }
    await using daemon = await DaemonProcess.start({ config: { ...AMPLE, accounts } })
    const answers = await daemon.client.burst(BURST)
    expect(answers.filter((answer) => answer?.status !== 202)).toEqual([])
    await settled(daemon.client)
    expect(await daemon.stop()).toMatchObject({ code: 0 })
    await venue.kill('SIGTERM')

    expect(await agreement(daemon, idsOf(BURST), venue.stateFile)).toEqual({
      notOnce: [],
      statuses: { filled: 1_000 },
      venueOrders: 1_000,
      differences: [],
    })
    expect(bySymbol(left(daemon))).toEqual(bySymbol(BURST))
    expect(bySymbol(arrived(daemon, venue.stateFile))).toEqual(bySymbol(BURST))
  })

  it('are neither lost nor doubled when the daemon is killed in the middle and the sender repeats what got no answer', async () => {
    await using daemon = await DaemonProcess.start({ config: AMPLE })
    const first = Promise.withResolvers<void>()
    let taken = 0
    // What is sent at once may all be answered before the kill arrives; the rest is still to come, whoever is faster.
    const burst = daemon.client.burst(BURST.slice(0, 800), () => {
      taken += 1
      if (taken === 300) first.resolve()
    })
    await first.promise
    const [answers] = await Promise.all([burst, daemon.kill('SIGKILL')])
    const unanswered = BURST.filter((_, n) => answers[n] === undefined)

    await daemon.start()
    const again = await daemon.client.burst(unanswered)
    expect(again.map(refusal).filter((code) => code !== undefined)).toEqual([])
    await settled(daemon.client)
    expect(await daemon.stop()).toMatchObject({ code: 0 })

    expect(await agreement(daemon, idsOf(BURST))).toEqual({
      notOnce: [],
      statuses: { filled: 1_000 },
      venueOrders: 1_000,
      differences: [],
    })
  })
})

/** Why a signal was not taken, if it was not. */
const refusal = (answer: Answer | undefined): string | undefined =>
  answer?.status === 202 || answer?.status === 200 ? undefined : (answer?.body.code ?? 'no answer')

interface Placed {
  readonly symbol?: unknown
  readonly signal_id?: unknown
}

/** As the audit log has them leave. */
const left = (daemon: DaemonProcess): readonly Placed[] =>
  daemon
    .audit()
    .flatMap(({ event, symbol, signal_id }) => (event === 'order.submitting' ? [{ symbol, signal_id }] : []))

/** As the venue's own file has them arrive. */
function arrived(daemon: DaemonProcess, venueFile: string): readonly Placed[] {
  const orders = daemon.rows(
    'SELECT c.client_order_id, o.signal_id FROM client_orders c JOIN orders o ON o.id = c.order_id',
  )
  const signalOf = new Map(orders.map(({ client_order_id, signal_id }) => [client_order_id, signal_id]))
  return rowsIn(venueFile, 'SELECT client_order_id, body FROM orders ORDER BY seq').map(
    ({ client_order_id, body }) => ({
      symbol: JSON.parse(String(body)).symbol,
      signal_id: signalOf.get(client_order_id),
    }),
  )
}

const bySymbol = (placed: readonly Placed[]): Readonly<Record<string, readonly unknown[] | undefined>> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(placed, ({ symbol }) => String(symbol))).map(([symbol, all = []]) => [
      symbol,
      all.map(({ signal_id }) => signal_id),
    ]),
  )
