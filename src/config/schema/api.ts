import { z } from 'zod'
import { block, listOf } from './block.ts'
import { choice, integer, secret, text } from './kinds.ts'
import { option, required } from './option.ts'
import { sinkName } from './sinks.ts'
import { url } from './url-kinds.ts'

/** Long enough that guessing is hopeless at any rate the daemon can answer. */
export const SHORTEST_API_KEY = 16

const key = z
  .strictObject({
    name: required(sinkName, 'A name of your own, which stands in the audit log.'),
    key: required(secret('an API key', SHORTEST_API_KEY), 'The key.'),
    role: option(
      choice(['read', 'trade', 'admin']),
      'trade',
      'read looks; trade also sends and cancels orders; admin also resumes, resolves cases and loosens limits.',
    ),
  })
  .meta({ description: 'A key that opens the API.' })

export const api = block('The HTTP interface and the page.', {
  host: option(
    text({ what: 'a host name or address', pattern: /^[A-Za-z0-9.:_-]{1,253}$/ }),
    '127.0.0.1',
    'The address to listen on; 0.0.0.0 is all of them.',
  ),
  port: option(integer({ min: 0, max: 65_535 }), 4600, 'The port to listen on; 0 takes a free one.'),
  keys: listOf('API keys. Without any, one with every right is generated into data_dir.', key).prefault([]),
  allowed_hosts: listOf(
    'Host names the daemon answers to, beside localhost and the address it listens on.',
    required(text({ what: 'a host name', pattern: /^[A-Za-z0-9.:_-]{1,253}$/ }), 'A host name.'),
  ).prefault([]),
  allowed_origins: listOf(
    'Other web origins whose pages may call the API.',
    required(url('http:', 'https:'), 'An origin, such as https://desk.example.'),
  ).prefault([]),
})
