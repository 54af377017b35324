import { grid, type Scenario } from '../scenario.ts'

/** The daemon dies with its order on the way, and what happened meanwhile is found by its next start. */
export const RESTARTS: readonly Scenario[] = [
  ...grid(
    'restart',
    ['filled', 'working'],
    [
      { trouble: 'half-open', at: 'submit' },
      { trouble: 'truncated-json', at: 'list of open orders' },
    ],
  ),
  ...grid(
    'restart',
    ['filled in parts'],
    [
      { trouble: 'unavailable', status: 503, at: 'activities' },
      { trouble: 'list-stale', ms: 5_000, times: 2, at: 'list of open orders' },
      { trouble: 'rate-limited', at: 'list of recent orders' },
      { trouble: 'upgrade-refused', at: 'stream connect' },
      { trouble: 'not-json', at: 'positions' },
    ],
  ),
]
