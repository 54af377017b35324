import { isLive } from './config.ts'
import type { Facts, Finding } from './cross-checks.ts'
import { MASK } from './secret.ts'

/** In live mode these have no default: a limit nobody thought about is not a limit. */
export const LIMITS_TO_SET = [
  'max_order_notional',
  'max_position_notional',
  'max_total_exposure',
  'max_open_orders',
  'max_orders_per_minute',
  'max_daily_loss',
] as const

const ADDRESSES = ['base_url', 'stream_url', 'data_url'] as const

export function* liveChecks(facts: Facts): Generator<Finding> {
  if (facts.config.mode === 'live') {
    yield* acknowledged(facts)
    yield* limitsSet(facts)
    yield* realVenues(facts)
    yield* secretsElsewhere(facts)
  } else if (facts.config.mode === 'paper') {
    yield* playMoneyOnly(facts)
  }
}

function* acknowledged({ config }: Facts): Generator<Finding> {
  if (config.live.i_understand_this_trades_real_money) return
  yield {
    paths: [['live', 'i_understand_this_trades_real_money'], ['mode']],
    code: 'config.live',
    expected: 'true, because mode is live',
    found: 'false',
  }
}

function* limitsSet({ accountNames, provenance }: Facts): Generator<Finding> {
  const accounts = [...accountNames]
  for (const limit of LIMITS_TO_SET) {
    const isSet = (name: string): boolean => provenance.isSet(['accounts', name, 'risk', limit])
    if (provenance.isSet(['risk', limit]) || (accounts.length > 0 && accounts.every(isSet))) continue
    yield {
      paths: [['risk', limit], ['mode'], ...accounts.map((name) => ['accounts', name, 'risk', limit])],
      code: 'config.live',
      expected: 'a limit of your own, because mode is live (null is unlimited)',
      found: 'nothing',
    }
  }
}

function* realVenues({ config, accountNames }: Facts): Generator<Finding> {
  for (const [name, account] of Object.entries(config.accounts)) {
    if (!accountNames.has(name)) continue
    if (!isLive(account))
      yield {
        paths: [['accounts', name, account.venue === 'paper' ? 'venue' : 'environment'], ['mode']],
        code: 'config.live',
        expected: account.venue === 'paper' ? 'a venue for real money, because mode is live' : '"live", as mode is',
        found: JSON.stringify(account.venue === 'paper' ? account.venue : account.environment),
      }
    for (const key of ADDRESSES) {
      if (!(key in account)) continue
      yield {
        paths: [['accounts', name, key], ['mode']],
        code: 'config.live',
        expected: "nothing, because in live mode orders go to the venue's own address",
        found: 'an address',
      }
    }
  }
}

function* secretsElsewhere({ writtenOut }: Facts): Generator<Finding> {
  for (const path of writtenOut)
    yield {
      paths: [path, ['mode']],
      code: 'config.live',
      expected: `\${NAME} or \${file:/path}, because in live mode no secret may stand in the file`,
      found: MASK,
    }
}

function* playMoneyOnly({ config }: Facts): Generator<Finding> {
  for (const [name, account] of Object.entries(config.accounts)) {
    if (!isLive(account)) continue
    yield {
      paths: [['accounts', name, 'environment'], ['mode']],
      code: 'config.live',
      expected: 'an environment for paper money, because mode is paper',
      found: JSON.stringify(account.environment),
      hint: 'real money needs mode live',
    }
  }
}
