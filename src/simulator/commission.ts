import { type Amount, amount, type Decimal, decimal } from '../core/money.ts'

export interface Commission {
  /** Once, with the first execution of an order. */
  readonly perOrder: Amount
  /** Of the notional of every execution. */
  readonly bps: Decimal
}
/** A plain decimal is an amount for each order. */
export type CommissionOption = string | { readonly per_order?: string; readonly bps?: string }

export function commissionFrom(option: CommissionOption = '0'): Commission {
  const { per_order = '0', bps = '0' } = typeof option === 'string' ? { per_order: option } : option
  return { perOrder: amount(per_order), bps: decimal(bps) }
}

const TEN_THOUSAND = decimal('10000')
const DIGITS = 8
export function commissionOn({ perOrder, bps }: Commission, notional: Amount, isFirst: boolean): Amount {
  const byVolume = notional.times(bps).dividedBy(TEN_THOUSAND, DIGITS, 'half_even') as Amount
  return isFirst ? byVolume.plus(perOrder) : byVolume
}

/** What a notional of one costs at most, itself included. */
export const withVolumeCommission = ({ bps }: Commission): Decimal => bps.plus(TEN_THOUSAND).times(decimal('0.0001'))
