import type { Quantity } from '../../../core/money.ts'
import type { Quote } from '../../market.ts'
import type { AlpacaDeps, AlpacaOptions, Switches } from './alpaca-options.ts'
import type { Asset, AssetDirectory } from './assets.ts'
import type { Identifiers } from './identifiers.ts'
import type { Ledger } from './ledger.ts'
import { type AlpacaOrder, averagePrice, filledQty } from './order.ts'
import { streamOrderJson } from './order-json.ts'
import type { OrderStore } from './order-store.ts'
import type { PriceBoard } from './price-board.ts'
import type { Hours } from './sessions.ts'
import { type Stamp, type Stamps, stampText } from './stamps.ts'
import type { TradeFeed } from './trade-feed.ts'
import type { Truth } from './truth.ts'

/** What the venue was told to do to one order besides serving it. */
export type Behaviour =
  | 'fill-before-answer'
  | 'partial-then-expired'
  | 'rejected-after-answer'
  | 'bust'
  | 'correction'
  | 'unknown-status'
  | 'cancel-then-filled'
  | 'cancel-stuck'
  | 'cancel-rejected'
  | 'replace-rejected'
  | 'replace-loses-to-fill'
  | 'replace-stuck'
export type Behaviours = ReadonlySet<Behaviour>
export const AS_USUAL: Behaviours = new Set()

/** Flags of the account, as its configuration and the control port set them. */
export interface AccountFlags {
  status: string
  tradingBlocked: boolean
  accountBlocked: boolean
  transfersBlocked: boolean
  shortingEnabled: boolean
  liquidationOnly: boolean
  configuration: Readonly<Record<string, unknown>>
}

/** The venue's state and what it is made of; the steps of an order's life are functions over it. */
export interface VenueParts extends AlpacaDeps {
  readonly options: AlpacaOptions
  switches: Switches
  readonly flags: AccountFlags
  readonly stamps: Stamps
  readonly ids: Identifiers
  readonly assets: AssetDirectory
  readonly board: PriceBoard
  readonly hours: Hours
  readonly ledger: Ledger
  readonly store: OrderStore
  readonly feed: TradeFeed
  readonly truth: Truth
  readonly behaviours: Map<string, Behaviours>
  readonly accountId: string
  readonly openedAt: Stamp
}

export function quoteOf({ board }: VenueParts, { symbol }: Asset): Quote {
  const quote = board.quote(symbol)
  if (quote === undefined) throw new Error(`no price for ${symbol}, although it is listed`)
  return quote
}

export type Change = Partial<AlpacaOrder>

/** Puts the order into its new state; the truth has it before anybody is told. */
export function change(parts: VenueParts, order: AlpacaOrder, changes: Change): AlpacaOrder {
  const after: AlpacaOrder = { ...order, updatedAt: parts.stamps.next(), ...changes }
  parts.store.put(after)
  const { id, clientOrderId, status, asset, side, qty, replaces, replacedBy } = after
  parts.truth.note('order', {
    id,
    client_order_id: clientOrderId,
    symbol: asset.symbol,
    side,
    qty,
    status,
    filled_qty: filledQty(after),
    filled_avg_price: averagePrice(after.executions),
    replaces,
    replaced_by: replacedBy,
  })
  return after
}

export interface Told {
  readonly timestamp?: Stamp
  readonly execution_id?: string
  readonly more?: Readonly<Record<string, unknown>>
}

/** Events besides fills also carry an execution id, except the ones that only announce. */
const WITHOUT_EXECUTION: ReadonlySet<string> = new Set([
  'accepted',
  'pending_new',
  'pending_cancel',
  'pending_replace',
  'pending_review',
  'held',
  'order_replace_rejected',
  'order_cancel_rejected',
])

export function tell(parts: VenueParts, event: string, order: AlpacaOrder, told: Told = {}): void {
  const { timestamp = order.updatedAt, execution_id, more } = told
  const execution = execution_id ?? (WITHOUT_EXECUTION.has(event) ? undefined : parts.ids.uuid())
  const data = {
    ...(execution === undefined ? {} : { execution_id: execution }),
    timestamp: stampText(timestamp),
    ...more,
    order: streamOrderJson(order, { switches: parts.switches, legs: legsIfParent(parts, order) }),
  }
  parts.feed.tell(event, data, parts.switches.event_ids)
}

const legsIfParent = ({ store }: VenueParts, order: AlpacaOrder): readonly AlpacaOrder[] | undefined =>
  order.legIds.length === 0 ? undefined : store.legsOf(order)

/** The order as it is now; what happens later may have overtaken what was planned. */
export const now = ({ store }: VenueParts, { id }: Pick<AlpacaOrder, 'id'>): AlpacaOrder => {
  const order = store.get(id)
  if (order === undefined) throw new Error(`order ${id} was taken and is not there`)
  return order
}

export const doesWith = ({ behaviours }: VenueParts, { id }: AlpacaOrder, behaviour: Behaviour): boolean =>
  behaviours.get(id)?.has(behaviour) ?? false

export const positionOf = ({ ledger }: VenueParts, { symbol }: Asset): Quantity => ledger.position(symbol).quantity
