import { describe, expect, it } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { PaperVenueProcess } from './paper-venue-process.ts'

const SIGNAL = { signal_id: 'dry', strategy: 's', symbol: 'AAPL', side: 'buy', quantity: '2' }

describe('dry run', () => {
  it('decides, records what it would have sent, answers 202, and sends nothing', async () => {
    await using venue = await PaperVenueProcess.start()
    const accounts = { paper: { venue: 'paper', base_url: venue.url } }
    await using daemon = await DaemonProcess.start({ config: { mode: 'dry_run', accounts } })
    const { client } = daemon
    const answer = await client.send(SIGNAL)
    expect(answer).toMatchObject({
      status: 202,
      body: { duplicate: false, order: { status: 'denied', reason: 'mode.dry_run', mode: 'dry_run', attempt: 0 } },
    })
    const { id, limit_price, client_order_id } = answer.body.order
    const events = (await client.get(`/v1/orders/${id}/events`)).body.items
    expect(events).toMatchObject([
      { event: 'order.created' },
      {
        event: 'order.denied',
        detail: {
          would_send: { client_order_id, symbol: 'AAPL', side: 'buy', type: 'limit', quantity: '2', limit_price },
        },
      },
    ])
    expect(await client.send(SIGNAL)).toMatchObject({ status: 200, body: { duplicate: true, order: { id } } })
    expect(await client.send({ ...SIGNAL, signal_id: 'dry-2' }, '?wait=2')).toMatchObject({ status: 200 })
    expect(await client.send({ ...SIGNAL, signal_id: 'dry-3', quantity: '1000' })).toMatchObject({
      status: 403,
      body: { code: 'risk.order_notional' },
    })
    await daemon.restart()
    expect(await daemon.client.send(SIGNAL)).toMatchObject({ status: 200, body: { duplicate: true, order: { id } } })
    expect(daemon.audit().map(({ mode }) => mode)).toEqual(daemon.audit().map(() => 'dry_run'))
    expect(venue.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})
