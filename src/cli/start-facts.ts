import { join } from 'node:path'
import type { AccountConfig, Config } from '../config/config.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { CliHost } from './cli-host.ts'
import type { StartFacts } from './views/start-screen.ts'

type FromConfig = Omit<StartFacts, 'version' | 'url' | 'halted' | 'columns' | 'paint'>

/** What the start screen says that follows from the configuration. */
export function startFacts({ config, source }: LoadedConfig, { env }: Pick<CliHost, 'env'>): FromConfig {
  return {
    mode: config.mode,
    accounts: Object.entries(config.accounts).map(([name, account]) => accountFacts(name, account)),
    key: keyPlace(config),
    auditLog: config.audit.path,
    store: storeName(config.storage.url),
    config: source.file ?? 'none, so every default',
    program: programName(env),
  }
}

const accountFacts = (name: string, { venue, environment, currency }: AccountConfig) => ({
  name,
  venue,
  environment,
  currency,
})

function keyPlace({ api: { keys }, data_dir: dataDir }: Config): string {
  if (keys.length === 0) return join(dataDir, 'api-key')
  return keys.map(({ name, role }) => (name === 'environment' ? 'SUREFILL_API_KEY' : `"${name}" (${role})`)).join(', ')
}

/** Printed as text it hides its password. */
const storeName = (url: { toString(): string }): string => url.toString().replace(/^sqlite:/, '')

const programName = (env: CliHost['env']): string =>
  env.npm_lifecycle_event === undefined ? 'surefill' : 'npx surefill'
