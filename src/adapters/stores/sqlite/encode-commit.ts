import { isFinal, type Order } from '../../../core/order.ts'
import type { CaseWrite, Commit, OrderWrite, PositionWrite } from '../../../ports/order-store.ts'
import { changedCaseParams, newCaseParams } from './case-row.ts'
import type { Member, SqlValue, Step } from './commit-host.ts'
import { eventParams } from './event-row.ts'
import { amendedFillParams, fillParams } from './fill-row.ts'
import { changedOrderParams, newOrderParams } from './order-row.ts'
import { positionParams } from './position-row.ts'
import { signalParams } from './signal-row.ts'
import { statementNumber } from './statements.ts'

/** A commit as steps. The fence comes first: whoever lost the account learns that, whatever else may be wrong. */
export function encodeCommit(commit: Commit): Member {
  const { account, epoch, events, signal, orders = [], fills = [], positions = [], facts = {} } = commit
  const { amendedFills = [], cases = [] } = commit
  const count = events.length
  return [
    { statement: TAKE_NUMBERS, params: [count, account, epoch], otherwise: 'epoch' },
    ...(signal === undefined ? [] : [{ statement: ADD_SIGNAL, params: signalParams(signal), otherwise: 'signal' }]),
    ...orders.flatMap(orderSteps),
    ...fills.map((fill) => ({ statement: ADD_FILL, params: fillParams(fill), otherwise: 'fill' })),
    ...amendedFills.map((fill) => ({ statement: AMEND_FILL, params: amendedFillParams(fill), otherwise: 'fill' })),
    ...positions.map(positionStep),
    ...cases.map(caseStep),
    ...events.map((entry, n) => ({ statement: ADD_EVENT, params: eventParams(account, entry, count - 1 - n) })),
    ...Object.entries(facts).map(([name, value]) => factStep(name, value)),
  ]
}

export const encodeTakeOver = (account: string): Member => [{ statement: TAKE_LEASE, params: [account] }]
export const encodeRenewal = (account: string, epoch: number): Member => [
  { statement: RENEW_LEASE, params: [account, epoch], otherwise: 'epoch' },
]

export const encodeSinkPositions = (sink: string, positions: ReadonlyMap<string, number>): Member =>
  [...positions].map(([account, accountSeq]) => ({
    statement: SAVE_SINK_POSITION,
    params: [sink, account, accountSeq],
  }))

function orderSteps({ order, expectedVersion }: OrderWrite): readonly Step[] {
  const isNew = expectedVersion === 0
  const write = isNew
    ? { statement: ADD_ORDER, params: newOrderParams(order), otherwise: 'order' }
    : { statement: CHANGE_ORDER, params: changedOrderParams(order, expectedVersion), otherwise: 'order' }
  const atVenue = isFinal(order.status) ? venueNameSteps(order) : []
  // The first name is written with the order; only a later generation can bring another.
  if (!isNew && order.generation === 1) return [write, ...atVenue]
  return [write, ...namesOf(order).map((name) => nameStep(order, name)), ...atVenue]
}

/** Open orders are in memory; once it has ended, an order may have to be found by what the venue called it. */
const venueNameSteps = ({ account, id, brokerOrders }: Order): readonly Step[] =>
  brokerOrders.flatMap(({ brokerOrderId }) =>
    brokerOrderId === undefined ? [] : [{ statement: NAME_AT_VENUE, params: [account, brokerOrderId, id] }],
  )

const namesOf = (order: Order): readonly string[] => [
  ...new Set([order.clientOrderId, ...order.brokerOrders.map(({ clientOrderId }) => clientOrderId)]),
]

const nameStep = (order: Order, name: string): Step => ({
  statement: NAME_ORDER,
  params: [name, order.account, order.id],
  otherwise: 'order',
})

function positionStep({ position, expectedVersion }: PositionWrite): Step {
  const params = positionParams(position)
  return expectedVersion === 0
    ? { statement: ADD_POSITION, params, otherwise: 'position' }
    : { statement: CHANGE_POSITION, params: [...params, expectedVersion], otherwise: 'position' }
}

const caseStep = ({ found, expectedVersion }: CaseWrite): Step =>
  expectedVersion === 0
    ? { statement: ADD_CASE, params: newCaseParams(found), otherwise: 'case' }
    : { statement: CHANGE_CASE, params: changedCaseParams(found, expectedVersion), otherwise: 'case' }

function factStep(name: string, value: string | null): Step {
  const params: readonly SqlValue[] = value === null ? [name] : [name, value]
  return { statement: value === null ? REMOVE_FACT : SET_FACT, params }
}

const TAKE_LEASE = statementNumber('takeLease')
const RENEW_LEASE = statementNumber('renewLease')
const TAKE_NUMBERS = statementNumber('takeNumbers')
const ADD_SIGNAL = statementNumber('addSignal')
const ADD_ORDER = statementNumber('addOrder')
const CHANGE_ORDER = statementNumber('changeOrder')
const NAME_ORDER = statementNumber('nameOrder')
const NAME_AT_VENUE = statementNumber('nameAtVenue')
const ADD_EVENT = statementNumber('addEvent')
const ADD_FILL = statementNumber('addFill')
const AMEND_FILL = statementNumber('amendFill')
const ADD_CASE = statementNumber('addCase')
const CHANGE_CASE = statementNumber('changeCase')
const ADD_POSITION = statementNumber('addPosition')
const CHANGE_POSITION = statementNumber('changePosition')
const SET_FACT = statementNumber('setFact')
const REMOVE_FACT = statementNumber('removeFact')
const SAVE_SINK_POSITION = statementNumber('saveSinkPosition')
