import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ApiClient, Unreachable } from '../api-client.ts'
import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { CliFailure } from '../cli-failure.ts'
import { type Row, rowIn, textIn } from '../row.ts'
import { plainText } from '../text/plain-text.ts'
import { timeText } from '../text/time-text.ts'

export const addResume: AddCommand = (program, cli) => {
  const command = withApi(program.command('resume').description('end the halt: orders are sent again')).action(
    (options: ApiOptions) => resume(cli, options),
  )
  withExample(command, 'surefill resume')
}

async function resume(cli: Cli, options: ApiOptions): Promise<void> {
  const api = await cli.api(options)
  const halt = await stateOf(cli, api)
  const since = textIn(halt, 'since')
  // Naming the halt that was seen, so that a later one, by somebody else, is not ended with it.
  const { text } = await api.ask('/v1/resume', { body: since === undefined ? {} : { since } })
  if (options.json === true) return cli.json(text)
  if (halt.halted !== true) return cli.line('it was not halted; orders are sent')
  const began = since === undefined ? '' : ` since ${timeText(since, cli.time)}`
  const reason = textIn(halt, 'reason')
  cli.line(
    `${cli.paint('good', 'trading')} again; it was halted${began}${reason === undefined ? '' : plainText(`: ${reason}`)}`,
  )
}

async function stateOf(cli: Cli, api: ApiClient): Promise<Row> {
  try {
    return rowIn((await api.read('/v1/status')).body, 'halt')
  } catch (error) {
    const file = join(api.place.dataDir, 'HALT')
    if (!(error instanceof Unreachable) || !existsSync(resolve(cli.host.cwd, file))) throw error
    throw new CliFailure(
      error.exitCode,
      `${error.message}\nThe file ${file} exists: remove it before the daemon can resume.`,
    )
  }
}
