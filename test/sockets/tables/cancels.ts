import { grid, type Scenario } from '../scenario.ts'

/** A cancel that was taken is seen through, and what it comes too late for is kept. */
export const CANCELS: readonly Scenario[] = [
  ...grid(
    'cancel',
    ['working', 'partly filled'],
    [
      'answer-lost',
      'request-lost',
      '5xx-after-accept',
      { trouble: 'unavailable', status: 503 },
      'cancel-then-filled',
      'cancel-rejected',
      'rate-limited',
      'reset-before-headers',
    ],
  ),
  ...grid(
    'cancel',
    ['working'],
    [
      'cancel-stuck',
      { trouble: '4xx-after-accept', status: 404 },
      'rate-limited-bare',
      'unauthorized',
      'not-json',
      { trouble: 'slow-answer', ms: 1_500 },
      'half-open',
      'request-cut',
      'repeated-last-answer',
      { trouble: 'connection-refused', ms: 1_000 },
    ],
  ),
  ...grid('cancel', ['filled', 'expired'], ['answer-lost', { trouble: 'unavailable', status: 503 }]),
]
