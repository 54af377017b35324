import type { FaultId } from './fault-plan.ts'

/**
 * Every fault the simulation can bring, how likely it is at most at one of its chances, and who brings it. What it takes
 * to be counted as effective, always of an order that is not final (docs/proof.md has it by number):
 * - `link`, `venue`, `sink`: the message that it struck is about one, or would have been;
 * - `disk`: the batch that failed or was held up writes one; `crash`: one was in the batch or the request, or under way;
 * - `clock`, and of `script` what is about no message: `FaultPlan.looms`, where each says what must come to pass;
 * - `script` that is about a signal: its order was taken.
 */
export interface CatalogueRow {
  readonly words: string
  /**
   * `link`, `disk`, `clock`, `sink`: at a rate; `venue`: at a rate, inside the venue; `script`: by an action; `crash`: by the
   * crash schedule; `nature`: by the calendar, in every history that lasts so long.
   */
  readonly by: 'link' | 'disk' | 'clock' | 'sink' | 'venue' | 'script' | 'crash' | 'nature'
  readonly most: number
}
const row = (by: CatalogueRow['by'], most: number, words: string): CatalogueRow => ({ by, most, words })

export const CATALOGUE: ReadonlyMap<FaultId, CatalogueRow> = new Map([
  ['F-01', row('crash', 1, 'killed before the intent is written')],
  ['F-02', row('crash', 1, 'killed after the intent is written')],
  ['F-03', row('crash', 1, 'killed before the mark is written')],
  ['F-04', row('crash', 1, 'killed after the mark, before the wire')],
  ['F-05', row('crash', 1, 'killed with the request on the wire')],
  ['F-06', row('crash', 1, 'killed after the venue has it')],
  ['F-07', row('crash', 1, 'killed before the answer is written')],
  ['F-08', row('crash', 1, 'killed around a fill, the log or a sink')],
  ['F-09', row('crash', 1, 'killed during a cancel')],
  ['F-10', row('crash', 1, 'killed in recovery')],
  ['F-12', row('script', 1, 'process stands still')],
  ['F-14', row('crash', 1, 'dies in the middle of anything')],
  ['F-16', row('script', 1, 'store restored from an older copy')],
  ['F-19', row('script', 1, 'disk full, then freed')],
  ['F-20', row('disk', 0.02, 'write error')],
  ['F-21', row('disk', 0.02, 'failed sync: committed or not')],
  ['F-22', row('disk', 0.04, 'a flush of 2 to 30 s')],
  ['F-24', row('disk', 0.02, 'store locked')],
  ['F-25', row('crash', 1, 'the last line of the log torn off')],
  ['F-27', row('script', 1, 'wall clock jumps')],
  ['F-28', row('nature', 1, 'a session of summer time, an hour earlier than the last')],
  ['F-29', row('link', 0.3, 'request outside the time window')],
  ['F-30', row('venue', 0.25, 'times of another unit or zone, of the past, of the future')],
  ['F-31', row('venue', 0.2, 'times that only the end of a day has')],
  ['F-32', row('clock', 0.015, 'timer late by up to 30 s')],
  ['F-33', row('link', 0.08, 'nothing left')],
  ['F-34', row('link', 0.1, 'no answer: before, after, accepted late')],
  ['F-36', row('link', 0.1, 'connection broken in the middle')],
  ['F-37', row('venue', 0.25, '5xx before and after acceptance')],
  ['F-38', row('venue', 0.3, '4xx although accepted')],
  ['F-39', row('venue', 0.3, 'duplicate id answer')],
  ['F-40', row('venue', 0.3, '200 with an error, nothing, or a page')],
  ['F-41', row('venue', 0.03, '401 in mid-session')],
  ['F-42', row('link', 0.08, 'rate limited, with every kind of header')],
  ['F-43', row('venue', 0.2, 'truncated JSON')],
  ['F-44', row('venue', 0.2, 'fields missing, doubled, of another kind')],
  ['F-46', row('venue', 0.4, 'answer of another request')],
  ['F-49', row('link', 0.4, 'a cache answers')],
  ['F-50', row('script', 1, 'outage or brown-out')],
  ['F-51', row('venue', 0.12, 'a status nobody knows')],
  ['F-52', row('venue', 0.5, 'contradictory statuses')],
  ['F-53', row('venue', 0.4, 'late message goes back')],
  ['F-54', row('venue', 0.25, 'partial fill, then cancelled or expired')],
  ['F-55', row('venue', 0.6, 'fill while a cancel is in flight')],
  ['F-56', row('venue', 1, 'fill after the cancel was acknowledged')],
  ['F-57', row('venue', 1, 'cancel times out')],
  ['F-58', row('venue', 1, 'just acknowledged, does not exist')],
  ['F-59', row('venue', 0.06, 'over-fill, empty fill')],
  ['F-60', row('venue', 0.12, 'bust or correction')],
  ['F-61', row('script', 1, 'a human at the site')],
  ['F-63', row('venue', 0.15, 'the venue adds an order of its own')],
  ['F-64', row('venue', 0.3, 'broker ids come again')],
  ['F-65', row('venue', 0.12, 'rejected after accepted')],
  ['F-66', row('venue', 0.5, 'adjustments among the executions')],
  ['F-67', row('venue', 1, 'fees and rebates')],
  ['F-68', row('venue', 0.15, 'refused by the band, by margin, or against oneself')],
  ['F-69', row('venue', 1, 'the session ends soon, or is the next one')],
  ['F-71', row('link', 0.4, 'frames doubled')],
  ['F-72', row('link', 0.4, 'frames out of order')],
  ['F-73', row('link', 0.25, 'one frame lost')],
  ['F-74', row('link', 0.8, 'frames before the stream counts as open')],
  ['F-75', row('link', 0.6, 'connected, nothing subscribed')],
  ['F-76', row('link', 0.1, 'stream falls silent')],
  ['F-77', row('script', 1, 'reconnect storm')],
  ['F-78', row('link', 0.5, 'event before the answer')],
  ['F-80', row('link', 0.1, 'gap, then closed')],
  ['F-82', row('venue', 0.15, 'stream filled, lists new')],
  ['F-83', row('venue', 0.2, 'order not visible yet')],
  ['F-84', row('venue', 0.2, 'stale or alternating list')],
  ['F-85', row('venue', 0.8, 'pages shift')],
  ['F-86', row('venue', 0.3, 'what is over is forgotten where it is asked for by name')],
  ['F-87', row('venue', 0.6, 'positions lag')],
  ['F-88', row('venue', 1, 'buying power of before')],
  ['F-89', row('venue', 1, 'snapshot and stream overlap')],
  ['F-90', row('venue', 0.03, 'prices missing or old, steps changed')],
  ['F-91', row('disk', 0.03, 'connection to the store lost at commit: committed or not')],
  ['F-92', row('disk', 0.03, 'deadlock in the store')],
  ['F-93', row('script', 1, 'the store that takes over lacks the last commits')],
  ['F-98', row('sink', 0.05, 'a sink fails, or loses its confirmation')],
  ['F-100', row('script', 1, 'a signal delivered again')],
  ['F-102', row('sink', 0.2, 'events put back into the queue')],
  ['F-103', row('script', 1, 'called off before it is there, and at once')],
  ['F-104', row('script', 1, 'signals delivered late')],
  ['F-105', row('script', 1, 'the same order under two ids')],
  ['F-106', row('script', 1, 'a flood of signals')],
  ['F-107', row('script', 1, 'configuration edited')],
  ['F-108', row('script', 1, 'limits loosened by the file')],
  ['F-110', row('script', 1, 'a second daemon')],
  ['F-112', row('script', 1, 'the machine starts anew, its clock wrong')],
  ['F-125', row('venue', 1, 'reasons that want to be read as something else')],
])
