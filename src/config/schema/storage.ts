import { block } from './block.ts'
import { duration, text } from './kinds.ts'
import { option, orNull } from './option.ts'
import { urlWithPassword } from './url-kinds.ts'

export const storage = block('Where orders, events, fills and positions are kept.', {
  url: option(
    urlWithPassword(['postgres:', 'postgresql:'], 'sqlite:'),
    'sqlite:data/surefill.db',
    'The embedded store, or a PostgreSQL database that several daemons can share. The default lies in data_dir.',
  ),
  schema: option(
    text({ what: 'a schema name of small letters, digits and _', pattern: /^[a-z_][a-z0-9_]{0,62}$/ }),
    'surefill',
    'The schema inside a PostgreSQL database.',
  ),
  retention: option(
    orNull(duration({ min: '1d', max: '36500d' }), 'kept for ever'),
    null,
    'Orders that have been final for longer are removed. Signal ids are kept, so that a repeat is known for ever.',
  ),
  snapshot_interval: option(
    orNull(duration({ min: '1s', max: '1d' }), 'no snapshots'),
    '5m',
    'How often positions are written down for later comparison.',
  ),
})
