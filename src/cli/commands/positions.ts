import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { itemsIn, textIn } from '../row.ts'
import { positionTable } from '../views/position-table.ts'

interface PositionsOptions extends ApiOptions {
  readonly all?: boolean
}

export const addPositions: AddCommand = (program, cli) => {
  const command = withApi(program.command('positions').description('show what is held, and what it has earned'))
    .argument('[symbol]', 'only this symbol')
    .option('--all', 'also positions that are closed')
    .action((symbol: string | undefined, options: PositionsOptions) => positions(cli, symbol, options))
  withExample(command, 'surefill positions', 'surefill positions BTC/USD')
}

async function positions(cli: Cli, symbol: string | undefined, options: PositionsOptions): Promise<void> {
  const api = await cli.api(options)
  const { body, text } = await api.read(`/v1/positions${symbol === undefined ? '' : `/${encodeURIComponent(symbol)}`}`)
  if (options.json === true) return cli.json(text)
  const everything = itemsIn(body)
  const open = everything.filter((position) => textIn(position, 'quantity') !== '0')
  const shown = options.all === true || symbol !== undefined ? everything : open
  if (shown.length > 0) return cli.out(positionTable(shown, cli.table))
  const closed = everything.length === 0 ? '' : `; "surefill positions --all" shows ${everything.length} closed`
  cli.line(cli.paint('faint', `${symbol === undefined ? 'nothing is held' : `${symbol} was never held`}${closed}`))
}
