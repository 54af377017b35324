import type { Config } from '../config/config.ts'
import { isCalendarName } from './desk-settings.ts'

/** Configured, understood, and not built yet: starting without it would be trading under other rules than were asked for. */
export class NotInThisVersion extends Error {
  override readonly name = 'NotInThisVersion'
  constructor(wishes: readonly string[]) {
    super(
      `the configuration asks for what this version does not have yet:\n${wishes.map((wish) => `  ${wish}`).join('\n')}`,
    )
  }
}

export function refuseWhatIsMissing(config: Config): void {
  const wishes = [...missing(config)]
  if (wishes.length > 0) throw new NotInThisVersion(wishes)
}

const VENUES_TO_TRADE: readonly string[] = ['paper', 'alpaca']

function* missing({
  accounts,
  storage,
  intake,
  sinks,
  notifications,
  order_management,
  sessions,
  audit,
}: Config): Generator<string> {
  for (const [name, { venue }] of Object.entries(accounts)) {
    if (!VENUES_TO_TRADE.includes(venue))
      yield `accounts.${name}.venue: "${venue}"; only ${VENUES_TO_TRADE.map((one) => `"${one}"`).join(' and ')} can be traded`
  }
  if (!storage.url.reveal().startsWith('sqlite:')) yield 'storage.url: PostgreSQL; only sqlite:PATH'
  if (storage.retention !== null) yield 'storage.retention'
  if (intake.rabbitmq.enabled) yield 'intake.rabbitmq'
  if (sinks.rabbitmq.enabled) yield 'sinks.rabbitmq'
  if (sinks.webhooks.length > 0) yield 'sinks.webhooks'
  if (notifications.telegram !== undefined) yield 'notifications.telegram'
  if (notifications.email !== undefined) yield 'notifications.email'
  if (notifications.webhooks.length > 0) yield 'notifications.webhooks'
  const calendars = Object.entries(sessions.calendars)
  for (const [venue, name] of calendars)
    if (!isCalendarName(name)) yield `sessions.calendars.${venue}: "${name}"; only the built-in calendars`
  if (calendars.length > 0 && sessions.when_closed === 'hold') yield 'sessions.when_closed: "hold"; only "deny"'
  if (audit.hmac_key !== undefined) yield 'audit.hmac_key'
  const rules = [order_management, ...Object.values(order_management.strategy_overrides)]
  if (rules.some(({ reprice }) => reprice?.enabled)) yield 'order_management.reprice'
  if (rules.some(({ approval }) => approval?.required)) yield 'order_management.approval'
}
