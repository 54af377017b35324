import { block } from './block.ts'
import { flag, integer, text } from './kinds.ts'
import { option, optional, orNull } from './option.ts'
import { urlWithPassword } from './url-kinds.ts'

const queue = text({ what: 'a queue name' })

export const intake = block('Where signals come from.', {
  http: block('Signals by POST /v1/signals.', {
    enabled: option(flag, true, 'Take signals over HTTP.'),
    max_per_second: option(
      orNull(integer({ min: 1, max: 1_000_000, unit: 'signals' }), 'unlimited'),
      null,
      'More signals than this in a second, per key, are answered 429.',
    ),
  }),
  rabbitmq: block('Signals from a RabbitMQ queue.', {
    enabled: option(flag, false, 'Take signals from RabbitMQ.'),
    url: optional(urlWithPassword(['amqp:', 'amqps:']), 'The broker. Needed when enabled.'),
    queue: option(queue, 'model-service.trading_signals', 'The queue signals are taken from.'),
    dead_letter_queue: option(
      queue,
      'model-service.trading_signals.dead',
      'Where messages go that are no signals, with the reason.',
    ),
    prefetch: option(integer({ min: 1, max: 10_000 }), 50, 'Messages taken before the first of them is confirmed.'),
    accept_undated: option(
      flag,
      false,
      'Take signals that neither say when they were generated nor carry a time stamp; their age is then unknown.',
    ),
  }),
  file: block('Signals from a file, one JSON object a line.', {
    enabled: option(flag, false, 'Take signals from a file.'),
    path: option(text({ what: 'a path' }), 'signals.jsonl', 'The file, which is followed as it grows.'),
  }),
  stdin: option(flag, false, 'Take signals from standard input, one JSON object a line.'),
})
