import type { ApiClient } from '../api-client.ts'
import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { CliFailure, EXIT } from '../cli-failure.ts'
import { confirmed } from '../confirmed.ts'
import { itemsIn, numberIn, rowsOf, textIn } from '../row.ts'
import { count } from '../text/number-text.ts'
import { table } from '../text/table.ts'
import { spaced } from '../views/order-words.ts'

interface CancelAllOptions extends ApiOptions {
  readonly account?: string
  readonly symbol?: string
  readonly strategy?: string
  readonly yes?: boolean
}
/** Each order is asked for before the answer comes, and a venue may make that slow. */
const TIMEOUT_MS = 120_000

export const addCancelAll: AddCommand = (program, cli) => {
  const command = withApi(program.command('cancel-all').description('ask for the cancel of every open order of ours'))
    .option('--account <name>', 'only of this account')
    .option('--symbol <symbol>', 'only of this symbol')
    .option('--strategy <name>', 'only of this strategy')
    .option('-y, --yes', 'do not ask on a terminal')
    .action((options: CancelAllOptions) => cancelAll(cli, options))
  withExample(command, 'surefill cancel-all', 'surefill cancel-all --symbol AAPL --yes')
}

async function cancelAll(cli: Cli, options: CancelAllOptions): Promise<void> {
  const { account, symbol, strategy, yes = false, json = false } = options
  const api = await cli.api(options)
  const filter = Object.fromEntries(
    Object.entries({ account, symbol, strategy }).filter(([, value]) => value !== undefined),
  )
  const asks = !yes && cli.host.isTerminal && cli.host.stdin.isTTY === true
  const question = asks ? await questionFor(api, filter) : undefined
  if (question !== undefined && !(await confirmed(cli, question))) {
    throw new CliFailure(EXIT.failed, 'nothing was cancelled')
  }
  const { body, text } = await api.ask('/v1/orders/cancel-all', { body: filter, timeoutMs: TIMEOUT_MS })
  const failed = numberIn(body, 'failed') ?? 0
  if (failed > 0) cli.exitCode = EXIT.failed
  if (json) return cli.json(text)
  const rows = rowsOf(body.items)
  if (rows.length === 0) return cli.line('no open order matches; nothing to cancel')
  cli.out(
    table(
      rows,
      [
        { header: 'ORDER', value: (row) => textIn(row, 'order_id') },
        {
          header: 'RESULT',
          value: (row) => spaced(textIn(row, 'result')),
          style: (row) => (row.result === 'error' ? 'bad' : 'plain'),
        },
        { header: 'CODE', value: (row) => textIn(row, 'code'), style: () => 'bad' },
      ],
      cli.table,
    ),
  )
  const bad = failed === 0 ? '' : `, ${cli.paint('bad', `${count(failed, 'order')} could not be`)}`
  cli.line(`${count(numberIn(body, 'asked') ?? 0, 'order')} asked for${bad}`)
}

/** None where there is nothing to ask about. */
async function questionFor(
  api: ApiClient,
  filter: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { body } = await api.read('/v1/orders', { query: { ...filter, open: 'true', limit: '500' } })
  const number = itemsIn(body).length
  if (number === 0) return undefined
  const many =
    textIn(body, 'next_cursor') === undefined ? count(number, 'open order') : `more than ${number} open orders`
  const where = Object.entries(filter).map(([name, value]) => `${name} ${value}`)
  return `Cancel ${many}${where.length === 0 ? '' : ` of ${where.join(', ')}`}?`
}
