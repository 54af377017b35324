import { block, listOf } from './block.ts'
import { choice, duration, integer } from './kinds.ts'
import { option, orNull, required } from './option.ts'

const TRIGGERS = [
  'consecutive_failures',
  'daily_loss',
  'unconfirmed_orders',
  'position_mismatches',
  'clock_skew',
  'stream_silence',
] as const

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
    'Time for which the stream may owe word of what happened to an open order. Polling carries on in any case.',
  ),
  action: option(
    choice(['reduce_only', 'halt']),
    'reduce_only',
    'What is still let through: orders that make positions smaller, or cancels alone.',
  ),
  probe_after: option(
    duration({ min: '1s', max: '1d' }),
    '30s',
    'Quiet time before each step back: from halted to reduce-only, from reduce-only to open for business.',
  ),
  operator_resumes: listOf(
    'Triggers that take no step back before an operator has resumed, not even over a restart.',
    required(choice(TRIGGERS), 'A trigger.'),
  ).prefault([]),
})
