import type { Quantity } from './money.ts'
import type { Plain } from './order-events.ts'
import type { OrderReport } from './order-report.ts'
import { meaningOf, type StatusWords } from './status-words.ts'
import { formatTime, type Instant } from './time.ts'

/**
 * Is this order completely filled? Four witnesses, each able to prove it alone. Guarantees:
 * - a witness that cannot tell a complete fill from a partial one abstains: silence is never a yes;
 * - one yes completes the order, unless a newer no stands against it;
 * - the verdict does not depend on the order in which reports arrived.
 */
export type FillMethod = 'status' | 'quantity' | 'price' | 'time'
export type Answer = 'yes' | 'no' | 'abstain'

export interface Witness {
  readonly method: FillMethod
  readonly answer: Answer
  readonly evidence: string
  readonly at: Instant
}

/** What the venue's record says its fields prove. */
export interface FillProofs {
  readonly averagePriceOnlyWhenComplete: boolean
  readonly fillTimeOnlyWhenComplete: boolean
  readonly statusWords?: StatusWords
}

export type FillReport = Pick<
  OrderReport,
  'at' | 'status' | 'rawStatus' | 'cumulativeQuantity' | 'averagePrice' | 'filledAt'
>

export interface FillVerification {
  readonly complete: boolean
  /** The methods that say yes. */
  readonly methods: readonly FillMethod[]
  /** yes / (yes + no); 0 when nobody speaks. */
  readonly confidence: number
  readonly disagrees: boolean
  readonly witnesses: readonly Witness[]
  readonly evidence: Plain
}

export function verifyFill(ordered: Quantity, report: FillReport, proofs: FillProofs): FillVerification {
  return weighWitnesses(hearWitnesses(ordered, report, proofs))
}

export function hearWitnesses(ordered: Quantity, report: FillReport, proofs: FillProofs): readonly Witness[] {
  return [
    statusWitness(report, proofs),
    quantityWitness(ordered, report),
    habitWitness(report, 'price', proofs.averagePriceOnlyWhenComplete, priceOf(report), ordered),
    habitWitness(report, 'time', proofs.fillTimeOnlyWhenComplete, timeOf(report), ordered),
  ]
}

/** Each method is heard by what it said last; an abstention takes nothing back. At one instant a yes outweighs a no. */
export function weighWitnesses(heard: readonly Witness[]): FillVerification {
  const witnesses = METHODS.map((method) => lastWord(heard.filter((witness) => witness.method === method))).filter(
    (witness) => witness !== undefined,
  )
  const yes = witnesses.filter((witness) => witness.answer === 'yes')
  const no = witnesses.filter((witness) => witness.answer === 'no')
  const spoke = yes.length + no.length
  return {
    complete: yes.length > 0 && newest(no) <= newest(yes),
    methods: yes.map((witness) => witness.method),
    confidence: spoke === 0 ? 0 : yes.length / spoke,
    disagrees: yes.length > 0 && no.length > 0,
    witnesses,
    evidence: Object.fromEntries(witnesses.map(({ method, answer, evidence }) => [method, { answer, evidence }])),
  }
}

const METHODS: readonly FillMethod[] = ['status', 'quantity', 'price', 'time']

function statusWitness({ at, status, rawStatus }: FillReport, { statusWords }: FillProofs): Witness {
  const meaning = status === 'unknown' ? meaningOf(rawStatus, statusWords) : status
  const answer = meaning === 'filled' ? 'yes' : meaning === 'unknown' ? 'abstain' : 'no'
  return { method: 'status', answer, evidence: `status ${rawStatus} means ${meaning}`, at }
}

function quantityWitness(ordered: Quantity, { at, cumulativeQuantity }: FillReport): Witness {
  if (cumulativeQuantity === undefined) {
    return { method: 'quantity', answer: 'abstain', evidence: 'no filled quantity reported', at }
  }
  const answer = ordered.isPositive && cumulativeQuantity.atLeast(ordered) ? 'yes' : 'no'
  return { method: 'quantity', answer, evidence: `${cumulativeQuantity} filled of ${ordered}`, at }
}

const priceOf = ({ averagePrice }: FillReport): string | undefined =>
  averagePrice?.isPositive ? `average price ${averagePrice}` : undefined
const timeOf = ({ filledAt }: FillReport): string | undefined =>
  filledAt === undefined ? undefined : `fill time ${formatTime(filledAt)}`

/** A field proves a complete fill only where the venue fills it in on complete fills alone; its absence proves nothing. */
function habitWitness(
  report: FillReport,
  method: FillMethod,
  isHabit: boolean,
  found: string | undefined,
  ordered: Quantity,
): Witness {
  const { at, cumulativeQuantity } = report
  if (found === undefined) return { method, answer: 'abstain', evidence: `no ${method} reported`, at }
  if (!isHabit) return { method, answer: 'abstain', evidence: `${found}, which also stands on a partial fill here`, at }
  // A habit is an inference; the count in the very same report defeats it.
  if (cumulativeQuantity?.lessThan(ordered)) {
    return {
      method,
      answer: 'abstain',
      evidence: `${found}, but only ${cumulativeQuantity} of ${ordered} is counted`,
      at,
    }
  }
  return { method, answer: 'yes', evidence: found, at }
}

function lastWord(heard: readonly Witness[]): Witness | undefined {
  return heard.reduce<Witness | undefined>(
    (last, next) => (last === undefined || outweighs(next, last) ? next : last),
    undefined,
  )
}

const WEIGHT: Readonly<Record<Answer, number>> = { abstain: 0, no: 1, yes: 2 }
/** An answer beats any abstention; among answers the newer beats the older. */
function outweighs(next: Witness, last: Witness): boolean {
  const nextSpeaks = next.answer !== 'abstain'
  const lastSpeaks = last.answer !== 'abstain'
  if (nextSpeaks !== lastSpeaks) return nextSpeaks
  return next.at > last.at || (next.at === last.at && WEIGHT[next.answer] > WEIGHT[last.answer])
}

const newest = (witnesses: readonly Witness[]): Instant =>
  witnesses.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY)
