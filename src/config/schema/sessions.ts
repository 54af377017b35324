import { block, named } from './block.ts'
import { choice, duration, text } from './kinds.ts'
import { option, required } from './option.ts'

export const sessions = block('When markets are open, holidays and half days included.', {
  calendars: named(
    "Another calendar for a venue than its own, by venue: 'always', 'nyse', 'nse', 'krx', or the path of a JSON file.",
    required(
      text({
        what: "a calendar: 'always', 'nyse', 'nse', 'krx' or a path ending in .json",
        pattern: /^(always|nyse|nse|krx|.+\.json)$/,
      }),
      'The calendar of this venue.',
    ),
  ),
  when_closed: option(
    choice(['hold', 'deny']),
    'hold',
    'An order for a closed market waits for the open, or is denied. Where the venue takes orders ahead of the open, holding means giving it to the venue.',
  ),
  alarm_before_end: option(
    duration({ min: '0ms', max: '365d' }),
    '30d',
    'How long before the end of its validity a calendar raises an alarm. Past its end the market counts as closed.',
  ),
})
