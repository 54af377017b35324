import { Unreachable } from '../api-client.ts'
import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { CliFailure, EXIT } from '../cli-failure.ts'
import { decimalText, oneOf, seconds } from '../option-values.ts'
import { rowsOf } from '../row.ts'
import { type SignalOptions, signalBody } from '../signal-body.ts'
import { newSignalId } from '../signal-id.ts'
import { submitMany } from '../submit-many.ts'
import { isBadEnd, takenText } from '../views/taken-text.ts'

interface SubmitOptions extends ApiOptions, SignalOptions {
  readonly wait?: number
  readonly dryRun?: boolean
  readonly file?: string
}

const ANSWER_MS = 15_000

export const addSubmit: AddCommand = (program, cli) => {
  const command = withApi(program.command('submit').description('send a signal, or a file of them'))
    .option('--symbol <symbol>', 'as the venue spells it')
    .option('--side <side>', 'buy or sell', oneOf('buy', 'sell'))
    .option('--quantity <number>', 'how much', decimalText)
    .option('--amount <money>', 'money to spend at most, instead of a quantity', decimalText)
    .option('--limit <price>', 'the limit price; without it, the daemon computes one', decimalText)
    .option('--type <type>', 'limit or market', oneOf('limit', 'market', 'stop', 'stop_limit'))
    .option('--time-in-force <word>', 'day, gtc, ioc or fok', oneOf('day', 'gtc', 'ioc', 'fok'))
    .option('--id <signal>', 'your id of the signal: the same id is executed once, however often it is sent')
    .option('--strategy <name>', 'whose signal it is')
    .option('--account <name>', 'the account; without it, routing decides')
    .option('--reference <price>', 'the price it was decided at', decimalText)
    .option('--reference-time <time>', 'when that price was seen')
    .option('--urgency <word>', 'low, normal or immediate', oneOf('low', 'normal', 'immediate'))
    .option('--confidence <number>', 'from 0 to 1', decimalText)
    .option('--generated-at <time>', 'when it was decided; its age counts from here')
    .option('--expires-at <time>', 'when it is not wanted any more')
    .option('--reduce-only', 'only make a position smaller')
    .option('--trace-id <id>', 'the id that leads through logs and messages')
    .option('--metadata <json>', 'kept as it is')
    .option('--wait <seconds>', 'wait for the end of the order, 0.1 to 60', seconds(0.1, 60))
    .option('--dry-run', 'show the signal and send nothing')
    .option('--file <path>', 'send every line of this file, one signal as JSON each; - is standard input')
    .action((options: SubmitOptions) => submit(cli, options))
  withExample(
    command,
    'surefill submit --symbol AAPL --side buy --quantity 1 --wait 10',
    'surefill submit --symbol BTC/USD --side sell --amount 500 --limit 91000 --id rebalance-7',
    'surefill submit --file signals.jsonl',
  )
}

async function submit(cli: Cli, options: SubmitOptions): Promise<void> {
  if (options.file !== undefined) return submitMany(cli, { ...options, file: options.file })
  const { symbol, side, quantity, amount, wait, json = false } = options
  if (symbol === undefined || side === undefined || (quantity === undefined) === (amount === undefined)) {
    throw new CliFailure(
      EXIT.usage,
      'A signal needs --symbol, --side, and one of --quantity and --amount; or name a --file of them.',
    )
  }
  const id = options.id ?? newSignalId(cli.host.now())
  const body = signalBody({ ...options, id })
  if (options.dryRun === true) return cli.json(JSON.stringify(body, null, json ? undefined : 2))
  const api = await cli.api(options)
  const query = { wait: wait === undefined ? undefined : String(wait) }
  const waiting = wait !== undefined && wait > 1 && cli.host.isErrorTerminal && !json
  if (!json) cli.line(`${cli.paint('faint', 'signal')}  ${id}`)
  if (waiting) cli.host.stderr.write(`waiting up to ${wait} s for the order's end …\r`)
  try {
    const answer = await api.ask('/v1/signals', { body, query, timeoutMs: ANSWER_MS + 1_000 * (wait ?? 0) })
    if (waiting) cli.host.stderr.write('\u001b[K')
    const orders = rowsOf(answer.body.orders)
    if (orders.some(isBadEnd)) cli.exitCode = EXIT.failed
    if (json) return cli.json(answer.text)
    cli.out(takenText(answer.body, cli.table))
  } catch (error) {
    if (waiting) cli.host.stderr.write('\u001b[K')
    if (!(error instanceof Unreachable) || !error.connected) throw error
    throw new CliFailure(
      error.exitCode,
      `${error.message}\nIt may have been taken. Send it again with --id ${id}: the same id is executed once at most.`,
    )
  }
}
