import { block, listOf } from './block.ts'
import { choice, duration, flag, integer } from './kinds.ts'
import { option, required } from './option.ts'

export const retryQueue = block(
  'Orders that are proven dead for a reason that may pass wait here for another try, which passes every check again.',
  {
    enabled: option(flag, true, 'Off: such orders fail at once.'),
    max_retries: option(integer({ min: 1, max: 100 }), 3, 'Tries after the first.'),
    interval: option(duration({ min: '1s', max: '1d' }), '5m', 'Between two tries of an order.'),
    expires_after: option(
      duration({ min: '1m', max: '30d' }),
      '1d',
      'After this time an order is dropped from the queue.',
    ),
    reasons: listOf(
      'Reasons that may pass.',
      required(choice(['insufficient_funds', 'market_closed', 'broker_unavailable', 'rate_limited']), 'A reason.'),
    ).prefault(() => ['insufficient_funds', 'market_closed', 'broker_unavailable']),
  },
)
