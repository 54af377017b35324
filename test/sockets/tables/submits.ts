import { grid, type Scenario } from '../scenario.ts'

/** The order is sent once, whatever becomes of the answer. */
export const SUBMITS: readonly Scenario[] = [
  ...grid(
    'submit',
    ['working', 'filled', 'partly filled'],
    [
      'answer-lost',
      '5xx-after-accept',
      { trouble: '4xx-after-accept', status: 403 },
      'truncated-json',
      'reset-before-headers',
    ],
  ),
  ...grid(
    'submit',
    ['working', 'filled in parts'],
    [
      'request-lost',
      'not-json',
      'empty-answer',
      'reset-after-headers',
      { trouble: 'order-invisible', ms: 2_000 },
      { trouble: 'late-accept', ms: 1_500 },
      { trouble: 'unavailable', status: 503 },
      { trouble: 'slow-answer', ms: 1_500 },
      'unknown-status',
    ],
  ),
  ...grid(
    'submit',
    ['working'],
    ['half-open', 'rate-limited', 'rate-limited-bare', 'unauthorized', 'new-field', 'slow-close', 'byte-by-byte'],
  ),
  ...grid('submit', ['filled'], ['fill-before-answer', 'half-open', 'new-field', 'byte-by-byte']),
  ...grid('submit', ['cancelled by the venue'], ['answer-lost', 'order-invisible', 'truncated-json']),
  ...grid('submit', ['expired'], ['5xx-after-accept', 'reset-before-headers', 'not-json']),
  ...grid('submit', ['rejected'], ['rejected-after-answer', 'answer-lost', 'half-open']),
  ...grid('submit', ['partly filled, then expired'], ['partial-then-expired', 'answer-lost', 'empty-answer']),
  ...grid('submit', ['replaced by somebody'], ['answer-lost', '5xx-after-accept']),
  ...grid('submit', ['execution undone'], ['bust']),
  ...grid('submit', ['execution corrected'], ['correction']),
  ...grid(
    'submit',
    ['working', 'filled'],
    [
      // Over before the last of the three tries, which comes after 0.6 s at the earliest; then the order would be proven unsent.
      { trouble: 'connection-refused', ms: 250 },
      'reset-on-connect',
      'not-tls',
      'request-cut',
      { trouble: 'delayed-both-ways', ms: 400 },
      'answer-of-another',
      'answer-twice',
      'repeated-first-answer',
      'repeated-last-answer',
      'head-cut',
      'length-lies',
    ],
  ),
  ...grid('submit', ['working'], ['silence-on-connect']),
]
