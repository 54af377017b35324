import { z } from 'zod'
import { block } from './block.ts'
import { choice, duration, integer } from './kinds.ts'
import { option, optional, required } from './option.ts'

const requests = integer({ min: 1, max: 1_000_000, unit: 'calls' })
const per = duration({ min: '10ms', max: '1d' })

export const rateLimitRules = z
  .array(
    z.strictObject({
      class: option(choice(['order', 'cancel', 'read', 'all']), 'all', 'The calls this rule counts.'),
      requests: required(requests, 'Calls in any window of length per.'),
      per: required(per, 'The length of the sliding window.'),
    }),
  )
  .min(1)
  .meta({ id: 'rate_limit_rules', description: "The account's budget, replacing the one we know for the venue." })

export const rateLimit = block('Our own budget of calls to a venue; what its answers tell makes it smaller still.', {
  requests: optional(
    requests,
    "Calls in any window of length per, for every account without a budget of its own. Absent: the venue's.",
  ),
  per: optional(per, 'The length of the sliding window; goes together with requests.'),
  max_queue_age: option(
    duration({ min: '100ms', max: '5m' }),
    '5s',
    'An order that waits longer for its turn is refused rather than sent late.',
  ),
})
