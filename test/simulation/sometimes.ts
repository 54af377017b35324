import type { TrueOrder } from './evidence.ts'
import type { FaultId } from './faults/fault-plan.ts'
import type { World } from './world/world.ts'

/** The rare states a history has seen, by their number; a letter tells the two halves of one apart. */
export function sometimes(world: World): ReadonlyMap<string, number> {
  const { recorder, faults, sites } = world
  const seen = new Map<string, number>(recorder.rare)
  const add = (state: string, times: number): void => {
    if (times > 0) seen.set(state, (seen.get(state) ?? 0) + times)
  }
  const effective = (fault: FaultId): number => faults.counts.get(fault)?.effective ?? 0
  const truths = sites.flatMap(({ venue }) => venue.venue.truth.orders)
  const lives = livesOf(world)
  add('S2', lives.filter((life) => follows(life, 'order.unconfirmed', ['order.filled'])).length)
  add('S3', lives.filter((life) => follows(life, 'order.unconfirmed', ['order.failed', 'order.rejected'])).length)
  add('S6', effective('F-56'))
  add('S7', truths.filter(({ filled, quantity }) => Number(filled) > Number(quantity)).length)
  add('S8', truths.flatMap(({ executions }) => executions.filter(({ busted }) => busted)).length)
  add('S9', heardTwice(world, truths))
  add('S10', effective('F-73'))
  add('S11', effective('F-84'))
  add('S17', effective('F-51'))
  for (const { venue } of sites)
    if (venue.venue.truth.resendClass === 'D') add('S18', lookAlikes(venue.venue.truth.orders))
  return seen
}

const follows = (life: readonly string[], first: string, then: readonly string[]): boolean => {
  const at = life.indexOf(first)
  return at >= 0 && life.slice(at + 1).some((event) => then.includes(event))
}

/** The events of each order, in their order. */
function livesOf({ disk }: World): readonly (readonly string[])[] {
  const rows = disk.database
    .prepare(
      `SELECT group_concat(event, ' ' ORDER BY order_seq) AS life FROM events
       WHERE order_id IN (SELECT order_id FROM events WHERE event = 'order.unconfirmed') GROUP BY order_id`,
    )
    .all()
  return rows.map(({ life }) => String(life).split(' '))
}

/** Executions that came by the stream and by an answer as well. */
function heardTwice({ recorder }: World, truths: readonly TrueOrder[]): number {
  let streamed = ''
  let answered = ''
  for (const { what, direction, body } of recorder.wire) {
    if (direction === 'out') continue
    if (what === 'stream') streamed += body
    else answered += body
  }
  const ids = truths.flatMap(({ executions }) => executions.map(({ id }) => id))
  return ids.filter((id) => streamed.includes(id) && answered.includes(id)).length
}

const ALIKE_WITHIN_MS = 60_000
/** Orders of ours that only time tells apart. */
function lookAlikes(orders: readonly TrueOrder[]): number {
  const last = new Map<string, number>()
  let alike = 0
  for (const { tag, symbol, side, quantity, limitPrice, acceptedAt } of orders) {
    if (tag === undefined) continue
    const print = `${symbol} ${side} ${quantity} ${limitPrice ?? ''}`
    if (acceptedAt - (last.get(print) ?? Number.NEGATIVE_INFINITY) < ALIKE_WITHIN_MS) alike += 1
    last.set(print, acceptedAt)
  }
  return alike
}
