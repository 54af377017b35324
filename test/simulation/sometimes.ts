import type { TrueOrder } from './evidence.ts'
import type { World } from './world/world.ts'

/**
 * The rare states a history has seen, by their number; a letter tells the two halves of one apart. Guarantees: a state
 * counts when it has come about, not when somebody tried to bring it about.
 */
export function sometimes(world: World): ReadonlyMap<string, number> {
  const { recorder, sites } = world
  const seen = new Map<string, number>(recorder.rare)
  const add = (state: string, times: number): void => {
    if (times > 0) seen.set(state, (seen.get(state) ?? 0) + times)
  }
  const truths = sites.flatMap(({ venue }) => venue.venue.truth.orders)
  const ours = truths.filter(({ tag }) => tag !== undefined)
  const lives = livesOf(world)
  add('S2', lives.filter((life) => follows(life, 'order.unconfirmed', FILLED)).length)
  add('S3', lives.filter((life) => follows(life, 'order.unconfirmed', ['order.failed', 'order.rejected'])).length)
  // A fill that finds its order ended is booked as a correction of it.
  add('S6', lives.filter((life) => follows(life, 'order.cancelled', [...FILLED, 'order.corrected'])).length)
  add('S7', ours.filter(({ filled, quantity }) => Number(filled) > Number(quantity)).length)
  add('S8', ours.flatMap(({ executions }) => executions.filter(({ busted }) => busted)).length)
  const heard = heardOn(world)
  add('S9', heard.onBoth)
  add('S10', heard.onlyAsked)
  if (STALE.some((fault) => world.faults.counts.has(fault))) add('S11', staleThenFresh(world))
  if (recorder.hasBacklog && world.untold() <= 0) add('S16', 1)
  add('S17', strangeWords(world))
  for (const { venue } of sites)
    if (venue.venue.truth.resendClass === 'D') add('S18', lookAlikes(venue.venue.truth.orders))
  return seen
}
const FILLED = ['order.filled', 'order.partially_filled']
const STALE = ['F-82', 'F-83', 'F-84'] as const

const follows = (life: readonly string[], first: string, then: readonly string[]): boolean => {
  const at = life.indexOf(first)
  return at >= 0 && life.slice(at + 1).some((event) => then.includes(event))
}

/** The events of each order, in their order. */
function livesOf({ disk }: World): readonly (readonly string[])[] {
  const rows = disk.database
    .prepare(
      `SELECT group_concat(event, ' ' ORDER BY order_seq) AS life FROM events
       WHERE order_id IN (SELECT order_id FROM events WHERE event IN ('order.unconfirmed', 'order.cancelled'))
       GROUP BY order_id`,
    )
    .all()
  return rows.map(({ life }) => String(life).split(' '))
}

interface Heard {
  /** Executions that came by the stream and by an answer as well. */
  readonly onBoth: number
  /** Executions that no stream told of although one was open then, and that are in our books all the same. */
  readonly onlyAsked: number
}

function heardOn(world: World): Heard {
  const booked = new Set(
    world.disk.database
      .prepare('SELECT execution_id FROM fills')
      .all()
      .map((row) => String(row.execution_id)),
  )
  let [onBoth, onlyAsked] = [0, 0]
  for (const { account, venue } of world.sites) {
    const executions = venue.venue.truth.orders.flatMap((order) => (order.tag === undefined ? [] : order.executions))
    if (executions.length === 0) continue
    const [streamed, answered] = idsHeard(world, account)
    for (const { id, at } of executions) {
      if (streamed.has(id) && answered.has(id)) onBoth += 1
      else if (!streamed.has(id) && answered.has(id) && booked.has(id) && wasOpen(world, account, at)) onlyAsked += 1
    }
  }
  return { onBoth, onlyAsked }
}
const NAME = /"id":"([^"]+)"/g
function idsHeard({ recorder }: World, account: string): readonly [Set<string>, Set<string>] {
  const [streamed, answered] = [new Set<string>(), new Set<string>()]
  for (const { what, direction, body, account: of } of recorder.wire) {
    if (direction === 'out' || of !== account) continue
    const heard = what === 'stream' ? streamed : answered
    for (const [, id = ''] of body.matchAll(NAME)) heard.add(id)
  }
  return [streamed, answered]
}
const wasOpen = ({ recorder }: World, account: string, at: number): boolean =>
  recorder.streams.some(
    ({ account: of, from, until = Number.POSITIVE_INFINITY }) => of === account && from <= at && at < until,
  )

/** How often a list showed less of an order than was known of it, and a later one showed it again as it was. */
function staleThenFresh({ recorder, sites }: World): number {
  let times = 0
  for (const { account } of sites) {
    const most = new Map<string, number>()
    const behind = new Set<string>()
    for (const { what, direction, body, account: of } of recorder.wire) {
      if (direction === 'out' || of !== account) continue
      for (const [, id = '', filled] of body.matchAll(FILLED_OF)) {
        const known = most.get(id) ?? 0
        if (Number(filled) >= known) {
          if (behind.delete(id)) times += 1
          most.set(id, Number(filled))
        } else if (what === 'read') behind.add(id)
      }
    }
  }
  return times
}
const FILLED_OF = /\{"id":"([^"]+)"[^{}[\]]*?"filled(?:_quantity)?":"([^"]+)"/g

/** Words that stand in no table, in messages that were heard. */
function strangeWords({ recorder, sites }: World): number {
  const words = new Set(sites.flatMap(({ strangeWords: some }) => some))
  if (words.size === 0) return 0
  let times = 0
  for (const { direction, body } of recorder.wire) {
    if (direction === 'out') continue
    for (const [, word = ''] of body.matchAll(STATUS)) if (words.has(word)) times += 1
  }
  return times
}
const STATUS = /"status":"([^"]+)"/g

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
