import { evolve } from './evolve.ts'
import { executionUpTo, type ReportedFill } from './fill.ts'
import { verifyFill } from './fill-verification.ts'
import { filledUnder, generationNamed } from './generations.ts'
import { type BrokerOrderId, type ExecutionId, executionId } from './ids.ts'
import { type ChangedTerms, changedTerms, isDirectWord } from './manual-change.ts'
import { type Amount, max, notionalOf, type Price, type Quantity, ZERO } from './money.ts'
import { isFinal, type Order } from './order.ts'
import type { OrderEvent } from './order-events.ts'
import { nextStatus } from './order-lifecycle.ts'
import type { OrderReport } from './order-report.ts'
import { slippagePct } from './slippage.ts'

/**
 * What a report adds to what we know. Pure; indifferent to repetition and, in the end, to order:
 * - an execution is booked once, by its id, whichever channel brings it first;
 * - a cumulative quantity is a checksum: it asks for executions, it never invents one where the venue has ids;
 * - an end is believed once the executions before it are complete;
 * - a generation that is proven dead has nothing more to say, but for executions: those are real money;
 * - a word nobody knows changes nothing.
 */
export interface ReportReading {
  readonly events: readonly OrderEvent[]
  /** The venue counts more than it has shown us, or shows other terms than ours: it must be asked by name. */
  readonly missingExecutions: boolean
  /** Executions we have booked that the venue has undone or put right since. */
  readonly corrections?: readonly ReportedFill[]
  readonly anomaly?: Anomaly
}
export interface Anomaly {
  readonly kind: 'unknown_status' | 'impossible' | 'overfill' | 'witness_disagreement'
  readonly message: string
}
export interface ReadingContext {
  readonly knownExecutions: ReadonlySet<ExecutionId>
  /** Does this venue name every execution? Where not, ids are made from the cumulative quantity. */
  readonly namesExecutions: boolean
  readonly averagePriceOnlyWhenComplete: boolean
  readonly fillTimeOnlyWhenComplete: boolean
  readonly watchedSince: number
  readonly checks: number
}

export function eventsFromReport(order: Order, report: OrderReport, context: ReadingContext): ReportReading {
  const reading = readReport(order, report, context)
  const corrections = report.fills.filter(
    (fill) => fill.correctedAt !== undefined && context.knownExecutions.has(fill.executionId),
  )
  return corrections.length === 0 ? reading : { ...reading, corrections }
}

function readReport(order: Order, report: OrderReport, context: ReadingContext): ReportReading {
  const story = new Story(order)
  const fills = newFills(order, report, context)
  if (report.status === 'unknown') {
    // Whatever the word may mean, an execution beside it is real money, and proof that the venue has the order.
    const isCurrent = generationNamed(order, report.clientOrderId) === order.generation
    if (fills.length > 0 && isCurrent) acknowledge(story, report, true)
    bookFills(story, fills, report, context)
    const message = `status ${report.rawStatus} is not one we know`
    return story.told(isMissingExecutions(story.order, report), { kind: 'unknown_status', message })
  }
  if (generationNamed(order, report.clientOrderId) !== order.generation) {
    const anomaly = bookFills(story, fills, report, context)
    return story.told(isMissingExecutions(story.order, report), anomaly)
  }
  acknowledge(story, report, fills.length > 0)
  const askByName = !follow(story, changedTerms(order, report), report)
  const anomaly = bookFills(story, fills, report, context)
  const missing = isMissingExecutions(story.order, report)
  return story.told(missing || askByName, missing ? anomaly : (finish(story, report) ?? anomaly))
}

/** Somebody changed the order at the venue: it is now what the venue says. `false` when that has to be asked for first. */
function follow(story: Story, terms: ChangedTerms | undefined, report: OrderReport): boolean {
  if (terms === undefined || isFinal(story.order.status)) return true
  if (!isDirectWord(report)) return false
  story.add({ kind: 'manual_change', at: report.at, channel: report.channel, ...evidenceOf(report), ...terms })
  return true
}

class Story {
  order: Order
  readonly events: OrderEvent[] = []
  constructor(order: Order) {
    this.order = order
  }
  /** Whether it could follow; what the order is past is left out. */
  add(event: OrderEvent): boolean {
    if (nextStatus(this.order.status, event.kind) === undefined) return false
    this.order = evolve(this.order, event)
    this.events.push(event)
    return true
  }
  told(missingExecutions: boolean, anomaly?: Anomaly): ReportReading {
    return { events: this.events, missingExecutions, ...(anomaly === undefined ? {} : { anomaly }) }
  }
}

/** Receipt first, acceptance second, so that every history reads alike whichever channel told us; once each. */
function acknowledge(story: Story, report: OrderReport, hasFills: boolean): void {
  const heldByVenue = report.status === 'working' || report.status === 'filled' || hasFills
  const known =
    heldByVenue || report.status === 'received' || report.status === 'cancelled' || report.status === 'expired'
  const from = { at: report.at, channel: report.channel, ...idOf(report) }
  if (known) story.add({ ...from, kind: 'submitted', ...latencyOf(report), ...evidenceOf(report) })
  if (heldByVenue) story.add({ ...from, kind: 'accepted' })
}

function newFills(order: Order, report: OrderReport, context: ReadingContext): readonly ReportedFill[] {
  return context.namesExecutions ? knownFree(report, context) : counted(order, report, context)
}

/**
 * Where executions have no names what is listed beside the count is no more than the count once again, unless it goes by
 * the count itself and leads from what is booked to what is counted without a gap.
 */
function counted(order: Order, report: OrderReport, { knownExecutions }: ReadingContext): readonly ReportedFill[] {
  if (report.cumulativeQuantity === undefined) return []
  const filled = filledUnder(order, generationNamed(order, report.clientOrderId))
  const gap = report.cumulativeQuantity.minus(filled.quantity)
  if (!gap.isPositive) return []
  const name = report.clientOrderId ?? order.clientOrderId
  const steps = stepsFrom(filled.quantity, name, report).filter((fill) => !knownExecutions.has(fill.executionId))
  if (sumOf(steps).equals(gap)) return steps
  if (report.averagePrice === undefined) return []
  const notional = notionalOf(report.averagePrice, report.cumulativeQuantity).minus(filled.notional)
  const id = executionUpTo(name, report.cumulativeQuantity)
  return [
    {
      // What was undone and traded again comes to the same count a second time.
      executionId: knownExecutions.has(id) ? executionId(`${id}#${knownExecutions.size}`) : id,
      quantity: gap,
      price: notional.dividedBy(gap, 12, 'half_even') as Price,
      time: report.filledAt ?? report.at,
      commission: ZERO as Amount,
      commissionCurrency: order.currency,
      synthetic: true,
    },
  ]
}

function stepsFrom(booked: Quantity, name: string, { fills }: OrderReport): readonly ReportedFill[] {
  let reached = booked
  return fills.filter((fill) => {
    const next = reached.plus(fill.quantity)
    if (!fill.quantity.isPositive || fill.executionId !== executionUpTo(name, next)) return false
    reached = next
    return true
  })
}
const sumOf = (fills: readonly ReportedFill[]): Quantity =>
  fills.reduce<Quantity>((sum, { quantity }) => sum.plus(quantity), ZERO)

const knownFree = ({ fills }: OrderReport, { knownExecutions }: ReadingContext): readonly ReportedFill[] => {
  const fresh = fills.filter((fill) => !knownExecutions.has(fill.executionId))
  return [...new Map(fresh.map((fill) => [fill.executionId, fill])).values()]
}

function bookFills(
  story: Story,
  fills: readonly ReportedFill[],
  report: OrderReport,
  context: ReadingContext,
): Anomaly | undefined {
  return fills.reduce<Anomaly | undefined>(
    (anomaly, fill) => bookFill(story, fill, report, context) ?? anomaly,
    undefined,
  )
}

function bookFill(story: Story, fill: ReportedFill, report: OrderReport, context: ReadingContext): Anomaly | undefined {
  const before = story.order
  if (isUndone(fill)) {
    const reason = 'bust'
    story.add({ kind: 'corrected', at: report.at, channel: report.channel, reason, fill, ...under(before, report) })
    return undefined
  }
  if (!fill.quantity.isPositive || !fill.price.isPositive) {
    return {
      kind: 'impossible',
      message: `execution ${fill.executionId} has quantity ${fill.quantity} at price ${fill.price}`,
    }
  }
  const from = { at: report.at, channel: report.channel, fill, ...under(before, report), ...fillLatency(fill, report) }
  if (nextStatus(before.status, 'partially_filled') === undefined) return bookUnexpectedFill(story, fill, report)
  const filled = before.filledQuantity.plus(fill.quantity)
  if (before.quantity === undefined || filled.lessThan(before.quantity)) {
    story.add({ ...from, kind: 'partially_filled' })
    return undefined
  }
  const verdict = verifyFill(
    before.quantity,
    { ...report, cumulativeQuantity: max(filled, report.cumulativeQuantity ?? filled) },
    context,
  )
  const after = evolve(before, { ...from, kind: 'partially_filled' })
  const slippage = slippageOf(after)
  story.add({
    ...from,
    kind: 'filled',
    detection: {
      methods: verdict.methods,
      confidence: verdict.confidence,
      elapsedMs: Math.max(0, Math.round(report.at - context.watchedSince)),
      checks: context.checks,
    },
    witnesses: verdict.evidence,
    ...(slippage === undefined ? {} : { slippagePct: slippage }),
  })
  if (filled.greaterThan(before.quantity)) {
    return { kind: 'overfill', message: `${filled} filled of ${before.quantity} ordered` }
  }
  return verdict.disagrees
    ? { kind: 'witness_disagreement', message: `the witnesses of this fill disagree` }
    : undefined
}

/**
 * Real money moved although the order was closed, or was proven not to be at the venue: booked in full, as a counted
 * correction. An order that was to be sent, or sent again, is no longer unsent.
 */
function bookUnexpectedFill(story: Story, fill: ReportedFill, report: OrderReport): Anomaly | undefined {
  const { quantity, filledQuantity, status } = story.order
  const filled = filledQuantity.plus(fill.quantity)
  const complete = quantity !== undefined && filled.atLeast(quantity)
  const amended = complete ? 'filled' : isFinal(status) ? status : 'partially_filled'
  story.add({
    kind: 'corrected',
    at: report.at,
    channel: report.channel,
    reason: isFinal(status) ? 'late_execution' : 'unexpected_execution',
    fill,
    ...under(story.order, report),
    ...(amended === status ? {} : { status: amended }),
  })
  if (quantity !== undefined && filled.greaterThan(quantity)) {
    return { kind: 'overfill', message: `${filled} filled of ${quantity} ordered, after the order was ${status}` }
  }
  return undefined
}

function isMissingExecutions(order: Order, report: OrderReport): boolean {
  const counted = report.cumulativeQuantity ?? (report.status === 'filled' ? order.quantity : undefined)
  const generation = generationNamed(order, report.clientOrderId)
  return counted?.greaterThan(filledUnder(order, generation).quantity) ?? false
}

/** Which generation traded, where it is not the current one. */
function under(order: Order, report: OrderReport): { readonly generation?: number } {
  const generation = generationNamed(order, report.clientOrderId)
  return generation === order.generation ? {} : { generation }
}

/** The venue took it back before we had heard of it: it is remembered, and counts nothing. */
const isUndone = ({ quantity, correctedAt }: ReportedFill): boolean => quantity.isZero && correctedAt !== undefined

/** An end that is not a fill. */
function finish(story: Story, report: OrderReport): Anomaly | undefined {
  const { order } = story
  if (isFinal(order.status)) return undefined
  const from = { at: report.at, channel: report.channel, ...evidenceOf(report) }
  switch (report.status) {
    case 'filled':
      // Somebody has cut it down to what had traded: complete without another execution.
      if (order.quantity !== undefined && order.filledQuantity.atLeast(order.quantity))
        story.add({ ...from, kind: 'corrected', reason: 'manual_change', status: 'filled' })
      // It was complete before the venue undid some of it: nothing more will trade.
      else if (report.fills.some(({ correctedAt }) => correctedAt !== undefined))
        story.add({ ...from, kind: 'corrected', reason: 'bust', status: 'filled' })
      return undefined
    case 'cancelled': {
      if (order.cancelRequestedAt !== undefined) {
        story.add({ ...from, kind: 'cancelled', reason: order.cancelReason ?? 'requested' })
        return undefined
      }
      if (order.timeInForce === 'ioc' || order.timeInForce === 'fok') {
        story.add({ ...from, kind: 'cancelled', reason: 'venue_ioc' })
        return undefined
      }
      story.add({ ...from, kind: 'manual_cancel', reason: report.reason ?? 'cancelled at the venue' })
      story.add({ ...from, kind: 'cancelled', reason: 'manual' })
      return undefined
    }
    case 'expired':
      story.add({ ...from, kind: 'expired', reason: report.reason ?? 'venue_expired' })
      return undefined
    case 'rejected': {
      const code = report.code ?? 'venue.rejected'
      const told = story.add({ ...from, kind: 'rejected', code, reason: report.reason ?? report.rawStatus })
      return told ? undefined : { kind: 'impossible', message: `the venue rejected an order that is ${order.status}` }
    }
    default:
      return undefined
  }
}

function slippageOf(order: Order): ReturnType<typeof slippagePct> | undefined {
  const { referencePrice, averageFillPrice, side } = order
  return referencePrice === undefined || averageFillPrice === undefined
    ? undefined
    : slippagePct(side, referencePrice, averageFillPrice)
}

const idOf = (report: OrderReport): { brokerOrderId?: BrokerOrderId } =>
  report.brokerOrderId === undefined ? {} : { brokerOrderId: report.brokerOrderId }
const latencyOf = (report: OrderReport): { latencyMs?: number } =>
  report.latencyMs === undefined ? {} : { latencyMs: report.latencyMs }
const evidenceOf = (report: OrderReport): Pick<OrderReport, 'evidence'> | object =>
  report.evidence === undefined ? {} : { evidence: report.evidence }

/** The venue's fill time to our receipt, where the two clocks agree well enough to mean something. */
const LATENCY_SANITY_MS = 60_000
function fillLatency(fill: ReportedFill, report: OrderReport): { latencyMs?: number } {
  const latencyMs = report.at - fill.time
  return latencyMs >= 0 && latencyMs < LATENCY_SANITY_MS ? { latencyMs } : {}
}
