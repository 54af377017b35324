import { block } from './block.ts'
import { choice, flag } from './kinds.ts'
import { option } from './option.ts'

export const logging = block('The technical log.', {
  level: option(
    choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'The least that is written; debug holds every call to a venue, with secrets taken out.',
  ),
  pretty: option(flag, false, 'For the eye instead of one JSON object a line.'),
})
