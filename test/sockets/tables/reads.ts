import { grid, type Scenario } from '../scenario.ts'

/** The stream tells nothing in any of these: what the reads miss, nobody tells. */
const BROKEN = [
  'answer-lost',
  { trouble: 'unavailable', status: 502 },
  'truncated-json',
  'not-json',
  'empty-answer',
  'reset-after-headers',
] as const
const ODD = ['new-field', 'byte-by-byte', { trouble: 'slow-close', ms: 500 }] as const

/** While the list is whole, a fill is found at the next poll. */
const POLL_AND_A_SECOND_MS = 1_500

export const READS: readonly Scenario[] = [
  ...grid('look-up', ['working', 'filled in parts'], [...BROKEN, 'rate-limited', 'unauthorized']),
  ...grid('look-up', ['expired'], [...ODD, 'rate-limited-bare', 'half-open', { trouble: 'slow-answer', ms: 1_500 }]),
  ...grid('look-up', ['cancelled by the venue'], ['answer-of-another', 'answer-twice', 'head-cut', 'length-lies']),
  ...grid('look-up', ['replaced by somebody'], ['answer-lost', 'truncated-json']),
  ...grid(
    'list of open orders',
    ['partly filled'],
    [
      ...BROKEN,
      ...ODD,
      'rate-limited',
      'rate-limited-bare',
      'unauthorized',
      'half-open',
      { trouble: 'list-stale', ms: 5_000, times: 3 },
    ],
  ),
  ...grid(
    'list of open orders',
    ['filled'],
    [
      'answer-lost',
      'truncated-json',
      { trouble: 'list-stale', ms: 5_000, times: 3 },
      { trouble: 'unavailable', status: 503, times: 4 },
      'reset-on-connect',
      'not-tls',
      { trouble: 'connection-refused', ms: 2_000 },
      'silence-on-connect',
      { trouble: 'delayed-both-ways', ms: 300 },
    ],
  ),
  ...grid(
    'list of open orders',
    ['working'],
    [
      { trouble: 'list-stale', ms: 60_000, times: 3 },
      { trouble: 'rate-limited', times: 2 },
      { trouble: 'new-field', times: 5, knownWithinMs: POLL_AND_A_SECOND_MS },
    ],
  ),
  ...grid('list of recent orders', ['filled'], [...BROKEN, 'new-field', 'list-stale', 'half-open', 'rate-limited']),
  ...grid('activities', ['filled in parts'], [...BROKEN, ...ODD, 'rate-limited', 'unauthorized', 'half-open']),
  ...grid(
    'activities',
    ['partly filled, then expired'],
    ['answer-lost', { trouble: 'unavailable', status: 500, times: 4 }],
  ),
  ...grid('activities', ['filled beside a busy stranger'], ['answer-lost', 'truncated-json', 'rate-limited-bare']),
  ...grid('positions', ['filled'], [...BROKEN, 'new-field', 'rate-limited']),
  ...grid('account', ['filled'], [...BROKEN, 'new-field']),
  ...grid('quote', ['filled'], [...BROKEN, 'new-field', 'rate-limited-bare', { trouble: 'slow-answer', ms: 1_000 }]),
  ...grid('instrument', ['filled'], [...BROKEN, 'new-field', 'byte-by-byte']),
]
