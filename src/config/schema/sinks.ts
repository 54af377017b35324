import { z } from 'zod'
import { block, listOf } from './block.ts'
import { flag, secret, text } from './kinds.ts'
import { option, optional, required } from './option.ts'
import { secretUrl, urlWithPassword } from './url-kinds.ts'

const eventFilter = required(
  text({
    what: "the name of an event, or the beginning of one and '*': 'order.filled', 'order.*', '*'",
    pattern: /^(\*|[a-z_]+\.(\*|[a-z_]+))$/,
  }),
  'An event.',
)

export const sinkName = text({ what: 'a name of letters, digits, - and _', pattern: /^[A-Za-z0-9_-]{1,64}$/ })

const webhook = z
  .strictObject({
    name: required(sinkName, 'A name of your own; the sink remembers by it how far it has come.'),
    url: required(secretUrl('http:', 'https:'), 'Where events are posted.'),
    secret: optional(secret('a key', 16), 'Signs every request, so that the receiver can tell it is ours.'),
    events: listOf('Which events are posted.', eventFilter, 1).prefault(() => ['*']),
  })
  .meta({ description: 'An address that committed events are posted to.' })

export const sinks = block(
  'Where committed events go, beside the audit log: at least once, and in order per account.',
  {
    rabbitmq: block('Events to a RabbitMQ topic exchange, confirmed.', {
      enabled: option(flag, false, 'Publish events to RabbitMQ.'),
      url: optional(urlWithPassword(['amqp:', 'amqps:']), 'The broker. Needed when enabled.'),
      exchange: option(text({ what: 'an exchange name' }), 'surefill.order_events', 'The topic exchange.'),
    }),
    webhooks: listOf('Events by HTTP.', webhook).prefault([]),
  },
)
