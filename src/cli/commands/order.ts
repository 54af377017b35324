import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { findOrderId } from '../find-order.ts'
import { itemsIn } from '../row.ts'
import { orderStory } from '../views/order-story.ts'

export const addOrder: AddCommand = (program, cli) => {
  const command = withApi(program.command('order').description("show one order's life"))
    .argument('<id>', 'its id, the end of it, or the id of its signal')
    .action((id: string, options: ApiOptions) => order(cli, id, options))
  withExample(command, 'surefill order 5a2f6e1b8d31', 'surefill order momentum-2026-03-02-0001')
}

async function order(cli: Cli, given: string, options: ApiOptions): Promise<void> {
  const api = await cli.api(options)
  const id = await findOrderId(api, given)
  const found = await api.read(`/v1/orders/${id}`)
  if (options.json === true) return cli.json(found.text)
  const { body } = await api.read(`/v1/orders/${id}/events`)
  const style = { time: cli.time, columns: cli.host.columns(), paint: cli.paint }
  cli.out(orderStory(found.body, itemsIn(body), style) + cli.zoneNote)
}
