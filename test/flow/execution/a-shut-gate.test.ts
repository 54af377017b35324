import { describe, expect, it } from 'vitest'
import { AccountBench } from '../../support/account-bench.ts'
import { settled } from '../../support/hand-time.ts'

describe.each(['foreign_installation', 'self_check'] as const)('a gate that only a human opens (%s)', (reason) => {
  it('denies what waits behind it, by its name, instead of leaving it without a word', async () => {
    const bench = await AccountBench.open()
    bench.gate.close(reason)
    const order = await bench.send()
    expect(await bench.stored(order)).toMatchObject({ status: 'denied', reason: `gate.${reason}` })
    expect(await bench.life(order)).toBe('created denied')
    expect(bench.gateway.wire).toEqual([])
  })
  it('fails what it keeps back between the mark and the wire, by that proof', async () => {
    const bench = await AccountBench.open()
    const connected = Promise.withResolvers<undefined>()
    bench.gateway.beforeWire = () => connected.promise
    const { order, durable } = bench.take()
    const sent = bench.submitter.submit(order, durable)
    await settled()
    bench.gate.close(reason)
    connected.resolve(undefined)
    await sent
    expect(await bench.stored(order)).toMatchObject({ status: 'failed', reason: `gate.${reason}` })
    expect(bench.gateway.wire).toEqual([])
  })
})
