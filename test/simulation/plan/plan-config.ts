import type { Draw } from '../plan-scenario.ts'
import type { ConfigPatch, Scenario } from '../scenario.ts'
import { MARKET_HOURS, ORDERS_PER_SECOND, READS_PER_SECOND } from '../world/simulated-config.ts'

const pick = <T>(from: readonly T[], at: number): T => from[Math.floor(at * from.length)] as T

/** Days go by, with nights and weekends, into summer time: nothing is asked every second. */
const UNHURRIED: ConfigPatch = {
  'fill_detection.max_poll_interval': '10m',
  'fill_detection.poll_interval_increase': '1m',
  'order_management.poll_interval': '10m',
  'order_management.sync_interval': '1h',
  'risk.max_signal_age': null,
  [MARKET_HOURS]: 'nyse',
}

/** The longest interval is never below the first. */
const POLLING: readonly ConfigPatch[] = [
  { 'fill_detection.initial_poll_interval': '500ms', 'fill_detection.max_poll_interval': '1s' },
  { 'fill_detection.initial_poll_interval': '2s', 'fill_detection.max_poll_interval': '20s' },
  { 'fill_detection.initial_poll_interval': '10s', 'fill_detection.max_poll_interval': '100s' },
]

/** Knobs bent: from few values each, so that a configuration once read serves many histories. */
export function planConfig(draw: Draw, workload: Scenario['workload']): ConfigPatch {
  if (workload === 'calendar') return UNHURRIED
  if (draw('config.usual') < 0.3) return {}
  // One limit too tight denies three hundred orders as easily as three.
  const tight = workload === 'large' ? 0.2 : 1
  const bent: Record<string, string | number | boolean | null> = {}
  const bend = (path: string, values: readonly (string | number | boolean | null)[], share = 0.4): void => {
    if (draw(`config.${path}`) < share) bent[path] = pick(values, draw(`config.${path}.value`))
  }
  if (draw('config.polling') < 0.5) Object.assign(bent, pick(POLLING, draw('config.polling.value')))
  bend('fill_detection.poll_interval_increase', ['0ms', '1s'])
  bend('fill_detection.verify_after', ['100ms', '10s'])
  bend('fill_detection.streaming', [false], 0.15)
  bend('fill_detection.timeout', ['1s', '10s'], 0.2)
  bend('order_management.duplicate_policy', ['queue', 'deny'], 0.2 * tight)
  bend('order_management.partial_fill_policy', ['cancel_remainder', 'reject'], 0.3)
  bend('order_management.poll_interval', ['1s', '40s'], 0.3)
  bend('rate_limit.max_queue_age', ['1s', '5s'], 0.15 * tight)
  // Orders that rest are waited for one after the other, each for as long as this.
  if (bent['order_management.duplicate_policy'] === 'queue') bent['rate_limit.max_queue_age'] ??= '5s'
  bend(ORDERS_PER_SECOND, [1, 2, 5], 0.5)
  bend(READS_PER_SECOND, [20, 60], 0.25)
  bend('retry.max_attempts', [1, 6], 0.3)
  bend('retry.initial_delay', ['100ms', '5s'], 0.2)
  bend('retry_queue.interval', ['2s', '20s'], 0.3)
  bend('order_management.sync_interval', ['5s', '20s'], 0.3)
  bend('order_management.unfilled_timeout.buy', ['2s', '20s'], 0.15)
  bend('order_management.reference', ['mid', 'last'], 0.2)
  bend('order_management.slippage_guard', ['clamp'], 0.2)
  // Below the touch an order rests, and everything meets it.
  bend('order_management.buy_offset', ['-20', '-60', '40'], 0.5)
  bend('order_management.sell_offset', ['-20', '-60'], 0.3)
  bend('breaker.unconfirmed_orders', [3], 0.15 * tight)
  bend('breaker.consecutive_failures', [5], 0.15 * tight)
  bend('breaker.position_mismatches', [1], 0.15 * tight)
  bend('breaker.clock_skew', ['2s'], 0.1 * tight)
  bend('breaker.stream_silence', ['5s'], 0.1 * tight)
  bend('breaker.action', ['halt'], 0.3)
  bend('breaker.probe_after', ['1s', '5s'], 0.6)
  bend('risk.max_open_orders', [6, 12, 40], 0.25 * tight)
  bend('risk.max_order_notional', ['900'], 0.12)
  bend('risk.max_total_exposure', ['8000', '50000'], 0.15 * tight)
  bend('risk.max_daily_loss', ['50'], 0.1 * tight)
  bend('risk.max_signal_age', ['5s'], 0.07 * tight)
  bend('risk.price_collar_pct', ['5', '1'], 0.25)
  bend('risk.max_orders_per_minute', [30], 0.1 * tight)
  bend('risk.max_position_notional', ['5000'], 0.2 * tight)
  return bent
}
