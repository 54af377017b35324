import { trading } from '@alpacahq/alpaca-trade-api'
import { formatTime, type Instant } from '../../../core/time.ts'
import { type AlpacaCalls, found } from './calls.ts'
import { type AlpacaOrder, readOrders } from './decode.ts'
import { type FillActivity, type OtherActivity, readFills, readOthers } from './decode-executions.ts'
import { allPages } from './paging.ts'

const ORDERS_PAGE = 500
const ACTIVITIES_PAGE = 100
/** `submitted_at`, which lists go by, moves by some milliseconds after the answer, and `after` leaves its own instant out. */
const OVERLAP_MS = 1_000

const DAYS_LATE_MS = 3 * 86_400_000

type OrderQuery = Parameters<trading.OrdersApi['getAllOrders']>[0]

/** Every leg of a complex order is a row of its own, so nothing open hides under another order. */
const everyRow = { limit: ORDERS_PAGE, direction: 'asc', nested: false } as const

export const openOrderRows = (calls: AlpacaCalls): Promise<readonly AlpacaOrder[]> =>
  orderRows(calls, 'the list of open orders', { status: 'open' })

export const orderRowsSince = (calls: AlpacaCalls, since: Instant): Promise<readonly AlpacaOrder[]> =>
  orderRows(calls, 'the list of recent orders', { status: 'all' }, formatTime(since - OVERLAP_MS))

function orderRows(
  calls: AlpacaCalls,
  what: string,
  filter: Pick<NonNullable<OrderQuery>, 'status'>,
  after?: string,
): Promise<readonly AlpacaOrder[]> {
  const page = async (place: OrderQuery): Promise<readonly AlpacaOrder[]> => {
    const answer = await calls.readOrders(what, (orders) =>
      orders.getAllOrdersRaw({ ...everyRow, ...filter, ...place }),
    )
    return found(what, answer, readOrders(answer.body))
  }
  return allPages({
    what,
    pageSize: ORDERS_PAGE,
    first: () => page(after === undefined ? {} : { after }),
    // By place it cannot skip orders of one instant; by time with an overlap is for a server that knows no place.
    after: [
      ({ id }) => page({ afterOrderId: id }),
      ({ submitted_at, created_at }) => page({ after: formatTime((submitted_at ?? created_at) - OVERLAP_MS) }),
    ],
  })
}

export const fillsSince = (calls: AlpacaCalls, since: Instant): Promise<readonly FillActivity[]> =>
  fillRows(calls, 'the list of executions', { after: formatTime(since - OVERLAP_MS) })

/** Those of one order, whether or not the server heeds the wish for one. */
export async function fillsOfOrder(calls: AlpacaCalls, order: AlpacaOrder): Promise<readonly FillActivity[]> {
  const after = formatTime(order.created_at - OVERLAP_MS)
  const rows = await fillRows(calls, 'the executions of an order', { after, order_id: order.id })
  return rows.filter(({ order_id }) => order_id === order.id)
}

function fillRows(
  calls: AlpacaCalls,
  what: string,
  query: Readonly<Record<string, string>>,
): Promise<readonly FillActivity[]> {
  const page = async (pageToken?: string): Promise<readonly FillActivity[]> => {
    const place = pageToken === undefined ? {} : { pageToken }
    const wish = { activityType: 'FILL', direction: 'asc', pageSize: ACTIVITIES_PAGE, ...place } as const
    const ask = (own: trading.Configuration) =>
      new trading.AccountActivitiesApi(own).getAccountActivitiesByActivityTypeRaw(wish)
    const answer = await calls.read(what, ask, query)
    return found(what, answer, readFills(answer.body))
  }
  return allPages({ what, pageSize: ACTIVITIES_PAGE, first: () => page(), after: [({ id }) => page(id)] })
}

/** What moved money or holdings and was no trade; newest last. */
export function othersSince(calls: AlpacaCalls, since: Instant): Promise<readonly OtherActivity[]> {
  const what = 'the list of what is no trade'
  const page = async (pageToken?: string): Promise<readonly OtherActivity[]> => {
    const place = pageToken === undefined ? {} : { pageToken }
    const wish = { category: 'non_trade_activity', direction: 'asc', pageSize: ACTIVITIES_PAGE, ...place } as const
    const ask = (own: trading.Configuration) => new trading.AccountActivitiesApi(own).getAccountActivitiesRaw(wish)
    // They are dated by the day, and some days late.
    const answer = await calls.read(what, ask, { after: formatTime(since - DAYS_LATE_MS) })
    return found(what, answer, readOthers(answer.body))
  }
  return allPages({ what, pageSize: ACTIVITIES_PAGE, first: () => page(), after: [({ id }) => page(id)] })
}
