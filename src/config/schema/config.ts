import { z } from 'zod'
import { accounts } from './accounts.ts'
import { api } from './api.ts'
import { audit } from './audit.ts'
import { block } from './block.ts'
import { breaker } from './breaker.ts'
import { fillDetection } from './fill-detection.ts'
import { intake } from './intake.ts'
import { choice, flag, integer, text } from './kinds.ts'
import { logging } from './logging.ts'
import { notifications } from './notifications.ts'
import { option, optional } from './option.ts'
import { orderManagement } from './order-management.ts'
import { rateLimit } from './rate-limit.ts'
import { retry } from './retry.ts'
import { retryQueue } from './retry-queue.ts'
import { risk } from './risk.ts'
import { routing } from './routing.ts'
import { sessions } from './sessions.ts'
import { sinks } from './sinks.ts'
import { storage } from './storage.ts'

/** The configuration as it is written: one block per part of the daemon, each option with its default and its meaning. */
export const configSchema = z
  .strictObject({
    $schema: optional(text({ what: 'a path or address' }), 'Where an editor finds the JSON schema of this file.'),
    config_version: option(integer({ min: 1, max: 1 }), 1, 'The version of this format.'),
    mode: option(
      choice(['paper', 'dry_run', 'live']),
      'paper',
      'paper trades play money, dry_run decides and logs but sends nothing, live trades real money.',
    ),
    live: block('A second key for live mode.', {
      i_understand_this_trades_real_money: option(flag, false, 'Live mode starts only when this is true.'),
    }),
    data_dir: option(
      text({ what: 'a path' }),
      'data',
      'Holds the embedded store, the generated API key and the halt file.',
    ),
    log_dir: option(text({ what: 'a path' }), 'logs', 'Holds the audit log.'),
    accounts,
    routing,
    order_management: orderManagement,
    fill_detection: fillDetection,
    retry,
    rate_limit: rateLimit,
    risk,
    breaker,
    retry_queue: retryQueue,
    sessions,
    storage,
    audit,
    intake,
    sinks,
    api,
    notifications,
    logging,
  })
  .meta({ title: 'Surefill configuration', description: 'The configuration of Surefill. Every block is optional.' })

export type ParsedConfig = z.output<typeof configSchema>
