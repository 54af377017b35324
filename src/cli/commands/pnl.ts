import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { oneOf } from '../option-values.ts'
import { itemsIn } from '../row.ts'
import { pnlTable } from '../views/position-table.ts'

interface PnlOptions extends ApiOptions {
  readonly group: string
  readonly account?: string
  readonly from?: string
  readonly to?: string
}

export const addPnl: AddCommand = (program, cli) => {
  const command = withApi(program.command('pnl').description('show profit and loss'))
    .option('--group <by>', 'by day, symbol, strategy or account', oneOf('day', 'symbol', 'strategy', 'account'), 'day')
    .option('--account <name>', 'only of this account')
    .option('--from <time>', 'executions at this time or later')
    .option('--to <time>', 'executions before this time')
    .action((options: PnlOptions) => pnl(cli, options))
  withExample(command, 'surefill pnl', 'surefill pnl --group symbol')
}

async function pnl(cli: Cli, options: PnlOptions): Promise<void> {
  const { group, account, from, to, json = false } = options
  const api = await cli.api(options)
  const { body, text } = await api.read('/v1/pnl', { query: { group, account, from, to } })
  if (json) return cli.json(text)
  const items = itemsIn(body)
  if (items.length === 0) return cli.line(cli.paint('faint', 'nothing was traded yet'))
  cli.out(pnlTable(items, group, cli.table))
}
