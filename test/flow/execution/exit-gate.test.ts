import { describe, expect, it } from 'vitest'
import { evolve, evolveAll } from '../../../src/core/evolve.ts'
import { sha256 } from '../../../src/core/hash.ts'
import type { Order } from '../../../src/core/order.ts'
import { ExitGate } from '../../../src/flow/execution/exit-gate.ts'
import { NotSent } from '../../../src/ports/exit-pass.ts'
import { HandTime } from '../../support/hand-time.ts'
import { created, eventOf, T0 } from '../../support/orders.ts'

const BYTES = '{"order":1}'
const submitting = (over = {}): Order =>
  evolveAll(undefined, [
    created({ expiresAt: T0 + 1_000, ...over }),
    { ...eventOf('submitting'), payloadHash: sha256(BYTES) } as never,
  ]) as Order

function gateAt({ halted = false, file = false, owns = true, holds = true } = {}) {
  const state = { halted, file, owns, holds, current: undefined as Order | undefined }
  const time = new SetClock(T0)
  const gate = new ExitGate({
    clock: time,
    haltFile: { exists: () => state.file },
    isHalted: () => state.halted,
    current: (order) => state.current ?? order,
    ownsAccount: () => state.owns,
    holdsLease: () => state.holds,
  })
  return { gate, time, state }
}
/** A wall clock that was set, beside time that goes on. */
class SetClock extends HandTime {
  aheadMs = 0
  override now(): number {
    return super.now() + this.aheadMs
  }
  override monotonic(): number {
    return super.now()
  }
}

function thrownBy(run: () => void): { code?: string; name: string } | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof NotSent
      ? { code: error.code, name: error.name }
      : { name: error instanceof Error ? error.name : 'other' }
  }
}

describe('an order that may live for a second', () => {
  it('lives no longer when the wall clock is set back (I-09)', async () => {
    const at = gateAt()
    const order = submitting()
    at.gate.changed(undefined, order)
    await at.time.pass(500)
    at.time.aheadMs = -3_600_000
    expect(at.gate.refusal(order)).toBeUndefined()
    await at.time.pass(500)
    expect(at.gate.refusal(order)?.code).toBe('signal.expired')
  })
})

describe('what the exit gate refuses, at the last synchronous moment', () => {
  type Turn = (at: ReturnType<typeof gateAt>, order: Order) => void
  const REFUSALS: readonly [string, string, Turn][] = [
    [
      'a halt',
      'halted',
      ({ state }) => {
        state.halted = true
      },
    ],
    [
      'the file HALT',
      'halted',
      ({ state }) => {
        state.file = true
      },
    ],
    ['a recovery that is not done', 'gate.recovering', ({ gate }) => gate.close('recovering')],
    ['a store in doubt', 'gate.store', ({ gate }) => gate.close('store')],
    ['a daemon that stops', 'gate.stopping', ({ gate }) => gate.close('stopping')],
    ['a self-check that failed', 'gate.self_check', ({ gate }) => gate.close('self_check')],
    [
      'an account that is somebody else’s by now',
      'gate.lease',
      ({ state }) => {
        state.owns = false
      },
    ],
    [
      'a lease that the store has not confirmed since a pause',
      'lease.stale',
      ({ state }) => {
        state.holds = false
      },
    ],
    ['the expiry, to the millisecond', 'signal.expired', ({ time }) => time.set(T0 + 1_000)],
    [
      'an order that has moved on',
      'gate.overtaken',
      ({ state }, order) => {
        state.current = evolve(order, eventOf('accepted'))
      },
    ],
    [
      'an attempt that is not the latest',
      'gate.overtaken',
      ({ state }, order) => {
        state.current = { ...order, attempt: 2 }
      },
    ],
    [
      'an order that was called off',
      'cancel.requested',
      ({ state }, order) => {
        state.current = evolve(order, eventOf('cancel_requested'))
      },
    ],
  ]
  it.each(REFUSALS)('%s: %s', (_what, code, turn) => {
    const at = gateAt()
    const order = submitting()
    const pass = at.gate.passFor(order)
    turn(at, order)
    expect(thrownBy(() => pass.use(BYTES))).toEqual({ code, name: 'NotSent' })
    expect(at.gate.passed).toBe(0)
  })
  it('lets through everything else, and counts it', () => {
    const { gate, time } = gateAt()
    time.set(T0 + 999)
    gate.passFor(submitting()).use(BYTES)
    gate.passFor(submitting({ expiresAt: undefined })).use(BYTES)
    expect(gate.passed).toBe(2)
  })
  it('other bytes than those that were approved', () => {
    const { gate } = gateAt()
    expect(thrownBy(() => gate.passFor(submitting()).use(`${BYTES} `))).toMatchObject({ name: 'AssertionFailed' })
    expect(gate.passed).toBe(0)
  })
  it('a second use of the same pass, whatever became of the first', () => {
    const { gate, state } = gateAt()
    const used = gate.passFor(submitting())
    used.use(BYTES)
    expect(thrownBy(() => used.use(BYTES))?.name).toBe('AssertionFailed')
    state.halted = true
    const refused = gate.passFor(submitting())
    expect(thrownBy(() => refused.use(BYTES))?.code).toBe('halted')
    state.halted = false
    expect(thrownBy(() => refused.use(BYTES))?.name).toBe('AssertionFailed')
    expect(gate.passed).toBe(1)
  })
  it('an order without its durable mark has no pass at all', () => {
    const { gate } = gateAt()
    const order = evolve(undefined, created())
    expect(() => gate.passFor(order)).toThrow('durable mark')
  })
  it('is open again only when every reason is gone', () => {
    const { gate } = gateAt()
    gate.close('recovering')
    gate.close('store')
    gate.open('recovering')
    expect(gate.closedFor).toEqual(['store'])
    expect(gate.refusal(submitting())?.code).toBe('gate.store')
    gate.open('store')
    expect(gate.refusal(submitting())).toBeUndefined()
  })
})

describe('a cancel', () => {
  it('passes a halt and a closed gate', () => {
    const { gate } = gateAt({ halted: true, file: true })
    gate.close('store')
    expect(() => gate.cancelPass().use('')).not.toThrow()
  })
  it('does not pass once the account is somebody else’s', () => {
    const { gate } = gateAt({ owns: false })
    expect(thrownBy(() => gate.cancelPass().use(''))?.code).toBe('gate.lease')
  })
})
