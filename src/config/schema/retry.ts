import { block } from './block.ts'
import { decimal, duration, integer } from './kinds.ts'
import { option, overridesOf } from './option.ts'

const policy = {
  max_attempts: option(integer({ min: 1, max: 20 }), 3, 'Tries in all: three tries have two waits between them.'),
  initial_delay: option(duration({ min: '10ms', max: '1m' }), '1s', 'The wait before the second try.'),
  max_delay: option(duration({ min: '10ms', max: '10m' }), '30s', 'No wait is longer than this.'),
  multiplier: option(
    decimal({ min: '1', max: '10', unit: 'factor' }),
    '2',
    'Each wait is this many times the one before.',
  ),
  jitter: option(
    decimal({ max: '1', unit: 'share' }),
    '0.1',
    'Chance that shortens a wait by at most this share of it, so that callers do not come back together.',
  ),
}

const overrides = (description: string) => block(description, overridesOf(policy))

export const retry = block('When a call to the venue is tried again. A refusal never is.', {
  ...policy,
  submit: overrides(
    'Other values for submits, which are repeated only when it is proven that nothing was sent or the refusal is a passing one.',
  ),
  read: overrides('Other values for reads.'),
  cancel: overrides('Other values for cancels.'),
})
