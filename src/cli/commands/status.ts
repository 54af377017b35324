import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { statusText } from '../views/status-text.ts'

export const addStatus: AddCommand = (program, cli) => {
  const command = withApi(
    program.command('status').description('show how the daemon is: mode, halt, accounts, sinks'),
  ).action((options: ApiOptions) => status(cli, options))
  withExample(command, 'surefill status', 'SUREFILL_URL=http://desk:4600 surefill status --json')
}

async function status(cli: Cli, options: ApiOptions): Promise<void> {
  const api = await cli.api(options)
  const { body, text } = await api.read('/v1/status')
  if (options.json === true) return cli.json(text)
  cli.out(statusText(body, api.place.url, { time: cli.time, columns: cli.host.columns(), paint: cli.paint }))
}
