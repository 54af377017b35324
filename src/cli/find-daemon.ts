import { join, resolve } from 'node:path'
import { CliFailure, EXIT } from './cli-failure.ts'
import type { CliHost } from './cli-host.ts'
import { readFileIfAny } from './read-file-if-any.ts'

/**
 * Where the daemon is and what opens it: what was named, else what its configuration here says, else the defaults. A
 * configuration that is broken must not stand between a person and the kill switch, so it is passed over in silence.
 */
export interface DaemonPlace {
  readonly url: string
  /** Was the address named, or is it the daemon of this folder? */
  readonly isNamed: boolean
  readonly key: string | undefined
  readonly keyFile: string
  readonly dataDir: string
}
export interface Named {
  readonly url?: string
  readonly config?: string
}
type Outside = Pick<CliHost, 'env' | 'cwd'>

export async function findDaemon(named: Named, outside: Outside): Promise<DaemonPlace> {
  const { env, cwd } = outside
  const given = named.url ?? (env.SUREFILL_URL || undefined)
  const local = await localDaemon(named, outside)
  const keyFile = join(local.dataDir, 'api-key')
  return {
    url: given === undefined ? local.url : baseUrl(given),
    isNamed: given !== undefined,
    key: env.SUREFILL_API_KEY || keyIn(keyFile, cwd),
    keyFile,
    dataDir: local.dataDir,
  }
}

const DEFAULT_URL = 'http://127.0.0.1:4600'

async function localDaemon({ config: path }: Named, { env, cwd }: Outside): Promise<{ url: string; dataDir: string }> {
  const fallback = { url: DEFAULT_URL, dataDir: env.SUREFILL_DATA_DIR || 'data' }
  const { loadConfig } = await import('../config/load.ts')
  const loaded = loadConfig({ ...(path === undefined ? {} : { path }), env, readFile: readFileIfAny(cwd) })
  if (loaded.kind === 'refused') return fallback
  const { api, data_dir: dataDir } = loaded.config
  return { url: `http://${reachable(api.host)}:${api.port}`, dataDir }
}

/** What listens everywhere is reached here. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::' || host === '[::]') return '[::1]'
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

function baseUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliFailure(EXIT.usage, `${text} is not an address such as http://127.0.0.1:4600`)
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function keyIn(file: string, cwd: string): string | undefined {
  try {
    return readFileIfAny(cwd)(file)?.trim() || undefined
  } catch {
    throw new CliFailure(
      EXIT.failed,
      `The key in ${resolve(cwd, file)} cannot be read: run this as the user of the daemon, or set SUREFILL_API_KEY.`,
    )
  }
}

export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.')
}
