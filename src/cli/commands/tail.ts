import { resolve } from 'node:path'
import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { followEvents } from '../follow-events.ts'
import { followLog } from '../follow-log.ts'
import { loadHere } from '../load-here.ts'
import { wholeNumber } from '../option-values.ts'
import { rowOf } from '../row.ts'
import { stopSignal } from '../stop-signal.ts'
import { plainText } from '../text/plain-text.ts'
import { zoneName } from '../text/time-text.ts'
import { eventLine } from '../views/event-line.ts'

interface TailOptions extends ApiOptions {
  readonly lines: number
  readonly follow: boolean
}

const DEFAULT_LINES = 10

export const addTail: AddCommand = (program, cli) => {
  const command = withApi(
    program.command('tail').description('follow the audit log; with --url, the events of a daemon elsewhere'),
  )
    .option('-n, --lines <number>', 'how many lines from before', wholeNumber(0, 100_000), DEFAULT_LINES)
    .option('--no-follow', 'end at the end of the log')
    .action((options: TailOptions) => tail(cli, options))
  withExample(command, 'surefill tail', 'surefill tail -n 100 --no-follow --json')
}

async function tail(cli: Cli, options: TailOptions): Promise<void> {
  using stop = stopSignal(cli.host, cli.host.stdout)
  const { json = false } = options
  if (cli.host.isErrorTerminal && !json) cli.note(cli.paintError('faint', `times in ${zoneName(cli.time)}`))
  for await (const text of source(cli, options, stop.signal)) {
    if (json) cli.json(text)
    else cli.line(readable(cli, text))
  }
}

async function* source(cli: Cli, options: TailOptions, signal: AbortSignal): AsyncGenerator<string> {
  const { lines, follow, config } = options
  if (options.url === undefined) {
    const path = resolve(cli.host.cwd, loadHere(cli, config).config.audit.path)
    return yield* followLog({ path, last: lines, signal, once: !follow })
  }
  const onInterrupted = (error: Error): void => cli.note(`${error.message} Trying again …`)
  yield* followEvents(await cli.api(options), { signal, onInterrupted })
}

function readable(cli: Cli, text: string): string {
  const style = { time: cli.time, columns: cli.host.columns(), paint: cli.paint }
  try {
    return eventLine(rowOf(JSON.parse(text)), style)
  } catch {
    return cli.paint('bad', `not a line of the audit log: ${plainText(text)}`)
  }
}
