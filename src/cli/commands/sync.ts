import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { syncText } from '../views/sync-text.ts'

interface SyncOptions extends ApiOptions {
  readonly adopt?: boolean
}

export const addSync: AddCommand = (program, cli) => {
  const command = withApi(
    program.command('sync').description('hold orders, fills and positions against every venue now'),
  )
    .option('--adopt', 'take over, as opening, what a venue holds of symbols there is no record of')
    .action((options: SyncOptions) => sync(cli, options))
  withExample(command, 'surefill sync', 'surefill sync --adopt')
}

async function sync(cli: Cli, options: SyncOptions): Promise<void> {
  const api = await cli.api(options)
  const { body, text } = await api.ask('/v1/sync', { body: options.adopt === true ? { adopt: true } : {} })
  if (options.json === true) return cli.json(text)
  for (const line of syncText(body)) cli.line(cli.paint(line.style, line.text))
}
