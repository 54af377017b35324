/**
 * What Alpaca says no with before there is an order. One code covers many reasons and texts may change, so a row matches a
 * stable piece of the text under its status and code; a text that no row knows proves a refusal only by the last rows.
 * `sure`: O observed in recordings, D documented, R reported by other clients.
 */
export interface RefusalRow {
  readonly when: { readonly status: number | readonly number[]; readonly code: number; readonly text?: RegExp }
  readonly proves: 'refused' | 'duplicate_id'
  readonly code: string
  /** The reason may pass, so the retry queue may have it. */
  readonly passing?: true
  readonly sure: 'O' | 'D' | 'R'
}

const NOT_FOR_NOW = 40310000
const MALFORMED = 40010001
const AGAINST_RULES = 42210000

const forbidden = (text: RegExp, code: string, sure: RefusalRow['sure'], passing?: true): RefusalRow => ({
  when: { status: 403, code: NOT_FOR_NOW, text },
  proves: 'refused',
  code,
  sure,
  ...(passing === undefined ? {} : { passing }),
})
const malformed = (text: RegExp, sure: RefusalRow['sure'] = 'D', code = 'venue.bad_request'): RefusalRow => ({
  when: { status: 422, code: MALFORMED, text },
  proves: 'refused',
  code,
  sure,
})
const unruly = (text: RegExp, code: string, sure: RefusalRow['sure'] = 'O', passing?: true): RefusalRow => ({
  when: { status: 422, code: AGAINST_RULES, text },
  proves: 'refused',
  code,
  sure,
  ...(passing === undefined ? {} : { passing }),
})

/** The code of a verdict whose text we do not know. */
export const IN_OTHER_WORDS = 'venue.refused_other'

/** First match wins. */
export const REFUSALS: readonly RefusalRow[] = [
  // The measured status is 422; one official text says 409.
  {
    when: { status: [422, 409], code: MALFORMED, text: /client_order_id must be unique/i },
    proves: 'duplicate_id',
    code: 'venue.duplicate_client_order_id',
    sure: 'O',
  },
  forbidden(/^insufficient (options )?buying power/i, 'venue.insufficient_funds', 'O', true),
  forbidden(/^insufficient qty available/i, 'venue.insufficient_quantity', 'O'),
  forbidden(/^insufficient underlying qty/i, 'venue.insufficient_quantity', 'O'),
  forbidden(/^insufficient balance for/i, 'venue.insufficient_quantity', 'O'),
  {
    when: { status: [403, 422], code: NOT_FOR_NOW, text: /potential wash trade/i },
    proves: 'refused',
    code: 'venue.wash_trade',
    sure: 'O',
  },
  unruly(/potential wash trade/i, 'venue.wash_trade'),
  forbidden(/is not fractionable/i, 'venue.not_fractionable', 'O'),
  forbidden(/cost basis must be >=/i, 'venue.below_minimum', 'O'),
  forbidden(/fractional trading is disabled/i, 'venue.account_restricted', 'D'),
  forbidden(/account is not allowed to short/i, 'venue.short_not_allowed', 'O'),
  forbidden(/account is not authorized|liquidation only|trading is suspended/i, 'venue.account_restricted', 'D'),
  forbidden(/not eligible for level\d options/i, 'venue.account_restricted', 'D'),
  forbidden(/unable to open new notional orders/i, 'venue.account_restricted', 'D'),
  forbidden(/orders must be submitted after/i, 'venue.market_closed', 'O', true),
  {
    when: { status: 403, code: 40310100, text: /pattern day trading/i },
    proves: 'refused',
    code: 'venue.account_restricted',
    sure: 'D',
  },
  malformed(/asset .+ is not active|could not find asset/i, 'O', 'venue.not_tradable'),
  malformed(/client_order_id must be no more than/i, 'O'),
  malformed(/qty|notional/i),
  malformed(/price/i),
  malformed(/trail_price|trail_percent/i),
  malformed(/invalid time_in_force|invalid order type/i),
  malformed(/symbol is not allowed/i),
  unruly(/asset .+ not found/i, 'venue.unknown_symbol'),
  unruly(/is not tradable/i, 'venue.not_tradable'),
  unruly(/^fractional orders/i, 'venue.invalid_quantity'),
  unruly(/cannot be sold short/i, 'venue.short_not_allowed'),
  unruly(/sub-penny increment/i, 'venue.invalid_price'),
  unruly(/^notional must be/i, 'venue.below_minimum'),
  unruly(/extended hours/i, 'venue.bad_request'),
  unruly(/invalid crypto time_in_force/i, 'venue.bad_request'),
  unruly(/^stop price must/i, 'venue.invalid_price'),
  unruly(/position intent mismatch/i, 'venue.bad_request', 'D'),
  unruly(/only allowed during market hours/i, 'venue.market_closed', 'D', true),
  unruly(/advanced instructions only support/i, 'venue.bad_request', 'D'),
  // The key was refused before anybody looked at the order.
  { when: { status: 401, code: 40110000 }, proves: 'refused', code: 'venue.auth', sure: 'O' },
  // A verdict in a text we do not know. Kept raw; the code says that the order itself was judged.
  { when: { status: 403, code: NOT_FOR_NOW }, proves: 'refused', code: IN_OTHER_WORDS, sure: 'R' },
  { when: { status: 422, code: MALFORMED }, proves: 'refused', code: IN_OTHER_WORDS, sure: 'R' },
  { when: { status: 422, code: AGAINST_RULES }, proves: 'refused', code: IN_OTHER_WORDS, sure: 'R' },
]

export function refusalFor(status: number, code: number | undefined, message: string): RefusalRow | undefined {
  return REFUSALS.find(({ when }) => {
    const statuses = typeof when.status === 'number' ? [when.status] : when.status
    return statuses.includes(status) && when.code === code && (when.text?.test(message) ?? true)
  })
}

const SURE = { O: 'observed', D: 'documented', R: 'reported' } as const
/** Why we are sure that there is no order. */
export const proofOf = ({ when, sure }: RefusalRow): string =>
  `${when.code} refuses the request itself (${SURE[sure]}${when.text === undefined ? ', in a text we do not know' : ''})`
