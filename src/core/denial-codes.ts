/** Why an order of ours was never sent. A code never changes its meaning; programs may branch on it. */
export interface DenialText {
  readonly code: string
  readonly title: string
  readonly meaning: string
  readonly remedy: string
}

export const DENIAL_CODES = [
  {
    code: 'halted',
    title: 'Trading is halted',
    meaning: 'The kill switch is on. Nothing is sent until somebody resumes.',
    remedy: 'Find out who halted and why with `surefill status`, then `surefill resume`.',
  },
  {
    code: 'breaker.open',
    title: 'The circuit breaker is open',
    meaning: 'The account stopped itself after failures or a loss of sight and lets only cancels through.',
    remedy: 'Look at the trips in `surefill status`. It closes by itself once the cause has passed.',
  },
  {
    code: 'breaker.reduce_only',
    title: 'Only reductions are let through',
    meaning: 'The circuit breaker lets through what makes a position smaller, and this order does not.',
    remedy: 'Close or reduce positions, or wait until the cause named in `surefill status` has passed.',
  },
  {
    code: 'duplicate.at_venue',
    title: 'It may be at the venue already',
    meaning: 'The venue takes no ids of ours and showed one just like it at the start that the store knows nothing of.',
    remedy: 'Settle the case `foreign_order` that names it, then send a new signal if the order is still wanted.',
  },
  {
    code: 'gate.foreign_installation',
    title: 'Another Surefill is on this account',
    meaning: 'Orders of another installation stand at the venue: another daemon may be trading this account.',
    remedy: 'Stop the other daemon, then settle the case `other_installation`; `surefill cases` shows it.',
  },
  {
    code: 'gate.self_check',
    title: 'The daemon does not trust itself',
    meaning:
      'The self-check found a promise broken. Nothing is sent for this account until the daemon is started anew.',
    remedy: 'Keep the file `self-check-*.json` of the data directory, look at `surefill status`, then start anew.',
  },
  {
    code: 'mode.dry_run',
    title: 'Dry run',
    meaning: 'The order passed every check and would have been sent; in dry run nothing is.',
    remedy: 'Set `mode` to `paper` or `live` to send orders.',
  },
  {
    code: 'symbol.unknown',
    title: 'Unknown symbol',
    meaning: 'The venue of this account does not know the symbol.',
    remedy: 'Spell the symbol as the venue does, or route it to another account.',
  },
  {
    code: 'symbol.not_tradable',
    title: 'Symbol not traded at the venue',
    meaning: 'The venue knows the symbol and takes no orders for it: delisted, suspended, or closed to this account.',
    remedy: 'Ask the venue why, or route the symbol to another account.',
  },
  {
    code: 'symbol.not_allowed',
    title: 'Symbol not on the allowed list',
    meaning: 'Configuration lists the symbols that may be traded, and this is none of them.',
    remedy: 'Add the symbol to `risk.allow_symbols`, if it should be traded.',
  },
  {
    code: 'symbol.denied',
    title: 'Symbol on the denied list',
    meaning: 'Configuration forbids this symbol.',
    remedy: 'Remove the symbol from `risk.deny_symbols`, if it should be traded.',
  },
  {
    code: 'signal.stale',
    title: 'Signal too old',
    meaning: 'The signal was made longer ago than `risk.max_signal_age`.',
    remedy: 'Send a fresh signal. If signals always arrive late, look at what lies between the strategy and here.',
  },
  {
    code: 'signal.expired',
    title: 'Signal expired',
    meaning: 'The time in `expires_at` has come.',
    remedy: 'Send a new signal with a later `expires_at`, or without one.',
  },
  {
    code: 'signal.undated',
    title: 'Signal without a time',
    meaning: 'Neither the signal nor its message says when it was made, so its age is not known.',
    remedy: 'Set `generated_at`, or accept such signals with `intake.rabbitmq.accept_undated`.',
  },
  {
    code: 'signal.future',
    title: 'Signal from the future',
    meaning: 'The signal says it was made later than now. One of the two clocks is wrong, so its age is not known.',
    remedy: 'Set the clock of the machine that makes the signals, or of this one.',
  },
  {
    code: 'price.no_quote',
    title: 'No quote',
    meaning: 'The venue gave no usable price, and no price is ever assumed.',
    remedy: 'Check that the venue quotes the symbol now, and that its data connection works.',
  },
  {
    code: 'price.stale_reference',
    title: 'Price too old',
    meaning: 'The price that the order is measured against is older than `risk.max_reference_age`.',
    remedy: 'Check the data connection and both clocks; send a fresh `reference_price` if you send one.',
  },
  {
    code: 'price.slippage_guard',
    title: 'Limit beyond the slippage guard',
    meaning: 'The limit price is further from the reference, on the losing side, than `max_slippage_pct` allows.',
    remedy: 'Make the offset smaller or the guard wider, or let it clamp with `slippage_guard: "clamp"`.',
  },
  {
    code: 'price.collar',
    title: 'Limit outside the price collar',
    meaning: "The limit price is further from the venue's quote than `risk.price_collar_pct` allows.",
    remedy: 'Check the limit for a misplaced digit. The collar cannot be overridden by a signal.',
  },
  {
    code: 'price.invalid',
    title: 'Impossible price',
    meaning: "The price is not above zero, or none of the venue's price steps lies at or inside it.",
    remedy: 'Check the price, the offset, and the tick size of the symbol.',
  },
  {
    code: 'order_type.not_enabled',
    title: 'Order type not enabled',
    meaning: 'Configuration does not enable this type. Stop orders are always refused.',
    remedy: 'Send a limit order, or add the type to `order_management.order_types`.',
  },
  {
    code: 'order_type.unsupported',
    title: 'Order type unknown to the venue',
    meaning: 'The venue does not take orders of this type.',
    remedy: 'Send a limit order.',
  },
  {
    code: 'time_in_force.unsupported',
    title: 'Time in force unknown to the venue',
    meaning: 'The venue does not take orders with this time in force.',
    remedy: 'Leave `time_in_force` out, or use one that the venue takes.',
  },
  {
    code: 'amount.invalid',
    title: 'Impossible amount',
    meaning: 'The amount is not above zero.',
    remedy: 'Send an amount above zero.',
  },
  {
    code: 'quantity.invalid',
    title: 'Impossible quantity',
    meaning: 'The quantity is not above zero.',
    remedy: 'Send a quantity above zero; the side says whether it is bought or sold.',
  },
  {
    code: 'quantity.below_lot',
    title: 'Less than one lot',
    meaning: 'What was asked does not come to one lot of the venue. Quantities are never rounded up.',
    remedy: 'Ask for at least one lot, or a larger amount.',
  },
  {
    code: 'quantity.off_lot',
    title: 'Not a multiple of the lot',
    meaning: "The quantity does not stand on the venue's lot step.",
    remedy: 'Ask for a multiple of the lot.',
  },
  {
    code: 'quantity.below_minimum',
    title: "Below the venue's least quantity",
    meaning: 'The quantity is smaller than the least that the venue takes.',
    remedy: 'Ask for more.',
  },
  {
    code: 'quantity.too_large',
    title: "Above the venue's greatest quantity",
    meaning: 'The quantity is larger than the most that the venue takes.',
    remedy: 'Check the quantity for a mix-up of quantity and amount; send it in several signals.',
  },
  {
    code: 'notional.below_minimum',
    title: "Below the venue's least value",
    meaning: 'Price times quantity is less than the venue takes.',
    remedy: 'Ask for more.',
  },
  {
    code: 'notional.too_large',
    title: "Above the venue's greatest value",
    meaning: 'Price times quantity is more than the venue takes.',
    remedy: 'Send it in several signals.',
  },
  {
    code: 'risk.order_notional',
    title: 'Order too large',
    meaning: 'Price times quantity is more than `risk.max_order_notional`.',
    remedy: 'Send a smaller order, or raise the limit.',
  },
  {
    code: 'risk.position_notional',
    title: 'Position would be too large',
    meaning:
      'With every open order on this side filled, the position in the symbol would be worth more than `risk.max_position_notional`.',
    remedy: 'Reduce the position, cancel open orders of the symbol, or raise the limit.',
  },
  {
    code: 'risk.total_exposure',
    title: 'Too much exposure',
    meaning:
      'With every open order filled on its worse side, all positions together would be worth more than `risk.max_total_exposure`.',
    remedy: 'Reduce positions, cancel open orders, or raise the limit.',
  },
  {
    code: 'risk.open_orders',
    title: 'Too many open orders',
    meaning: 'One more order would be more than `risk.max_open_orders`.',
    remedy: 'Wait for open orders or cancel some, or raise the limit.',
  },
  {
    code: 'risk.orders_per_minute',
    title: 'Too many orders a minute',
    meaning: 'One more order would be more than `risk.max_orders_per_minute` within the last minute.',
    remedy: 'Slow the strategy down, or raise the limit.',
  },
  {
    code: 'risk.daily_loss',
    title: 'Daily loss limit reached',
    meaning: 'The loss of this trading day has reached `risk.max_daily_loss`. Only reductions are let through.',
    remedy: 'Wait for the next trading day, or raise the limit.',
  },
  {
    code: 'risk.buying_power',
    title: 'Not enough buying power',
    meaning: 'The order and the open buys together may cost more than the buying power that the venue reports.',
    remedy: 'Send a smaller order, cancel open buys, or add funds.',
  },
  {
    code: 'risk.per_strategy.order_notional',
    title: 'Order too large for its strategy',
    meaning: 'Price times quantity is more than the strategy may send in one order.',
    remedy: 'Send a smaller order, or raise `max_order_notional` under `risk.per_strategy`.',
  },
  {
    code: 'risk.per_strategy.position_notional',
    title: 'Position would be too large for its strategy',
    meaning: "With every open order on this side filled, the strategy's part of the position would be over its limit.",
    remedy: "Reduce the strategy's position, or raise `max_position_notional` under `risk.per_strategy`.",
  },
  {
    code: 'risk.per_strategy.total_exposure',
    title: 'Too much exposure for its strategy',
    meaning: "With every open order filled on its worse side, the strategy's positions would be over its limit.",
    remedy: "Reduce the strategy's positions, or raise `max_total_exposure` under `risk.per_strategy`.",
  },
  {
    code: 'risk.per_strategy.open_orders',
    title: 'Too many open orders for its strategy',
    meaning: 'One more open order would be more than the strategy may have.',
    remedy: "Wait for the strategy's open orders, or raise `max_open_orders` under `risk.per_strategy`.",
  },
  {
    code: 'risk.per_strategy.orders_per_minute',
    title: 'Too many orders a minute for its strategy',
    meaning: 'One more order within the last minute would be more than the strategy may send.',
    remedy: 'Slow the strategy down, or raise `max_orders_per_minute` under `risk.per_strategy`.',
  },
  {
    code: 'risk.per_strategy.daily_loss',
    title: 'Daily loss limit of its strategy reached',
    meaning: "The strategy's loss of this trading day has reached its limit. Only reductions are let through.",
    remedy: 'Wait for the next trading day, or raise `max_daily_loss` under `risk.per_strategy`.',
  },
  {
    code: 'risk.reduce_only',
    title: 'Would not only reduce',
    meaning: 'The signal asks for a reduction, and the order is larger than what is left to reduce.',
    remedy: 'Ask for at most the position, less what open orders on the same side already reduce.',
  },
  {
    code: 'short.not_allowed',
    title: 'Selling short is not allowed',
    meaning: 'The sell goes beyond the long position less open sells, and the account or the symbol allows no short.',
    remedy: 'Sell less, or set `allow_short` on the account where the venue allows it.',
  },
  {
    code: 'duplicate.working_order',
    title: 'An order is already working',
    meaning: 'An order of the same account, symbol and side is still open.',
    remedy: 'Wait for it or cancel it, or set `order_management.duplicate_policy` to `queue` or `allow`.',
  },
  {
    code: 'opposite.working_order',
    title: 'An opposite order is already working',
    meaning: 'An order of the other side is open, and the venue refuses orders that could trade with each other.',
    remedy: 'Cancel the opposite order first.',
  },
  {
    code: 'market.closed',
    title: 'The market is closed',
    meaning: 'The venue takes no such order outside its session, and the order may not be held for the open.',
    remedy: 'Send the signal again when the market is open.',
  },
  {
    code: 'market.session_unknown',
    title: 'Session unknown',
    meaning: "The venue's calendar has run out, so nobody knows whether the market is open; unknown counts as closed.",
    remedy: 'Install a version with a newer calendar, or give one under `sessions`.',
  },
  {
    code: 'rate.queue_age',
    title: 'Waited too long',
    meaning: 'The order waited longer than `max_queue_age` for its turn. It is refused rather than sent late.',
    remedy: "Send fewer orders at a time, or allow a longer wait, within the venue's budget.",
  },
  {
    code: 'position.quarantined',
    title: 'Position in doubt',
    meaning: "Our position and the venue's differ, and nobody has settled it yet.",
    remedy: 'Settle the case: `surefill status` names it.',
  },
  {
    code: 'account.not_ready',
    title: 'Account not known',
    meaning: 'The buying power of the account could not be read, and none is ever assumed.',
    remedy: 'Check the connection to the broker and its credentials.',
  },
] as const satisfies readonly DenialText[]

export type DenialCode = (typeof DENIAL_CODES)[number]['code']

const BY_CODE: ReadonlyMap<string, DenialText> = new Map(DENIAL_CODES.map((denial) => [denial.code, denial]))
export const explainDenial = (code: DenialCode): DenialText | undefined => BY_CODE.get(code)
