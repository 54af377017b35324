import type { Config } from '../../../src/config/config.ts'
import { loadConfig } from '../../../src/config/load.ts'
import type { Budget } from '../evidence.ts'
import type { ConfigPatch, Scenario } from '../scenario.ts'

/** Every account's own budget; the rest of a patch names blocks of the configuration. */
export const ORDERS_PER_SECOND = 'accounts.orders_per_second'
export const READS_PER_SECOND = 'accounts.reads_per_second'
/** A calendar by its name, for every venue. */
export const MARKET_HOURS = 'sessions.market_hours'

/** What every simulated daemon runs with unless its history says otherwise. */
const USUAL: ConfigPatch = {
  'order_management.duplicate_policy': 'allow',
  'order_management.order_types': 'limit,market',
  'risk.max_orders_per_minute': null,
  'risk.max_open_orders': null,
  'risk.max_position_notional': null,
  'risk.max_total_exposure': null,
  'risk.price_collar_pct': null,
  'breaker.unconfirmed_orders': null,
  'breaker.consecutive_failures': null,
  'breaker.position_mismatches': null,
  'breaker.clock_skew': null,
  'rate_limit.max_queue_age': '60s',
  [ORDERS_PER_SECOND]: 40,
  [READS_PER_SECOND]: 200,
}

/**
 * What a venue allows, and a daemon is told of it. An order's token counts from when it is taken, which is before its mark
 * is on disk: what the checkers hold against it is shorter by one flush.
 */
export const allowedBy = (patch: ConfigPatch): readonly Budget[] =>
  budgetOf(patch).map((budget) => (budget.class === 'order' ? { ...budget, perMs: budget.perMs - FLUSH_MS } : budget))
const FLUSH_MS = 5
const budgetOf = (patch: ConfigPatch): readonly Budget[] => [
  { class: 'order', requests: knob(patch, ORDERS_PER_SECOND), perMs: 1_000 },
  { class: 'read', requests: knob(patch, READS_PER_SECOND), perMs: 1_000 },
]

const knob = (patch: ConfigPatch, name: string): number => Number(patch[name] ?? USUAL[name])

/** The configuration as a daemon would read it now; `undefined` when it would refuse it. */
export function configWith(accounts: Scenario['accounts'], patch: ConfigPatch): Config | undefined {
  const text = JSON.stringify(configTree(accounts, { ...USUAL, ...patch }))
  if (!known.has(text)) known.set(text, read(text))
  return known.get(text)
}

// Reading one costs more than a short history; the knobs have few positions.
const known = new Map<string, Config | undefined>()

function read(text: string): Config | undefined {
  const loaded = loadConfig({ path: 'simulation.json', env: {}, readFile: () => text })
  return loaded.kind === 'loaded' ? loaded.config : undefined
}

function configTree(accounts: Scenario['accounts'], patch: ConfigPatch): Record<string, Record<string, unknown>> {
  const tree: Record<string, Record<string, unknown>> = {
    accounts: Object.fromEntries(
      accounts.map(({ name }) => [
        name,
        {
          venue: 'paper',
          allow_short: true,
          rate_limit: budgetOf(patch).map(({ class: kind, requests, perMs }) => ({
            class: kind,
            requests,
            per: `${perMs}ms`,
          })),
        },
      ]),
    ),
    routing: { default: accounts[0]?.name },
  }
  for (const [path, value] of Object.entries(patch)) {
    if (path === ORDERS_PER_SECOND || path === READS_PER_SECOND) continue
    if (path === MARKET_HOURS) {
      tree.sessions = { calendars: { paper: value } }
      continue
    }
    const [block = '', key = '', part] = path.split('.')
    const plain = key === 'order_types' ? String(value).split(',') : value
    tree[block] = { ...tree[block], [key]: part === undefined ? plain : { [part]: plain } }
  }
  return tree
}
