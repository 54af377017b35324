import { posix } from 'node:path'
import type { SourceFile, Violation } from './source-file.ts'

/**
 * Who may import whom under `src`. The first row whose folder holds the file decides. `types` are folders of which only
 * types may be imported; a package or built-in module ending in `*` stands for everything that begins so.
 */
interface Row {
  readonly folder: string
  readonly values: readonly string[]
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
}

const broker = (name: string, more: Partial<Row> = {}): Row => ({
  folder: `adapters/brokers/${name}/`,
  values: ['core/', 'ports/', 'adapters/brokers/*', `adapters/brokers/${name}/`],
  ...more,
  packages: ['node:*', 'zod', ...(more.packages ?? [])],
})
const adapter = (folder: string, packages: readonly string[]): Row => ({
  folder: `adapters/${folder}`,
  values: ['core/', 'ports/', `adapters/${folder}`],
  packages: ['node:*', ...packages],
})

const ROWS: readonly Row[] = [
  { folder: 'core/hash.ts', values: ['core/'], packages: ['node:crypto'] },
  { folder: 'core/', values: ['core/'] },
  { folder: 'ports/', values: ['ports/'], types: ['core/'] },
  { folder: 'flow/admission/', values: ['core/', 'ports/', 'flow/'], packages: ['zod'] },
  { folder: 'flow/execution/', values: ['core/', 'ports/', 'flow/'], packages: ['bottleneck', 'p-retry'] },
  { folder: 'flow/', values: ['core/', 'ports/', 'flow/'] },
  {
    folder: 'api/',
    values: ['core/', 'ports/', 'api/'],
    packages: ['node:*', 'fastify', '@fastify/*', 'fastify-type-provider-zod', 'openapi-types', 'prom-client', 'zod'],
  },
  broker('alpaca', { packages: ['@alpacahq/alpaca-trade-api', 'ws'] }),
  broker('bybit', { packages: ['bybit-api', 'axios'] }),
  broker('paper', { values: ['core/', 'ports/', 'adapters/brokers/*', 'adapters/brokers/paper/', 'simulator/'] }),
  ...['robinhood', 'kotak-neo', 'kis'].map((name) => broker(name)),
  adapter('brokers/', []),
  adapter('stores/', ['kysely', 'pg', 'pg-*']),
  adapter('system/', ['pino', 'undici']),
  adapter('sinks/', ['rabbitmq-client', 'grammy', 'nodemailer', 'undici']),
  adapter('intake/', ['rabbitmq-client', 'zod']),
  {
    folder: 'simulator/hosts/',
    values: ['core/money.ts', 'simulator/'],
    packages: ['node:*', 'ws', '@msgpack/msgpack'],
  },
  { folder: 'simulator/', values: ['core/money.ts', 'simulator/'] },
  {
    folder: 'config/',
    // Besides types: exact numbers are read by the one reader there is, and a version is a hash like any other.
    values: ['config/', 'core/money.ts', 'core/json-text.ts', 'core/hash.ts'],
    types: ['core/'],
    packages: ['node:*', 'zod'],
  },
  {
    folder: 'cli/',
    values: ['cli/', 'config/', 'daemon.ts'],
    types: ['api/'],
    packages: ['node:*', 'commander'],
  },
  { folder: 'client/', values: ['client/'], types: ['api/'] },
  { folder: 'dashboard/', values: ['dashboard/'], types: ['api/', 'client/'], packages: ['*'] },
  { folder: 'main.ts', values: ['daemon.ts', 'wiring/', 'config/', 'cli/', 'simulator/hosts/'], packages: ['node:*'] },
  { folder: '', values: [''], packages: ['*'] },
]

export function forbiddenImports(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    const home = underSrc(file.path)
    const row = ROWS.find(({ folder }) => home?.startsWith(folder))
    if (home === undefined || row === undefined) return []
    return file.imports.flatMap(({ specifier, line, typeOnly }) => {
      if (mayImport(row, home, specifier, typeOnly)) return []
      const what = typeOnly ? 'types of ' : ''
      return [{ file: file.path, line, message: `${row.folder || 'src'} may not import ${what}${specifier}` }]
    })
  })
}

function mayImport(row: Row, home: string, specifier: string, typeOnly: boolean): boolean {
  if (!specifier.startsWith('.')) return (row.packages ?? []).some((allowed) => matches(specifier, allowed))
  const target = posix.normalize(posix.join(posix.dirname(home), specifier))
  // Data is shared by all; package.json lies outside what is built and is read, not imported.
  if (target.startsWith('..')) return false
  if (target.endsWith('.json')) return true
  const folders = typeOnly ? [...row.values, ...(row.types ?? [])] : row.values
  return folders.some((folder) => isIn(target, folder))
}

/** `core/` is the folder and all below, `core/*` its own files only, `core/money.ts` that file. */
function isIn(target: string, folder: string): boolean {
  if (folder.endsWith('/*')) return posix.dirname(target) === folder.slice(0, -2)
  return folder.endsWith('/') || folder === '' ? target.startsWith(folder) : target === folder
}

function matches(specifier: string, allowed: string): boolean {
  if (allowed.endsWith('*')) return specifier.startsWith(allowed.slice(0, -1))
  return specifier === allowed || specifier.startsWith(`${allowed}/`)
}

const underSrc = (path: string): string | undefined => (path.startsWith('src/') ? path.slice(4) : undefined)
