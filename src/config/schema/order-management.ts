import { z } from 'zod'
import type { RawValue } from '../raw-value.ts'
import { block, listOf, named } from './block.ts'
import { choice, decimal, duration, flag, integer, money, percent } from './kinds.ts'
import { option, orNull, overridesOf, required } from './option.ts'

const STOPS: readonly unknown[] = ['stop', 'stop_limit']
const stopHint = (raw: RawValue | undefined): string | undefined =>
  STOPS.includes(raw)
    ? 'stop orders stay refused: their trigger would rest outside our guards; use limit, or market once you enable it'
    : undefined

const unfilledTimeout = block('How long a resting limit order may wait for its fill.', {
  buy: option(
    orNull(duration({ min: '1s', max: '30d' }), 'the time in force alone decides'),
    null,
    'Age in open-market time at which a resting buy is cancelled.',
  ),
  sell: option(
    orNull(duration({ min: '1s', max: '30d' }), 'the time in force alone decides'),
    null,
    'Age in open-market time at which a resting sell is cancelled.',
  ),
})

const reprice = block('Re-pricing of resting limit orders.', {
  enabled: option(flag, false, 'Move resting limit orders after the market.'),
  after: option(duration({ min: '1s', max: '1d' }), '30s', 'How long a limit rests before it is priced anew.'),
  max_times: option(integer({ min: 1, max: 100 }), 3, 'How often one order is priced anew.'),
  min_move_pct: option(percent('10'), '0.05', 'A move of the reference smaller than this leaves the order alone.'),
  method: option(
    choice(['replace', 'cancel_new']),
    'replace',
    'Change the order at the venue, or cancel it and send a new generation; where the venue cannot change orders it is always the latter.',
  ),
})

const approval = block('Orders that wait for a human.', {
  required: option(flag, false, 'Hold every order until an operator approves it.'),
  above_notional: option(
    orNull(money(), 'every order'),
    null,
    "When approval is required: only orders worth more than this, in the account's currency.",
  ),
  expires_after: option(duration({ min: '10s', max: '7d' }), '5m', 'An order nobody approves in this time is denied.'),
})

const perStrategy = {
  offset_mode: option(
    choice(['bps', 'absolute']),
    'bps',
    'What the offsets count: hundredths of a percent of the reference price, or money per unit.',
  ),
  buy_offset: option(
    decimal({ min: '-1000000', max: '1000000', unit: 'as offset_mode says' }),
    '5',
    'Added to the reference price of a buy. Positive is aggressive, negative passive.',
  ),
  sell_offset: option(
    decimal({ min: '-1000000', max: '1000000', unit: 'as offset_mode says' }),
    '5',
    'Taken off the reference price of a sell. Positive is aggressive, negative passive.',
  ),
  reference: option(
    choice(['touch', 'mid', 'last']),
    'touch',
    'The price offsets start from when the signal brings none: ask for a buy and bid for a sell, the middle, or the last trade.',
  ),
  max_slippage_pct: option(percent(), '1', 'How far on the losing side of the reference a limit price may lie.'),
  slippage_guard: option(
    choice(['deny', 'clamp']),
    'deny',
    'What happens to a limit beyond max_slippage_pct: the order is denied, or its limit is set to the bound.',
  ),
  order_types: listOf(
    'Order types that may be sent. Stops stay refused.',
    required(choice(['limit', 'market'], { hint: stopHint }), 'An order type.'),
    1,
  ).prefault(() => ['limit']),
  market_max_spread_pct: option(percent(), '0.2', 'A market order is chosen only while the spread is at most this.'),
  market_min_confidence: option(
    decimal({ max: '1', unit: 'share' }),
    '0.8',
    'A market order is chosen only for a signal at least this confident; a signal without confidence counts as 0.',
  ),
  time_in_force: option(
    choice(['day', 'gtc', 'ioc', 'fok']),
    'day',
    "Used when the signal names none; 'day' becomes 'gtc' where the venue has no day.",
  ),
  duplicate_policy: option(
    choice(['deny', 'queue', 'allow']),
    'deny',
    'A second order of the same account, symbol and side while one is working: denied, held back until it is done, or let through.',
  ),
  partial_fill_policy: option(
    choice(['keep', 'cancel_remainder', 'reject']),
    'keep',
    "What happens to the rest of a partly filled order: watched on, cancelled at once, or cancelled with reason 'partial_fill'. Fills are always kept.",
  ),
  unfilled_timeout: unfilledTimeout,
  reprice,
  approval,
}

export const orderManagement = block(
  'How signals become orders. Each key but the two intervals can be overridden by strategy.',
  {
    ...perStrategy,
    poll_interval: option(
      duration({ min: '500ms', max: '10m' }),
      '15s',
      "How often an account's open orders are read with one shared call.",
    ),
    sync_interval: option(
      duration({ min: '5s', max: '1d' }),
      '60s',
      'How often orders, fills and positions are compared with the venue; it also happens at start and after a reconnect.',
    ),
    strategy_overrides: named(
      'Other values for single strategies, field by field, by strategy name.',
      z
        .strictObject(overridesOf(perStrategy))
        .meta({ description: 'What is absent keeps the value of order_management.' }),
    ),
  },
)
