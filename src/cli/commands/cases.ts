import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { itemsIn } from '../row.ts'
import { caseText } from '../views/case-text.ts'

interface CasesOptions extends ApiOptions {
  readonly all?: boolean
  readonly account?: string
}

export const addCases: AddCommand = (program, cli) => {
  const command = withApi(program.command('cases').description('show what needs a human, and what can be decided'))
    .option('--account <name>', 'only this account')
    .option('--all', 'also cases that are closed')
    .action((options: CasesOptions) => cases(cli, options))
  withExample(command, 'surefill cases', 'surefill cases --all --account paper')
}

async function cases(cli: Cli, options: CasesOptions): Promise<void> {
  const api = await cli.api(options)
  const query = { account: options.account, state: options.all === true ? undefined : 'open' }
  const { body, text } = await api.read('/v1/cases', { query })
  if (options.json === true) return cli.json(text)
  const items = itemsIn(body)
  if (items.length === 0) return cli.line(cli.paint('faint', 'nothing needs a human'))
  for (const line of items.flatMap((item) => caseText(item, cli.time))) cli.line(cli.paint(line.style, line.text))
  cli.out(cli.zoneNote)
}
