import { describe, expect, it } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { readChain } from './read-chain.ts'

const LIFE = ['order.created', 'order.submitting', 'order.submitted', 'order.accepted', 'order.filled']

describe('the first order of a new installation', () => {
  it('is filled within two seconds and stands in orders, positions, both logs and its own story', async () => {
    await using daemon = await DaemonProcess.start()
    const { client } = daemon
    const sentAt = performance.now()
    const taken = await client.send({ signal_id: 'first', symbol: 'AAPL', side: 'buy', quantity: '2' })
    expect(taken).toMatchObject({ status: 202, body: { signal_id: 'first', duplicate: false } })

    const { id } = taken.body.order
    const filled = await until('the fill', 5_000, async () => {
      const { body } = await client.get(`/v1/orders/${id}`)
      return body.status === 'filled' ? body : undefined
    })
    expect(performance.now() - sentAt).toBeLessThan(2_000)
    expect(filled).toMatchObject({ id, signal_id: 'first', quantity: '2', filled_quantity: '2', attempt: 1 })

    expect((await client.get('/v1/orders')).body.items).toMatchObject([{ id, status: 'filled' }])
    expect((await client.get('/v1/positions/AAPL')).body.items).toMatchObject([{ account: 'paper', quantity: '2' }])
    const life = (await client.get(`/v1/orders/${id}/events`)).body.items.map(({ event }) => event)
    expect(life).toEqual(LIFE)

    expect(await daemon.stop()).toMatchObject({ code: 0 })
    const lines = daemon.audit().filter(({ order_id }) => order_id === id)
    expect(lines.map(({ event }) => event)).toEqual([...life, 'position.changed'])
    expect(readChain(daemon.auditText())).toEqual({ lines: daemon.audit().length, wrong: [] })
  })
})
