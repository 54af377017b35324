import { block } from './block.ts'
import { integer, secret, text } from './kinds.ts'
import { option, optional, orNull } from './option.ts'

const path = text({ what: 'a path' })

export const audit = block('The audit log: one event a line, each with the hash of the line before.', {
  path: option(path, 'logs/orders.jsonl', 'Where it is written. The default lies in log_dir.'),
  trades_path: option(path, 'logs/trades.jsonl', 'One line per reduction of a position. The default lies in log_dir.'),
  rotate_bytes: option(
    integer({ min: 65_536, max: 10_737_418_240, unit: 'bytes' }),
    104_857_600,
    'A file that has grown to this size is followed by a new one; the chain goes on.',
  ),
  keep_days: option(
    orNull(integer({ min: 1, max: 36_500, unit: 'days' }), 'kept for ever'),
    null,
    'Rotated files older than this are removed.',
  ),
  hmac_key: optional(
    secret('a key', 16),
    'Makes the hashes proof of authorship: only a holder of this key can write a chain that verifies.',
  ),
})
