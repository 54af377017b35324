import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { findOrderId } from '../find-order.ts'
import { whyText } from '../views/why-text.ts'

export const addWhy: AddCommand = (program, cli) => {
  const command = withApi(program.command('why').description('say why an order was sent as it was, or was not sent'))
    .argument('<id>', 'its id, the end of it, or the id of its signal')
    .action((id: string, options: ApiOptions) => why(cli, id, options))
  withExample(command, 'surefill why 5a2f6e1b8d31')
}

async function why(cli: Cli, given: string, options: ApiOptions): Promise<void> {
  const api = await cli.api(options)
  const id = await findOrderId(api, given)
  const found = await api.read(`/v1/orders/${id}/why`)
  if (options.json === true) return cli.json(found.text)
  cli.out(whyText(found.body, { time: cli.time, columns: cli.host.columns(), paint: cli.paint }) + cli.zoneNote)
}
