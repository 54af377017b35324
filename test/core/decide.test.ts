import { describe, expect, it } from 'vitest'
import { decide, type OrderCommand } from '../../src/core/decide.ts'
import { evolve, evolveAll } from '../../src/core/evolve.ts'
import type { Order } from '../../src/core/order.ts'
import { created, eventOf, T0 } from '../support/orders.ts'

const at = (story: string): Order =>
  evolveAll(
    undefined,
    story.split(' ').map((kind) => (kind === 'created' ? created() : eventOf(kind))),
  ) as Order
const STORIES = {
  created: 'created',
  pending_execution: 'created held',
  submitting: 'created submitting',
  unconfirmed: 'created submitting unconfirmed',
  submitted: 'created submitting submitted',
  accepted: 'created submitting accepted',
  partially_filled: 'created submitting accepted partially_filled',
  retry_pending: 'created submitting retry_scheduled',
  filled: 'created submitting accepted filled',
  cancelled: 'created cancelled',
  denied: 'created denied',
  rejected: 'created submitting rejected',
  expired: 'created expired',
  failed: 'created submitting failed',
} as const
const COMMANDS: Readonly<Record<string, OrderCommand>> = {
  deny: { kind: 'deny', code: 'halted', message: 'halted' },
  hold: { kind: 'hold' },
  release: { kind: 'release' },
  submit: { kind: 'submit', generation: 1, clientOrderId: 'sf-one' as never, payloadHash: 'h1' },
  lose_sight: { kind: 'lose_sight', phase: 'dispatched', reason: 'silence' },
  reject: { kind: 'reject', code: 'venue.x', reason: 'x', channel: 'answer' },
  fail: { kind: 'fail', code: 'broker.unreachable', reason: 'x', proof: 'not_sent' },
  request_cancel: { kind: 'request_cancel', by: 'me', reason: 'requested' },
  cancel_unsent: { kind: 'cancel_unsent', by: 'me', reason: 'requested' },
  'cancel_unsent with proof': { kind: 'cancel_unsent', by: 'me', reason: 'requested', proof: 'not_sent' },
  schedule_retry: { kind: 'schedule_retry', reason: 'funds', expiresAt: T0 + 1 },
  drop_retry: { kind: 'drop_retry', reason: 'x' },
}

describe('what a command may do, by the state it meets', () => {
  it.each([
    ['deny', 'created pending_execution retry_pending'],
    ['hold', 'created'],
    ['release', 'pending_execution'],
    ['submit', 'created submitting unconfirmed retry_pending'],
    ['lose_sight', 'submitting'],
    ['reject', 'submitting unconfirmed submitted accepted partially_filled'],
    ['fail', 'submitting unconfirmed'],
    ['cancel_unsent', 'created pending_execution retry_pending'],
    ['cancel_unsent with proof', 'created pending_execution submitting retry_pending'],
    ['schedule_retry', 'submitting unconfirmed submitted accepted'],
    ['drop_retry', 'retry_pending'],
    [
      'request_cancel',
      'created pending_execution submitting unconfirmed submitted accepted partially_filled retry_pending',
    ],
  ])('%s: %s', (name, states) => {
    const command = COMMANDS[name]
    if (command === undefined) throw new Error(`no command ${name}`)
    const met = Object.entries(STORIES).filter(([, story]) => decide(at(story), command, T0).length === 1)
    expect(met.map(([status]) => status).join(' ')).toBe(states)
  })
  it('whatever comes of it can happen, and a command too late is no fault', () => {
    for (const story of Object.values(STORIES)) {
      for (const command of Object.values(COMMANDS)) {
        const order = at(story)
        for (const event of decide(order, command, T0)) expect(evolve(order, event).orderSeq).toBe(order.orderSeq + 1)
      }
    }
  })
})

describe('a send', () => {
  it('counts its attempts over the life of the order', () => {
    const submit = COMMANDS.submit as OrderCommand
    expect(decide(at('created'), submit, T0)).toMatchObject([{ kind: 'submitting', attempt: 1 }])
    expect(decide(at('created submitting unconfirmed'), submit, T0)).toMatchObject([{ attempt: 2 }])
  })
})

describe('a wish to cancel', () => {
  it('stands once', () => {
    const asked = at('created submitting accepted cancel_requested')
    expect(decide(asked, COMMANDS.request_cancel as OrderCommand, T0 + 1)).toEqual([])
  })
  it.each(['created adopted', 'created adopted accepted', 'created adopted accepted partially_filled'])(
    'cannot end what was found at the venue though we never sent it: %s (I-11)',
    (story) => {
      expect(decide(at(story), COMMANDS.cancel_unsent as OrderCommand, T0)).toEqual([])
    },
  )
})
