import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { findOrderId } from '../find-order.ts'
import { rowIn, textIn } from '../row.ts'
import { plainText } from '../text/plain-text.ts'
import { orderWords } from '../views/order-words.ts'

export const addCancel: AddCommand = (program, cli) => {
  const command = withApi(program.command('cancel').description('ask the venue to cancel one order'))
    .argument('<id>', 'its id, the end of it, or the id of its signal')
    .action((id: string, options: ApiOptions) => cancel(cli, id, options))
  withExample(command, 'surefill cancel 5a2f6e1b8d31')
}

const RESULTS: Readonly<Record<string, string>> = {
  asked: 'the venue is asked to cancel',
  cancelled: 'is cancelled:',
  unconfirmed: 'nobody knows yet whether it is live; it is cancelled as soon as that is known:',
}

async function cancel(cli: Cli, given: string, options: ApiOptions): Promise<void> {
  const api = await cli.api(options)
  const id = await findOrderId(api, given)
  const { body, text } = await api.ask(`/v1/orders/${id}/cancel`)
  if (options.json === true) return cli.json(text)
  const result = textIn(body, 'result') ?? 'asked'
  cli.line(`${RESULTS[result] ?? result} ${plainText(orderWords(rowIn(body, 'order')))}`)
  if (result === 'asked') cli.line(cli.paint('faint', `follow it with "surefill order ${id}"`))
}
