import { ConfigError, type ConfigProblem } from '../../src/config/config-problem.ts'
import { type LoadedConfig, loadConfig } from '../../src/config/load.ts'

export interface World {
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
}

/** Loads a file with this content; without one, as if there were no file. */
export function load(content?: unknown, { env = {}, files = {} }: World = {}): LoadedConfig | ConfigError {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return loadConfig({ env, readFile: (path) => (path === 'config.json' ? text : files[path]) })
}

export function accepted(content?: unknown, world?: World): LoadedConfig {
  const result = load(content, world)
  if (result instanceof ConfigError) throw result
  return result
}

export function refused(content: unknown, world?: World): readonly ConfigProblem[] {
  const result = load(content, world)
  if (result instanceof ConfigError) return result.problems
  throw new Error('was accepted')
}

export const pathsOf = (problems: readonly ConfigProblem[]): string[] => problems.map(({ path }) => path).sort()
