import { describe, expect, it } from 'vitest'
import { PaperFloor } from '../../support/paper-floor.ts'

const QUEUE = {
  SUREFILL__ORDER_MANAGEMENT__DUPLICATE_POLICY: 'queue',
  SUREFILL__RATE_LIMIT__MAX_QUEUE_AGE: '10s',
}
/** Far from the market: it stays open. */
const RESTING = { order_type: 'limit', limit_price: '221', time_in_force: 'gtc' }

describe('signals that wait behind a working order', () => {
  it('wait no longer than an order may wait, however many of their symbol came before them (I-48)', async () => {
    const at = await PaperFloor.open({ env: QUEUE })
    const first = at.signal({ signal_id: 'resting', ...RESTING })
    await at.time.pass(1_000)
    expect((await first).kind).toBe('taken')
    const answers: string[] = []
    for (const signal_id of ['second', 'third', 'fourth'])
      void at.signal({ signal_id, ...RESTING }).then(({ kind }) => answers.push(kind))
    await at.time.pass(9_000)
    expect(answers).toEqual([])
    await at.time.pass(1_500)
    expect(answers).toEqual(['denied', 'denied', 'denied'])
    await at.stop()
  })
  it('are answered at once when the daemon stops, and may be brought again (I-08)', async () => {
    const at = await PaperFloor.open({ env: QUEUE })
    const first = at.signal({ signal_id: 'resting', ...RESTING })
    await at.time.pass(1_000)
    await first
    const waiting = at.signal({ signal_id: 'second', ...RESTING })
    await at.time.pass(1_000)
    await at.stop()
    expect((await waiting).kind).toBe('unavailable')
  })
})
