import { ConfigError } from '../../config/config-problem.ts'
import { type EffectiveValue, effectiveConfig } from '../../config/effective.ts'
import { loadConfig } from '../../config/load.ts'
import { type AddCommand, type Cli, withExample } from '../cli.ts'
import { EXIT } from '../cli-failure.ts'
import { configErrorText } from '../load-here.ts'
import { readFileIfAny } from '../read-file-if-any.ts'
import { count } from '../text/number-text.ts'
import { table } from '../text/table.ts'

interface CheckOptions {
  readonly config?: string
  readonly changed?: boolean
  readonly json?: boolean
}

export const addCheck: AddCommand = (program, cli) => {
  const command = program
    .command('check')
    .description('check the configuration and show what is in force, and why')
    .option('--config <file>', 'the configuration to check (or SUREFILL_CONFIG)')
    .option('--changed', 'only what is not a default')
    .option('--json', 'print JSON')
    .action((options: CheckOptions) => check(cli, options))
  withExample(command, 'surefill check', 'surefill check --config live.json --changed')
}

function check(cli: Cli, { config: path, changed = false, json = false }: CheckOptions): void {
  const { env, cwd } = cli.host
  const loaded = loadConfig({ ...(path === undefined ? {} : { path }), env, readFile: readFileIfAny(cwd) })
  if (loaded instanceof ConfigError) {
    cli.exitCode = EXIT.usage
    if (json) cli.json(JSON.stringify({ ok: false, problems: loaded.problems, warnings: [] }))
    else cli.note(`${cli.paintError('bad', 'refused:')} ${configErrorText(loaded)}`)
    return
  }
  const values = effectiveConfig(loaded).filter(({ origin }) => !changed || origin.from !== 'default')
  const { warnings, source } = loaded
  if (json) {
    const shown = values.map(({ origin, ...value }) => ({
      ...value,
      source: origin.from,
      ...(origin.from === 'environment' ? { variable: origin.variable } : {}),
    }))
    cli.json(JSON.stringify({ ok: true, file: source.file, values: shown, warnings }))
    return
  }
  cli.out(
    table(
      values,
      [
        { header: 'OPTION', value: ({ path: place }) => place, shrinkTo: 30 },
        {
          header: 'IN FORCE',
          value: ({ value }) => value,
          style: (value) => (isSet(value) ? 'strong' : 'plain'),
          shrinkTo: 16,
        },
        { header: 'FROM', value: originWords, style: (value) => (isSet(value) ? 'busy' : 'faint'), shrinkTo: 12 },
      ],
      cli.table,
    ),
  )
  for (const warning of warnings) cli.line(`${cli.paint('doubt', 'warning:')} ${warning.path} ${warning.message}`)
  const verdict = `${source.file ?? 'no file, so every default'}: ${warnings.length === 0 ? 'no problems' : count(warnings.length, 'warning')}`
  cli.line(`${cli.paint('good', 'ok')} ${verdict}, mode ${loaded.config.mode}`)
}

const isSet = ({ origin }: EffectiveValue): boolean => origin.from !== 'default'
const originWords = ({ origin }: EffectiveValue): string =>
  origin.from === 'environment' ? origin.variable : origin.from
