import { block } from './block.ts'
import { duration, flag, integer, percent } from './kinds.ts'
import { option, orNull } from './option.ts'

export const fillDetection = block(
  'How the fate of an order is found out. Polling makes it right, the stream makes it fast.',
  {
    streaming: option(flag, true, "Listen to the venue's stream beside polling; polling alone is always enough."),
    timeout: option(
      duration({ min: '1s', max: '1d' }),
      '5m',
      'Age in open-market time at which an order that should fill at once (ioc, fok, market, executeTrade) is verified once more and cancelled.',
    ),
    initial_poll_interval: option(
      duration({ min: '500ms', max: '1m' }),
      '500ms',
      'Between the first checks of an order.',
    ),
    poll_interval_increase: option(
      duration({ min: '0ms', max: '1m' }),
      '500ms',
      'Added after each check that found nothing new; any change starts again from the initial interval.',
    ),
    max_poll_interval: option(duration({ min: '500ms', max: '10m' }), '5s', 'The interval grows no further than this.'),
    max_retries: option(
      integer({ min: 0, max: 10 }),
      4,
      'How often a failed check is repeated (after 0.5, 1, 2, 4 s and some chance) before the next one is due; watching goes on in any case.',
    ),
    verify_after: option(
      duration({ min: '100ms', max: '30s' }),
      '2s',
      'When a fresh order is verified for the first time, so that an immediate rejection is told immediately.',
    ),
    slippage_alert_pct: option(percent(), '0.5', 'A fill this much worse than its reference is flagged.'),
    alerts: block('Rates over a window that raise an alert.', {
      window: option(duration({ min: '1m', max: '7d' }), '1h', 'What the rates are taken over.'),
      min_detection_rate_pct: option(orNull(percent(), 'no alert'), '95', 'Fills detected, at least.'),
      max_timeout_rate_pct: option(orNull(percent(), 'no alert'), '5', 'Orders that ended in a time-out, at most.'),
      max_api_error_rate_pct: option(orNull(percent(), 'no alert'), '10', 'Calls to the venue that failed, at most.'),
    }),
  },
)
