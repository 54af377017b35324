import { z } from 'zod'
import { block, listOf, named } from './block.ts'
import { duration, integer, money, percent, text } from './kinds.ts'
import { option, orNull, overridesOf, required } from './option.ts'

const unlimited = 'unlimited'
const symbol = required(text({ what: 'a symbol as the venue spells it' }), 'A symbol as the venue spells it.')

/** What can also be limited for one strategy inside its account. */
const perStrategy = {
  max_order_notional: option(orNull(money({ above: true }), unlimited), '25000', 'Worth of one order.'),
  max_position_notional: option(
    orNull(money({ above: true }), unlimited),
    '100000',
    'Worth of the position in one symbol, open orders included.',
  ),
  max_total_exposure: option(
    orNull(money({ above: true }), unlimited),
    '500000',
    'Worth of all positions and open orders of the account.',
  ),
  max_open_orders: option(orNull(integer({ min: 1, max: 1_000_000 }), unlimited), 200, 'Orders that are not final.'),
  max_orders_per_minute: option(
    orNull(integer({ min: 1, max: 1_000_000 }), unlimited),
    120,
    'New orders in any minute.',
  ),
  max_daily_loss: option(
    orNull(money({ above: true }), unlimited),
    '10000',
    "Loss since the venue's trading day began, realised and unrealised, at which only reductions are let through.",
  ),
  allow_symbols: listOf('When given, no other symbol is traded.', symbol, 1).nullable().prefault(null),
  deny_symbols: listOf('Symbols that are never traded; wins over allow_symbols.', symbol).prefault([]),
}

const limits = {
  ...perStrategy,
  price_collar_pct: option(
    orNull(percent(), unlimited),
    '5',
    "How far a limit may lie from the venue's quote on either side. Without a quote the order is denied.",
  ),
  max_signal_age: option(orNull(duration({ min: '100ms', max: '7d' }), unlimited), '60s', 'Older signals are denied.'),
  max_reference_age: option(
    orNull(duration({ min: '100ms', max: '1d' }), unlimited),
    '15s',
    'Reference prices older than this are denied.',
  ),
}

export const riskOverrides = z
  .strictObject(overridesOf(limits))
  .meta({ id: 'risk_overrides', description: 'What is absent keeps the value of risk.' })

export const risk = block(
  "Limits for each account, in that account's currency; nothing is summed over currencies. null is unlimited. In live mode the first six must be set.",
  {
    ...limits,
    per_strategy: named(
      "Limits on what one strategy may do within its account, by strategy name; they come on top of the account's.",
      z
        .strictObject(overridesOf(perStrategy))
        .meta({ description: 'What is absent is not limited for the strategy alone.' }),
    ),
  },
)
