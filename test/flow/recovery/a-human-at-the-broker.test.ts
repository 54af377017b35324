import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import type { Order } from '../../../src/core/order.ts'
import type { Admission } from '../../../src/ports/order-commands.ts'
import { PaperFloor } from '../../support/paper-floor.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})
/** The store as it is now, as a backup would have it. */
function backupOf(database: DatabaseSync): DatabaseSync {
  const folder = mkdtempSync(join(tmpdir(), 'surefill-'))
  folders.push(folder)
  const path = join(folder, 'backup.db')
  database.exec(`VACUUM INTO '${path}'`)
  return new DatabaseSync(path)
}
const orderOf = (admission: Admission): Order => {
  if (admission.kind !== 'taken') throw new Error(JSON.stringify(admission))
  return admission.order
}
const BY_HAND = { client_order_id: 'by-hand-1', symbol: 'AAPL', side: 'buy', type: 'limit', time_in_force: 'gtc' }
const SYNC_MS = 60_000

describe('a store put back from a backup (F-16, I-10)', () => {
  it('takes in the order it lost, and its signal, when it comes again, makes no second one', async () => {
    const first = await PaperFloor.open()
    const database = backupOf(first.database)
    const lost = orderOf(await first.signal({ limit_price: '225' }))
    await first.time.pass(1_000)
    await first.stop()

    const { time, venue } = first
    const next = await PaperFloor.open({ time, venue, database })
    const [adopted] = (await next.trading.store.orders({ open: true }, { limit: 10 })).items
    expect(adopted).toMatchObject({ status: 'accepted', clientOrderId: lost.clientOrderId, strategy: 'default' })
    expect(next.eventsNamed('order.adopted')).toHaveLength(1)

    const again = await next.signal({ limit_price: '225' })
    expect(again).toMatchObject({ kind: 'taken', duplicate: true, order: { id: adopted?.id } })
    expect(await next.signal({ limit_price: '225' })).toMatchObject({ kind: 'taken', duplicate: true })
    expect(await next.signal({ limit_price: '226' })).toMatchObject({ kind: 'conflict' })
    expect(venue.venue.orders({ status: 'all', after: 0, limit: 10 })).toHaveLength(1)
    await next.stop()
  })
})

describe('a human at the broker’s site (U9, F-61)', () => {
  it('who cancels and changes orders of ours is noticed and told of', async () => {
    const at = await PaperFloor.open()
    const changed = orderOf(await at.signal({ signal_id: 'a', limit_price: '225' }))
    const cancelled = orderOf(await at.signal({ signal_id: 'b', symbol: 'MSFT', limit_price: '425' }))
    await at.time.pass(1_000)
    const idOf = async ({ id }: Order): Promise<string> => (await at.trading.floor.order(id))?.brokerOrderId ?? ''
    at.byHand('PATCH', `/v1/orders/${await idOf(changed)}`, { limit_price: '224', quantity: '6' })
    at.byHand('POST', `/v1/orders/${await idOf(cancelled)}/cancel`)
    await at.time.pass(30_000)
    const now = await at.trading.floor.order(changed.id)
    expect([now?.limitPrice?.toString(), now?.quantity?.toString(), now?.status]).toEqual(['224', '6', 'accepted'])
    expect(await at.trading.floor.order(cancelled.id)).toMatchObject({ status: 'cancelled', reason: 'manual' })
    expect(at.eventsNamed('order.manual_change')).toHaveLength(1)
    expect(at.eventsNamed('order.manual_cancel')).toHaveLength(1)
    await at.stop()
  })
  it('who trades moves our position by his executions, and nothing is a mismatch', async () => {
    const at = await PaperFloor.open()
    at.byHand('POST', '/v1/orders', { ...BY_HAND, quantity: '5', limit_price: '240' })
    at.byHand('POST', '/v1/orders', { ...BY_HAND, client_order_id: 'by-hand-2', quantity: '5', limit_price: '220' })
    await at.time.pass(3 * SYNC_MS)
    const [account] = at.trading.floor.status().accounts
    expect(account).toMatchObject({ foreignOrders: 1, quarantined: [] })
    const [position] = await at.trading.store.positions()
    expect([position?.symbol, position?.quantity.toString()]).toEqual(['AAPL', '5'])
    expect(at.eventsNamed('position.changed')).toMatchObject([{ reason: 'external', symbol: 'AAPL' }])
    expect(at.eventsNamed('position.mismatch')).toEqual([])
    await at.stop()
  })
})

describe('holdings found at first contact', () => {
  const holding = async (): Promise<PaperFloor> => {
    const before = await PaperFloor.open()
    orderOf(await before.signal())
    await before.time.pass(SYNC_MS)
    await before.stop()
    await before.time.pass(86_400_000)
    return before
  }
  it('hold their symbols back until the operator agrees; then they are our opening', async () => {
    const { time, venue } = await holding()
    const at = await PaperFloor.open({ time, venue, installation: 'another disk' })
    expect(await at.signal({ signal_id: 's2' })).toMatchObject({ kind: 'denied', code: 'position.quarantined' })
    expect(await at.signal({ signal_id: 's3', symbol: 'MSFT' })).toMatchObject({ kind: 'taken' })
    expect(await at.trading.floor.sync({ adopt: true })).toMatchObject([{ opened: ['AAPL'], differences: [] }])
    expect(await at.signal({ signal_id: 's4' })).toMatchObject({ kind: 'taken' })
    expect(at.eventsNamed('position.changed')).toMatchObject([{ reason: 'opening', detail: { quantity: '10' } }])
    await at.stop()
  })
  it('are ours at once where configuration says so', async () => {
    const { time, venue } = await holding()
    const env = { SUREFILL__ACCOUNTS__PAPER__ADOPT_POSITIONS: 'true', SUREFILL__ACCOUNTS__PAPER__VENUE: 'paper' }
    const at = await PaperFloor.open({ time, venue, env, installation: 'another disk' })
    expect(await at.signal({ signal_id: 's2' })).toMatchObject({ kind: 'taken' })
    await at.stop()
  })
})

describe('another installation on the same account (I-36, F-110)', () => {
  it('closes the exit gate: nothing leaves, and signals and status say why', async () => {
    const one = await PaperFloor.open()
    orderOf(await one.signal({ limit_price: '225' }))
    await one.time.pass(1_000)
    const { time, venue } = one
    const other = await PaperFloor.open({ time, venue, installation: 'another disk' })
    const refused = await other.signal({ signal_id: 'x', symbol: 'MSFT', limit_price: '425' })
    expect(refused).toMatchObject({ kind: 'denied', code: 'gate.foreign_installation', order: { status: 'denied' } })
    await time.pass(1_000)
    const [account] = other.trading.floor.status().accounts
    expect(account?.gate).toEqual({ open: false, closedFor: ['foreign_installation'] })
    expect(venue.venue.orders({ status: 'all', after: 0, limit: 10 })).toHaveLength(1)
    const [found] = (await other.trading.store.cases({ state: 'open' }, { limit: 10 })).items
    if (found === undefined) throw new Error('no case is open')
    await other.trading.floor.resolveCase({ id: found.id, choice: 'acknowledge', by: 'anna', given: {} })
    orderOf(await other.signal({ signal_id: 'y', symbol: 'MSFT', limit_price: '425' }))
    await other.stop()
    await one.stop()
  })
})
