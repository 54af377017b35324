/** An order as Alpaca writes it in answers and stream messages: all of its fields, in its order, of a usual length. */
export interface RowTerms {
  readonly id: string
  readonly client_order_id: string
  readonly symbol: string
  readonly qty: string
  readonly limit_price: string
}

export const orderRow = (terms: RowTerms, at: string, more: object = {}): object => ({
  id: terms.id,
  client_order_id: terms.client_order_id,
  created_at: at,
  updated_at: at,
  submitted_at: at,
  filled_at: null,
  expired_at: null,
  expires_at: '2026-03-11T20:00:00Z',
  canceled_at: null,
  failed_at: null,
  replaced_at: null,
  replaced_by: null,
  replaces: null,
  asset_id: 'b0b6dd9d-8b9b-48a9-ba46-b9d54906e415',
  symbol: terms.symbol,
  asset_class: 'us_equity',
  notional: null,
  qty: terms.qty,
  filled_qty: '0',
  filled_avg_price: null,
  order_class: '',
  order_type: 'limit',
  type: 'limit',
  side: 'buy',
  position_intent: 'buy_to_open',
  time_in_force: 'day',
  limit_price: terms.limit_price,
  stop_price: null,
  status: 'new',
  extended_hours: false,
  legs: null,
  trail_percent: null,
  trail_price: null,
  hwm: null,
  subtag: null,
  source: null,
  ...more,
})
