import { type Amount, decimal, ZERO } from '../../../core/money.ts'
import { worthOf } from './claims.ts'
import type { Fields } from './json.ts'
import { malformed } from './refused.ts'
import { dateAt } from './sessions.ts'
import { microsText } from './stamps.ts'
import type { AccountFlags, VenueParts } from './venue-parts.ts'

const HALF = decimal('0.5')
const MAINTENANCE = decimal('0.3')

/** `GET /v2/account`. */
export function accountJson(parts: VenueParts): Record<string, unknown> {
  const { flags, ledger } = parts
  const { equity, longValue, shortValue, buyingPower, regtBuyingPower, cashFree } = worthOf(parts)
  const gross = longValue.minus(shortValue)
  return {
    id: parts.accountId,
    account_number: accountNumber(parts),
    status: flags.status,
    crypto_status: 'ACTIVE',
    crypto_tier: 1,
    currency: 'USD',
    admin_configurations: {},
    user_configurations: null,
    account_blocked: flags.accountBlocked,
    trading_blocked: flags.tradingBlocked,
    transfers_blocked: flags.transfersBlocked,
    trade_suspended_by_user: flags.configuration.suspend_trade === true,
    shorting_enabled: flags.shortingEnabled && flags.configuration.no_shorting !== true,
    accrued_fees: ZERO,
    pending_reg_taf_fees: ZERO,
    pending_transfer_in: ZERO,
    balance_asof: dateAt(parts.now()).subtract({ days: 1 }).toString(),
    created_at: microsText(parts.openedAt),
    multiplier: '4',
    buying_power: flags.tradingBlocked ? ZERO : buyingPower,
    effective_buying_power: buyingPower,
    regt_buying_power: regtBuyingPower,
    non_marginable_buying_power: cashFree,
    options_buying_power: cashFree,
    options_approved_level: 2,
    options_trading_level: 2,
    cash: ledger.cash,
    equity,
    last_equity: ledger.openingCash,
    portfolio_value: equity,
    position_market_value: gross,
    long_market_value: longValue,
    short_market_value: shortValue,
    initial_margin: cents(gross.scaledBy(HALF)),
    maintenance_margin: cents(gross.scaledBy(MAINTENANCE)),
    last_maintenance_margin: ZERO,
    intraday_adjustments: ZERO,
    sma: cents(equity),
  }
}

const CENTS = 2
const cents = (value: Amount): Amount => value.dividedBy(decimal('1'), CENTS, 'half_even') as Amount
const accountNumber = ({ accountId }: VenueParts): string =>
  `PA3${accountId.replaceAll('-', '').slice(0, 9).toUpperCase()}`

export const USUAL_CONFIGURATION: Fields = {
  disable_overnight_trading: false,
  fractional_trading: true,
  max_margin_multiplier: '4',
  max_options_trading_level: null,
  no_shorting: false,
  ptp_no_exception_entry: false,
  suspend_trade: false,
  trade_confirm_email: 'all',
}

/** Only what is known can be set; the answer is the whole. */
export function configure(flags: AccountFlags, body: Fields): Fields {
  const unknown = Object.keys(body).find((name) => !(name in USUAL_CONFIGURATION))
  if (unknown !== undefined) throw malformed(`invalid account configuration: ${unknown}`)
  flags.configuration = { ...flags.configuration, ...body }
  return flags.configuration
}
