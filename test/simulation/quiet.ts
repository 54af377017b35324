import type { Trader } from './actors/trader.ts'
import type { World } from './world/world.ts'

/** Nothing is due: every signal answered, every order at rest, final, or parked for a human, and every listener told. */
export function isQuiet(world: World, trader: Trader, isAllCalledOff: boolean): boolean {
  const { front, alive } = world
  const { trading } = front ?? {}
  if (trading === undefined || alive.length > 1 || trader.waiting > 0) return false
  const status = trading.floor.status()
  if (!status.ready || status.sinks.some(({ behind }) => behind > 0)) return false
  return undecided(world, isAllCalledOff) === 0
}

/** Orders whose fate is open and that nobody has been asked about; an order that was called off has no business being open. */
function undecided({ disk }: World, isAllCalledOff: boolean): number {
  const due = isAllCalledOff ? '' : `AND status IN (${UNDECIDED})`
  const row = disk.database
    .prepare(`SELECT count(*) AS n FROM orders WHERE open = 1 ${due} AND id NOT IN (${PARKED})`)
    .get()
  return Number(row?.n)
}
const UNDECIDED = "'created', 'submitting', 'submitted', 'unconfirmed', 'retry_pending'"
const ORDERS_OF = (event: string): string =>
  `SELECT order_id FROM events WHERE event = '${event}' AND order_id IS NOT NULL`
const PARKED = `${ORDERS_OF('case.opened')} EXCEPT ${ORDERS_OF('case.closed')}`
