import { z } from 'zod'
import { block, listOf, optionalBlock } from './block.ts'
import { choice, duration, flag, integer, secret, text, timeZone } from './kinds.ts'
import { option, optional, required } from './option.ts'
import { sinkName } from './sinks.ts'
import { secretUrl, urlWithPassword } from './url-kinds.ts'

const EVENTS = [
  'placed',
  'rejected',
  'cancelled',
  'executed',
  'manual_activity',
  'retry_queue',
  'case',
  'breaker',
  'halt',
  'alert',
  'session',
] as const
const event = required(choice(EVENTS), 'What to tell about.')
const only = listOf('For this channel alone: what to tell about.', event, 1).exactOptional()

const clockTime = text({ what: 'a time of day such as "22:00"', pattern: /^([01]\d|2[0-3]):[0-5]\d$/ })
const address = text({ what: 'an e-mail address', pattern: /^[^\s@]+@[^\s@]+$/ })

const webhook = z
  .strictObject({
    name: required(sinkName, 'A name of your own.'),
    url: required(secretUrl('http:', 'https:'), 'Where the message is posted.'),
    secret: optional(secret('a key', 16), 'Signs every request.'),
    events: only,
  })
  .meta({ description: 'A chat or other service that takes messages by HTTP.' })

export const notifications = block('Messages to humans, rate limited and digested so that a storm is one message.', {
  telegram: optionalBlock('Messages to a Telegram chat.', {
    bot_token: required(secret('a bot token'), 'Token of the bot.'),
    chat_id: required(secret('a chat id'), 'The chat that is written to, and the only one that is listened to.'),
    commands: option(flag, false, 'Take /status, /halt and /resume from the chat.'),
    events: only,
  }),
  email: optionalBlock('Messages by e-mail.', {
    url: required(urlWithPassword(['smtp:', 'smtps:']), 'The mail server.'),
    from: required(address, 'The sender.'),
    to: listOf('The receivers.', required(address, 'A receiver.'), 1),
    events: only,
  }),
  webhooks: listOf('Messages by HTTP.', webhook).prefault([]),
  events: listOf('What to tell about.', event).prefault(() => [
    'rejected',
    'executed',
    'manual_activity',
    'retry_queue',
    'case',
    'breaker',
    'halt',
    'alert',
  ]),
  quiet_hours: optionalBlock('A time of day in which only alerts, cases, halts and the breaker are told at once.', {
    from: required(clockTime, 'When it begins.'),
    to: required(clockTime, 'When it ends.'),
    zone: option(timeZone, 'UTC', 'Of both times.'),
  }),
  digest: block('How a storm becomes one message.', {
    after: option(
      integer({ min: 1, max: 1_000 }),
      5,
      'Messages sent one by one within the window; the rest is gathered.',
    ),
    window: option(duration({ min: '1s', max: '1d' }), '1m', 'How long is gathered.'),
  }),
})
