import { block } from './block.ts'
import { choice, duration, integer } from './kinds.ts'
import { option, orNull } from './option.ts'

const count = orNull(integer({ min: 1, max: 10_000 }), 'does not open it')
const span = (min: string, max: string) => orNull(duration({ min, max }), 'does not open it')

export const breaker = block('When an account stops taking on risk by itself. Cancels always pass.', {
  consecutive_failures: option(count, 5, 'Submits that failed one after the other.'),
  unconfirmed_orders: option(count, 3, 'Orders whose fate is unknown at the same time.'),
  position_mismatches: option(count, 1, 'Positions that no execution explains.'),
  clock_skew: option(span('10ms', '1h'), '2s', "Difference between our clock and the venue's."),
  stream_silence: option(
    span('1s', '1d'),
    null,
    'Time without a sign of life from the stream while orders are open. Polling carries on in any case.',
  ),
  action: option(
    choice(['reduce_only', 'halt']),
    'reduce_only',
    'What is still let through: orders that make positions smaller, or cancels alone.',
  ),
  probe_after: option(
    duration({ min: '1s', max: '1d' }),
    '30s',
    'When an open breaker looks whether its cause has passed.',
  ),
})
