import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { findCaseId } from '../find-case.ts'
import { caseText } from '../views/case-text.ts'

interface ResolveOptions extends ApiOptions {
  readonly reason?: string
  readonly order?: string
}

export const addResolve: AddCommand = (program, cli) => {
  const command = withApi(program.command('resolve').description('decide a case'))
    .argument('<case>', 'its id, or the end of it')
    .argument('<choice>', 'one of the choices that "surefill cases" shows')
    .option('--reason <text>', 'kept with the decision')
    .option('--order <id>', "for adopt: the venue's id of the order that is ours")
    .action((id: string, choice: string, options: ResolveOptions) => resolve(cli, id, choice, options))
  withExample(
    command,
    'surefill resolve 5a2f6e1b8d31 confirm_absent --reason "not at the broker"',
    'surefill resolve 5a2f6e1b8d31 adopt --order 10042',
  )
}

async function resolve(cli: Cli, given: string, choice: string, options: ResolveOptions): Promise<void> {
  const api = await cli.api(options)
  const { reason, order } = options
  const body = {
    choice,
    ...(reason === undefined ? {} : { reason }),
    ...(order === undefined ? {} : { broker_order_id: order }),
  }
  const answer = await api.ask(`/v1/cases/${await findCaseId(api, given)}/resolve`, { body })
  if (options.json === true) return cli.json(answer.text)
  for (const line of caseText(answer.body, cli.time)) cli.line(cli.paint(line.style, line.text))
}
