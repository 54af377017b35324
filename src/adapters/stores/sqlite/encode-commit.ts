import type { Order } from '../../../core/order.ts'
import type { Commit, OrderWrite, PositionWrite } from '../../../ports/order-store.ts'
import type { Member, SqlValue, Step } from './commit-host.ts'
import { eventParams } from './event-row.ts'
import { fillParams } from './fill-row.ts'
import { changedOrderParams, newOrderParams } from './order-row.ts'
import { positionParams } from './position-row.ts'
import { signalParams } from './signal-row.ts'
import { statementNumber } from './statements.ts'

/** A commit as steps. The fence comes first: whoever lost the account learns that, whatever else may be wrong. */
export function encodeCommit(commit: Commit): Member {
  const { account, epoch, events, signal, orders = [], fills = [], positions = [], facts = {} } = commit
  const count = events.length
  return [
    { statement: TAKE_NUMBERS, params: [count, account, epoch], otherwise: 'epoch' },
    ...(signal === undefined ? [] : [{ statement: ADD_SIGNAL, params: signalParams(signal), otherwise: 'signal' }]),
    ...orders.flatMap(orderSteps),
    ...fills.map((fill) => ({ statement: ADD_FILL, params: fillParams(fill), otherwise: 'fill' })),
    ...positions.map(positionStep),
    ...events.map((entry, n) => ({ statement: ADD_EVENT, params: eventParams(account, entry, count - 1 - n) })),
    ...Object.entries(facts).map(([name, value]) => factStep(name, value)),
  ]
}

export const encodeTakeOver = (account: string): Member => [{ statement: TAKE_LEASE, params: [account] }]

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
  // The first name is written with the order; only a later generation can bring another.
  if (!isNew && order.generation === 1) return [write]
  return [write, ...namesOf(order).map((name) => nameStep(order, name))]
}

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

function factStep(name: string, value: string | null): Step {
  const params: readonly SqlValue[] = value === null ? [name] : [name, value]
  return { statement: value === null ? REMOVE_FACT : SET_FACT, params }
}

const TAKE_LEASE = statementNumber('takeLease')
const TAKE_NUMBERS = statementNumber('takeNumbers')
const ADD_SIGNAL = statementNumber('addSignal')
const ADD_ORDER = statementNumber('addOrder')
const CHANGE_ORDER = statementNumber('changeOrder')
const NAME_ORDER = statementNumber('nameOrder')
const ADD_EVENT = statementNumber('addEvent')
const ADD_FILL = statementNumber('addFill')
const ADD_POSITION = statementNumber('addPosition')
const CHANGE_POSITION = statementNumber('changePosition')
const SET_FACT = statementNumber('setFact')
const REMOVE_FACT = statementNumber('removeFact')
const SAVE_SINK_POSITION = statementNumber('saveSinkPosition')
