import type { OrderView } from '../support/daemon-client.ts'
import { until } from '../support/until.ts'
import type { OrderState, Trouble } from './scenario.ts'
import { QUANTITY, STRANGERS_NAME, type Stage, SYMBOL } from './stage.ts'

/** What becomes of the order at the venue, and how the daemon shows that it knows. */
export interface Course {
  readonly during: (stage: Stage) => Promise<void> | void
  readonly isKnown: (order: OrderView) => boolean
  /** Once that is known: how it comes to an end, where it has not yet. */
  readonly after?: (stage: Stage) => void
}

const REPLACED_QUANTITY = 12
const is =
  (status: string, filled?: number) =>
  (order: OrderView): boolean =>
    order.status === status && (filled === undefined || order.filled_quantity === String(filled))
const isFilled = is('filled', QUANTITY)
const fillAll = (stage: Stage): void => stage.byHand('fill', { price: '229.4' })
const fillFirst = (stage: Stage): void => stage.byHand('fill', { qty: '4', price: '229.25' })
const fillRest = (stage: Stage): void => stage.byHand('fill', { qty: '6', price: '229.31' })

const COURSES: Readonly<Record<OrderState, Course>> = {
  working: { during: () => undefined, isKnown: is('accepted'), after: fillAll },
  filled: { during: fillAll, isKnown: isFilled },
  'filled in parts': {
    during: (stage) => {
      fillFirst(stage)
      fillRest(stage)
    },
    isKnown: isFilled,
  },
  'partly filled': { during: fillFirst, isKnown: is('partially_filled', 4), after: fillRest },
  'partly filled, then expired': {
    during: (stage) => {
      fillFirst(stage)
      stage.byHand('expire')
    },
    isKnown: is('expired', 4),
  },
  'cancelled by the venue': { during: (stage) => stage.byHand('cancel'), isKnown: is('cancelled') },
  expired: { during: (stage) => stage.byHand('expire'), isKnown: is('expired') },
  rejected: { during: (stage) => stage.byHand('reject'), isKnown: is('rejected') },
  'replaced by somebody': {
    during: async (stage) => {
      await replaceBySomebody(stage)
      stage.byHand('fill', { price: '229.4' })
    },
    isKnown: is('filled', REPLACED_QUANTITY),
  },
  'filled beside a busy stranger': {
    during: (stage) => {
      strangerTrades(stage)
      fillAll(stage)
    },
    isKnown: isFilled,
  },
  'execution undone': {
    during: async (stage) => {
      fillFirst(stage)
      fillRest(stage)
      await stage.knows('the order is filled', isFilled)
      stage.byHand('bust')
    },
    isKnown: ({ filled_quantity }) => filled_quantity === '4',
  },
  'execution corrected': {
    during: async (stage) => {
      fillAll(stage)
      await stage.knows('the order is filled', isFilled)
      stage.byHand('correct', { price: '229.1' })
    },
    isKnown: (order) => isFilled(order) && order.average_fill_price === '229.1',
  },
}

/** Some troubles are the course themselves. */
const BY_ITSELF: Partial<Readonly<Record<Trouble, Course>>> = {
  'rejected-after-answer': { during: () => undefined, isKnown: is('rejected') },
  'partial-then-expired': {
    during: () => undefined,
    isKnown: (order) => order.status === 'expired' && order.filled_quantity !== '0',
  },
  'fill-before-answer': { during: () => undefined, isKnown: isFilled },
  bust: {
    during: (stage) => {
      fillFirst(stage)
      fillRest(stage)
    },
    isKnown: ({ filled_quantity, status }) => status === 'filled' && filled_quantity === '4',
  },
  correction: {
    during: fillAll,
    isKnown: (order) => isFilled(order) && order.average_fill_price !== '229.4',
  },
}

export const courseOf = (trouble: Trouble, state: OrderState): Course => BY_ITSELF[trouble] ?? COURSES[state]

/** More executions than one page of the list holds, of an order that another program has placed in the account. */
const STRANGERS_EXECUTIONS = 120
function strangerTrades(stage: Stage): void {
  const qty = String(STRANGERS_EXECUTIONS)
  const terms = { symbol: SYMBOL, qty, side: 'buy', type: 'limit', limit_price: '229', time_in_force: 'day' }
  bySomebody(stage, 'POST', '/v2/orders', { ...terms, client_order_id: STRANGERS_NAME })
  for (let n = 0; n < STRANGERS_EXECUTIONS; n += 1)
    stage.control('POST', `/orders/${STRANGERS_NAME}/fill`, { qty: '1', price: '228.5' })
}

async function replaceBySomebody(stage: Stage): Promise<void> {
  const { truth } = stage
  stage.byHand('route')
  bySomebody(stage, 'PATCH', `/v2/orders/${truth.orders[0]?.last.id}`, { qty: String(REPLACED_QUANTITY) })
  await until('the replacement stands', 5_000, () => truth.orders[0]?.last.status === 'new' || undefined)
}

/** At the venue's own page, or with another program, with the account's keys. */
function bySomebody({ simulator }: Stage, method: string, path: string, terms: object): void {
  const headers = { 'apca-api-key-id': simulator.keyId, 'apca-api-secret-key': simulator.secretKey }
  const { answer } = simulator.venue().exchange({ method, path, headers, body: JSON.stringify(terms) })
  if (answer.status !== 200) throw new Error(`${method} ${path} by somebody is answered with ${answer.body}`)
}
