import { grid, type Scenario } from '../scenario.ts'

/** Whatever the stream does, polling finds the fill: the interval is half a second, and a second is allowed on top. */
const POLL_AND_A_SECOND_MS = 1_500
/** From the break on, whether or not the stream is back by then. */
const CAUGHT_UP_MS = 5_000

export const STREAMS: readonly Scenario[] = [
  ...grid(
    'stream frame',
    ['filled'],
    [
      { trouble: 'frame-dropped', times: 9, knownWithinMs: POLL_AND_A_SECOND_MS },
      { trouble: 'stream-silent', ms: 60_000, knownWithinMs: POLL_AND_A_SECOND_MS },
      { trouble: 'frame-late', ms: 3_000, times: 9, knownWithinMs: POLL_AND_A_SECOND_MS },
      { trouble: 'stream-closed', knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'stream-reset', knownWithinMs: CAUGHT_UP_MS },
      'frame-duplicated',
      'frame-unreadable',
    ],
  ),
  ...grid(
    'stream frame',
    ['filled in parts'],
    [
      { trouble: 'frame-dropped', event: 'partial_fill', knownWithinMs: POLL_AND_A_SECOND_MS },
      { trouble: 'frame-duplicated', times: 2 },
      'frame-reordered',
      { trouble: 'frame-late', event: 'partial_fill', ms: 2_000 },
      'frame-unreadable',
      { trouble: 'stream-closed', event: 'fill', knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'stream-reset', event: 'partial_fill', knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'stream-silent', ms: 60_000, knownWithinMs: POLL_AND_A_SECOND_MS },
    ],
  ),
  ...grid(
    'stream frame',
    ['partly filled, then expired'],
    [
      { trouble: 'frame-dropped', event: 'partial_fill' },
      'frame-reordered',
      { trouble: 'frame-duplicated', times: 2 },
      { trouble: 'frame-late', event: 'partial_fill', ms: 2_000 },
    ],
  ),
  ...grid(
    'stream frame',
    ['cancelled by the venue', 'rejected'],
    ['frame-dropped', 'frame-duplicated', 'stream-reset'],
  ),
  ...grid(
    'stream frame',
    ['replaced by somebody'],
    [
      { trouble: 'frame-dropped', event: 'replaced' },
      { trouble: 'frame-duplicated', times: 4 },
    ],
  ),
  ...grid(
    'stream frame',
    ['execution undone'],
    [
      { trouble: 'frame-duplicated', event: 'trade_bust' },
      { trouble: 'frame-dropped', event: 'trade_bust', endsInCase: true },
      { trouble: 'frame-late', event: 'trade_bust', ms: 1_000 },
    ],
  ),
  ...grid(
    'stream frame',
    ['execution corrected'],
    [
      { trouble: 'frame-duplicated', event: 'trade_correct' },
      { trouble: 'frame-late', event: 'trade_correct', ms: 1_000 },
    ],
  ),
  ...grid(
    'stream connect',
    ['filled', 'partly filled'],
    [
      { trouble: 'upgrade-refused', times: 2, knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'auth-unanswered', knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'listen-unanswered', knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'reconnect-storm', times: 6, ms: 200, knownWithinMs: CAUGHT_UP_MS },
    ],
  ),
  // Nothing but the broken stream itself tells it to look.
  ...grid(
    'stream frame',
    ['cancelled by the venue', 'expired'],
    [
      { trouble: 'stream-closed', pollsSeldom: true, knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'frame-unreadable', pollsSeldom: true, knownWithinMs: CAUGHT_UP_MS },
    ],
  ),
  ...grid(
    'stream connect',
    ['filled in parts'],
    [
      { trouble: 'upgrade-refused', pollsSeldom: true, knownWithinMs: CAUGHT_UP_MS },
      { trouble: 'reconnect-storm', times: 3, pollsSeldom: true, knownWithinMs: CAUGHT_UP_MS },
    ],
  ),
  ...grid('stream connect', ['expired'], [{ trouble: 'reconnect-storm', times: 3 }, 'upgrade-refused']),
]
