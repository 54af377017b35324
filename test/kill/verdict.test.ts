import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { openBriskVenue } from './brisk-venue.ts'
import { withVenue } from './random-kills.ts'
import { ReferenceLife } from './reference-life.ts'
import type { SentSignal } from './trader.ts'
import type { TruthOrder, VenueTruth } from './venue-truth.ts'
import { verdictOn } from './verdict.ts'

describe('the verdict on a daemon, when one memory is made to lie', () => {
  let daemon: DaemonProcess
  let truth: VenueTruth
  let sent: readonly SentSignal[]
  beforeAll(async () => {
    await using venue = await openBriskVenue()
    daemon = DaemonProcess.prepared({ config: withVenue(venue.url) })
    const life = new ReferenceLife(daemon)
    await life.live('first')
    await life.live('second')
    truth = venue.truth()
    sent = life.trader.sent
  })
  afterAll(() => daemon[Symbol.asyncDispose]())

  const filled = (): TruthOrder => {
    const order = truth.orders.find(({ status }) => status === 'filled')
    if (order === undefined) throw new Error('nothing was filled')
    return order
  }
  const instead = (order: Partial<TruthOrder>): VenueTruth => ({
    ...truth,
    orders: truth.orders.map((one) => (one === filled() ? { ...one, ...order } : one)),
  })

  it('is clean when none does', async () => {
    expect(await verdictOn(daemon, truth, sent)).toMatchObject({ orders: 4, lost: [], doubled: [], violations: [] })
  })
  it('names an order that the venue has twice', async () => {
    const twice = { ...truth, orders: [...truth.orders, { ...filled(), clientOrderId: 'sf-another', executions: [] }] }
    const { doubled, lost } = await verdictOn(daemon, twice, sent)
    expect(doubled).toEqual([expect.stringMatching(/^purpose at the venue .* 2 times$/)])
    expect(lost).toEqual([expect.stringMatching(/sf-another/)])
  })
  it('names an execution that was not booked, and one that was booked and is none', async () => {
    const [first, ...rest] = filled().executions
    if (first === undefined) throw new Error('no execution')
    const more = instead({ executions: [...filled().executions, { ...first, id: 'unheard-of' }] })
    expect((await verdictOn(daemon, more, sent)).lost).toEqual([expect.stringMatching(/unheard-of/)])
    const fewer = instead({ executions: rest })
    expect((await verdictOn(daemon, fewer, sent)).doubled).toEqual([expect.stringMatching(first.id)])
  })
  it('names a state, an order and a position that the venue does not have', async () => {
    expect((await verdictOn(daemon, instead({ status: 'new' }), sent)).violations).toEqual([
      expect.stringMatching(/filled here, new at the venue/),
    ])
    const gone = { ...truth, orders: truth.orders.filter((one) => one !== filled()) }
    expect((await verdictOn(daemon, gone, sent)).violations).toEqual([expect.stringMatching(/unknown at the venue/)])
    expect((await verdictOn(daemon, { ...truth, positions: [] }, sent)).violations).toEqual([
      expect.stringMatching(/^position .* here only$/),
    ])
  })
  it('names a signal that was answered and is not there', async () => {
    const ghost = { id: 'ghost', text: {}, isAnswered: true, orderId: undefined }
    expect((await verdictOn(daemon, truth, [...sent, ghost])).lost).toEqual(['answered, no order: ghost'])
  })
  it('names a case that stands open when everything is settled', async () => {
    using store = new DatabaseSync(daemon.path('data/surefill.db'))
    store.exec(`INSERT INTO cases (id, version, open, account, kind, subject, record)
      VALUES ('left', 1, 1, 'paper', 'unconfirmed', 'an order', '{}')`)
    const { violations } = await verdictOn(daemon, truth, sent)
    store.exec("DELETE FROM cases WHERE id = 'left'")
    expect(violations).toEqual(['a case that nothing is left of: unconfirmed an order'])
  })
})
