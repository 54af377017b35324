import type { Config } from './config.ts'
import { retryPolicyFor } from './config-for.ts'
import { type ConfigProblem, type ProblemCode, problem } from './config-problem.ts'
import { liveChecks } from './live-checks.ts'
import type { Provenance } from './provenance.ts'
import { type Path, pathText } from './raw-value.ts'
import { NO_PAPER_ENVIRONMENT } from './schema/accounts.ts'
import { formatDuration } from './schema/duration.ts'

/** A finding that needs more than one place to see; it is only true while all of them could be read. */
export interface Finding {
  readonly paths: readonly [Path, ...Path[]]
  readonly code: ProblemCode
  readonly expected: string
  readonly found: string
  readonly hint?: string
}

export interface Facts {
  readonly config: Config
  readonly provenance: Provenance
  /** Places of the file where a secret stands in clear. */
  readonly writtenOut: readonly Path[]
  /** Every account the file speaks of, readable or not. */
  readonly accountNames: ReadonlySet<string>
}

export const toProblem = ({ paths: [path], code, ...rest }: Finding): ConfigProblem =>
  problem(code, pathText(path), rest)

export function* crossChecks(facts: Facts): Generator<Finding> {
  yield* liveChecks(facts)
  yield* accountChecks(facts)
  yield* routingChecks(facts)
  yield* pollingChecks(facts)
  yield* togetherChecks(facts)
  yield* uniqueNames(facts)
}

function* accountChecks({ config, accountNames }: Facts): Generator<Finding> {
  if (accountNames.size === 0)
    yield {
      paths: [['accounts']],
      code: 'config.missing',
      expected: 'at least one account',
      found: 'none',
      hint: 'leave the block out to trade on the paper venue',
    }
  for (const [name, account] of Object.entries(config.accounts)) {
    if (!NO_PAPER_ENVIRONMENT.includes(account.venue) || account.environment === 'live') continue
    if (account.base_url !== undefined) continue
    yield {
      paths: [
        ['accounts', name, 'environment'],
        ['accounts', name, 'base_url'],
      ],
      code: 'config.conflict',
      expected: '"live", or a base_url that leads to a simulator',
      found: JSON.stringify(account.environment),
      hint: `${account.venue} has no paper environment`,
    }
  }
}

function* routingChecks({ config, accountNames }: Facts): Generator<Finding> {
  const { routing } = config
  const targets: [Path, string][] = [
    ...(routing.default === undefined ? [] : [[['routing', 'default'], routing.default] as [Path, string]]),
    ...rows(['routing', 'by_strategy'], routing.by_strategy),
    ...rows(['routing', 'by_symbol'], routing.by_symbol),
  ]
  for (const [path, account] of targets) {
    if (accountNames.has(account)) continue
    yield {
      paths: [path],
      code: 'config.conflict',
      expected: `an account that exists (${[...accountNames].join(', ')})`,
      found: JSON.stringify(account),
    }
  }
}

const rows = (path: Path, record: Readonly<Record<string, string>>): [Path, string][] =>
  Object.entries(record).map(([key, value]) => [[...path, key], value])

function* pollingChecks({ config }: Facts): Generator<Finding> {
  const {
    initial_poll_interval: initial,
    poll_interval_increase: step,
    max_poll_interval: most,
  } = config.fill_detection
  yield* atMost(['fill_detection', 'initial_poll_interval'], initial, ['fill_detection', 'max_poll_interval'], most)
  yield* atMost(['fill_detection', 'poll_interval_increase'], step, ['fill_detection', 'max_poll_interval'], most)
  yield* atMost(['retry', 'initial_delay'], config.retry.initial_delay, ['retry', 'max_delay'], config.retry.max_delay)
  for (const call of ['submit', 'read', 'cancel'] as const) {
    const own = config.retry[call]
    if (own.initial_delay === undefined && own.max_delay === undefined) continue
    const { initial_delay, max_delay } = retryPolicyFor(config, call)
    const key = own.initial_delay === undefined ? 'max_delay' : 'initial_delay'
    yield* atMost(['retry', call, key], initial_delay, ['retry', 'max_delay'], max_delay)
  }
}

function* atMost(path: Path, value: number, limitPath: Path, limit: number): Generator<Finding> {
  if (value <= limit) return
  yield {
    paths: [path, limitPath],
    code: 'config.conflict',
    expected: `at most ${String(limitPath.at(-1))}, which is ${formatDuration(limit)}`,
    found: formatDuration(value),
  }
}

function* togetherChecks({ config }: Facts): Generator<Finding> {
  const { requests, per } = config.rate_limit
  if ((requests === undefined) !== (per === undefined)) {
    const [absent, present] = requests === undefined ? (['requests', 'per'] as const) : (['per', 'requests'] as const)
    yield {
      paths: [
        ['rate_limit', absent],
        ['rate_limit', present],
      ],
      code: 'config.missing',
      expected: `a value, because rate_limit.${present} is set`,
      found: 'nothing',
    }
  }
  for (const block of ['intake', 'sinks'] as const) {
    const { enabled, url } = config[block].rabbitmq
    if (!enabled || url !== undefined) continue
    yield {
      paths: [
        [block, 'rabbitmq', 'url'],
        [block, 'rabbitmq', 'enabled'],
      ],
      code: 'config.missing',
      expected: `the address of the broker, because ${block}.rabbitmq.enabled is true`,
      found: 'nothing',
    }
  }
}

function* uniqueNames({ config }: Facts): Generator<Finding> {
  const lists: [Path, readonly { readonly name: string }[]][] = [
    [['api', 'keys'], config.api.keys],
    [['sinks', 'webhooks'], config.sinks.webhooks],
    [['notifications', 'webhooks'], config.notifications.webhooks],
  ]
  for (const [path, items] of lists) {
    for (const [index, { name }] of items.entries()) {
      if (items.findIndex((other) => other.name === name) === index) continue
      yield {
        // Items that could not be read are left out of the list, so with a problem in it the numbers prove nothing.
        paths: [[...path, index, 'name'], path],
        code: 'config.conflict',
        expected: 'a name of its own',
        found: JSON.stringify(name),
      }
    }
  }
}
