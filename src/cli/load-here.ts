import { ConfigError, type ConfigProblem } from '../config/config-problem.ts'
import { type LoadedConfig, loadConfig } from '../config/load.ts'
import type { Cli } from './cli.ts'
import { CliFailure, EXIT } from './cli-failure.ts'
import { readFileIfAny } from './read-file-if-any.ts'
import { plainText } from './text/plain-text.ts'

/** The configuration of this folder, or a refusal with everything that is wrong with it. */
export function loadHere({ host: { env, cwd } }: Cli, path: string | undefined): LoadedConfig {
  const loaded = loadConfig({ ...(path === undefined ? {} : { path }), env, readFile: readFileIfAny(cwd) })
  if (loaded instanceof ConfigError) throw new CliFailure(EXIT.usage, configErrorText(loaded))
  return loaded
}

export function configErrorText(error: ConfigError): string {
  const [title = ''] = error.message.split('\n')
  return [`${title}:`, ...error.problems.flatMap(problemLines)].map(plainText).join('\n')
}

function problemLines({ path, expected, found, hint }: ConfigProblem): string[] {
  return [
    `  ${path === '' ? 'the file' : path}`,
    `      expected ${expected}`,
    `      found    ${found}`,
    ...(hint === undefined ? [] : [`      hint     ${hint}`]),
  ]
}
