import { accountFor, riskFor } from './config-for.ts'
import type { ConfigWarning } from './config-problem.ts'
import type { Facts } from './cross-checks.ts'
import { LIMITS_TO_SET } from './live-checks.ts'
import { pathText } from './raw-value.ts'

/** What is allowed, but hardly meant. */
export function* configWarnings(facts: Facts): Generator<ConfigWarning> {
  yield* riskWarnings(facts)
  yield* unlimitedInLive(facts)
  yield* openToTheEye(facts)
  yield* keysInClear(facts)
  yield* unreachable(facts)
}

function* riskWarnings({ config: { risk } }: Facts): Generator<ConfigWarning> {
  const { max_order_notional: order, max_position_notional: position, max_total_exposure: exposure } = risk
  if (order !== null && position !== null && order.greaterThan(position))
    yield { path: 'risk.max_order_notional', message: 'is above max_position_notional, which therefore decides' }
  if (position !== null && exposure !== null && position.greaterThan(exposure))
    yield { path: 'risk.max_position_notional', message: 'is above max_total_exposure, which therefore decides' }
  for (const symbol of risk.allow_symbols ?? [])
    if (risk.deny_symbols.includes(symbol))
      yield { path: 'risk.allow_symbols', message: `${symbol} also stands in deny_symbols, so it is not traded` }
}

function* unlimitedInLive({ config }: Facts): Generator<ConfigWarning> {
  if (config.mode !== 'live') return
  for (const account of Object.keys(config.accounts)) {
    const limits = riskFor(config, account)
    for (const limit of LIMITS_TO_SET)
      if (limits[limit] === null)
        yield { path: `risk.${limit}`, message: `is unlimited for the live account ${account}` }
  }
}

function* openToTheEye({ config, writtenOut }: Facts): Generator<ConfigWarning> {
  if (config.mode === 'live') return
  for (const path of writtenOut)
    yield {
      path: pathText(path),
      message: `holds a secret in clear; \${NAME} takes it from the environment, and live mode accepts nothing else`,
    }
}

const LOOPBACK = /^(localhost|127\..*|::1|\[::1\])$/

/** A stand-in elsewhere than on this machine is told the keys by everybody in between. */
function* keysInClear({ config }: Facts): Generator<ConfigWarning> {
  for (const [name, account] of Object.entries(config.accounts)) {
    if (account.venue === 'paper') continue
    for (const key of ['base_url', 'stream_url', 'data_url'] as const) {
      const address = account[key]
      if (address === undefined || /^(https|wss):/.test(address) || LOOPBACK.test(new URL(address).hostname)) continue
      yield {
        path: `accounts.${name}.${key}`,
        message: 'is not encrypted, and the keys of the account travel with every call',
      }
    }
  }
}

function* unreachable({ config, provenance }: Facts): Generator<ConfigWarning> {
  const origin = provenance.originOf(['api', 'port'])
  if (origin.from === 'environment' && origin.variable === 'PORT' && LOOPBACK.test(config.api.host))
    yield {
      path: 'api.host',
      message: `is ${config.api.host}, though PORT is set as a host does for what it serves: nobody outside can reach the daemon; SUREFILL_HOST=0.0.0.0 opens it`,
    }
  if (accountFor(config, { strategy: '', symbol: '' }).kind === 'no_route')
    yield {
      path: 'routing.default',
      message: 'is not set and there are several accounts: a signal that no rule routes and that names none is refused',
    }
}
